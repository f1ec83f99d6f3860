//! Configurations as people write them, in few words.

use std::fmt::Write as _;
use std::path::PathBuf;

use im_testkit::{MariaDb, TestDatabase};
use tempfile::TempDir;

/// Which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    Sqlite,
    MariaDb,
}

/// A new, empty store; it goes with the value.
pub struct Store {
    pub url: String,
    pub folder: TempDir,
    /// Dropped with the store.
    _database: Option<TestDatabase>,
}

impl Store {
    pub async fn new(kind: StoreKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        match kind {
            StoreKind::Sqlite => Self {
                url: format!("sqlite:{}", folder.path().join("im.sqlite").display()),
                folder,
                _database: None,
            },
            StoreKind::MariaDb => {
                let server = MariaDb::shared().await;
                let database = server.create_database("utf8mb4", "utf8mb4_bin").await;
                Self {
                    url: database.owner_url(),
                    folder,
                    _database: Some(database),
                }
            }
        }
    }

    /// A file in the store's folder, for configurations.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A configuration. Limits that would stand in the way of a test are wide unless it sets them itself.
#[derive(Clone)]
pub struct Conf {
    root: String,
    tables: String,
    throttle: String,
    limits: String,
}

impl Conf {
    pub fn new(store: &Store) -> Self {
        Self::with_url(&store.url)
    }

    pub fn with_url(url: &str) -> Self {
        Self {
            root: format!("listen = \"127.0.0.1:0\"\ndatabase = \"{url}\"\n"),
            tables: String::new(),
            throttle: "name_and_address = 1000\nname = 1000\naddress = 1000\n".into(),
            limits: "registrations_per_address = 1000\n".into(),
        }
    }

    /// Adds a key before the first table.
    pub fn root(mut self, line: &str) -> Self {
        self.root.push_str(line);
        self.root.push('\n');
        self
    }

    /// Adds a block.
    pub fn table(mut self, text: &str) -> Self {
        self.tables.push_str(text);
        self.tables.push('\n');
        self
    }

    /// Replaces `[throttle]`.
    pub fn throttle(mut self, text: &str) -> Self {
        self.throttle = text.into();
        self
    }

    /// Replaces `[limits]`.
    pub fn limits(mut self, text: &str) -> Self {
        self.limits = text.into();
        self
    }

    /// Adds `[realm.NAME]`.
    pub fn realm(self, name: &str, system: &str, url: &str, prefix: &str) -> Self {
        self.table(&format!(
            "[realm.{name}]\nsystem = \"{system}\"\ndatabase = \"{url}\"\nprefix = \"{prefix}\"\n"
        ))
    }

    /// Adds `[[site]]` with its options as they stand between braces.
    pub fn site(self, path: &str, realms: &[&str], options: &str) -> Self {
        self.site_with(path, realms, options, "")
    }

    /// Adds `[[site]]` with further keys.
    pub fn site_with(self, path: &str, realms: &[&str], options: &str, more: &str) -> Self {
        let mut text = format!("[[site]]\npath = \"{path}\"\nrealms = {realms:?}\n");
        writeln!(text, "options = {{ {options} }}\n{more}").unwrap();
        self.table(&text)
    }

    /// The same with another prefix in its realms.
    pub fn prefix(mut self, was: &str, is: &str) -> Self {
        let line = |prefix: &str| format!("prefix = \"{prefix}\"");
        self.tables = self.tables.replace(&line(was), &line(is));
        self
    }

    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n[throttle]\n{}\n[limits]\n{}\n[log]\nlevel = \"info\"\nformat = \"json\"\n",
            self.root, self.tables, self.throttle, self.limits
        )
    }
}
