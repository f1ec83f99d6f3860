//! Running the command.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use im_auth::{RealmConfig, Shared};
use im_auth_sql::Engine;
use im_core::Realm;
use im_testkit::TestDatabase;
use serde_json::Value;

/// What the command did.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {:?}\n{}\n{}", self.code, self.out, self.err)
    }
}

/// Runs `im-auth` with an environment of its own.
pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_im-auth"))
        .args(arguments)
        .env_remove("IM_AUTH_DATABASE")
        .env_remove("IM_AUTH_DATABASE_PASSWORD")
        .env_remove("IM_AUTH_SECRET")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs it with the database's address in the environment.
pub(crate) fn run_on(database: &TestDatabase, arguments: &[&str]) -> Ran {
    run(arguments, &[("IM_AUTH_DATABASE", &database.reader_url())])
}

/// A product's folder among those that the reader of configuration files is tested with.
pub(crate) fn shared_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../im-auth-detect/tests/files")
        .join(name)
}

/// A product's folder of these tests.
pub(crate) fn own_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/detect")
        .join(name)
}

/// Checks that a printed block can be used as it is, but for the secrets that are in files.
pub(crate) fn builds(block: &str) -> RealmConfig {
    let table: toml::Table = block
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {block}"));
    let realms = table["realm"].as_table().expect("[realm.NAME]");
    let (name, realm_table) = realms.iter().next().expect("one realm");
    let realm = Realm::new(name.clone()).expect("a name");
    let realm_table = realm_table.as_table().expect("a table").clone();
    let mut config = RealmConfig::from_table(&realm, realm_table)
        .unwrap_or_else(|error| panic!("{error}: {block}"));
    let kept = config.clone();
    config.database_password_file = None;
    if config.secret_file.take().is_some() {
        config.secret = Some("00000000".into());
    }
    if let Err(error) = im_auth::build(&realm, &config, &Shared::default()) {
        panic!("{error}: {block}");
    }
    kept
}

/// A description's tables under a prefix, for MariaDB.
pub(crate) fn schema(system: &str, prefix: &str) -> String {
    let before = "SET sql_mode = '', foreign_key_checks = 0;\n";
    before.to_owned() + &schema_of(Engine::MySql, system, prefix)
}

/// A description's tables under a prefix.
pub(crate) fn schema_of(engine: Engine, system: &str, prefix: &str) -> String {
    let quote = if engine == Engine::MySql { '`' } else { '"' };
    let system = im_auth::system(system).unwrap_or_else(|| panic!("no system {system}"));
    let spec = system.spec().unwrap().expect("a description");
    let text = spec.schema(engine).expect("tables for that server");
    let mut sql = String::new();
    // Names may be words of SQL when there is no prefix.
    let text = text.trim_end().trim_end_matches(';');
    let mut parts = text.split("{prefix}");
    sql.push_str(parts.next().unwrap());
    for part in parts {
        if sql.ends_with(quote) {
            sql.push_str(prefix);
            sql.push_str(part);
            continue;
        }
        let end = part
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        sql.push_str(&format!("{quote}{prefix}{name}{quote}{rest}"));
    }
    sql.push_str(";\n");
    sql
}
