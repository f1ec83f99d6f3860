//! A real PostgreSQL, in a temporary folder.

mod database;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::OnceCell;

pub use database::PostgresDatabase;

use crate::certificates;
use crate::mariadb::{pause, tail};
use crate::port::{free_port, random};
use crate::watchdog::Watchdog;

/// How long the server may take to answer its first connection.
const START: Duration = Duration::from_secs(60);

/// A real PostgreSQL server in a temporary folder, on a socket and a loopback port.
///
/// It ends with the process of the test, also when that panics or is killed, and its folder with it. As root it runs
/// as the account `postgres`, or as `nobody`: it refuses to be root's.
///
/// # Panics
/// Every method, when PostgreSQL is not installed or fails: the message says what to do.
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    root_password: String,
    watchdog: Watchdog,
}

impl Postgres {
    /// The server that all tests of this process share. It is started by the first who asks.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Postgres> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// A server of one's own. It ends when it is dropped.
    pub async fn start() -> Self {
        Self::start_furnished(|_| Ok(())).await
    }

    /// As [`start`](Self::start), and the server offers TLS with a certificate for these names or addresses, which
    /// the authority in [`ca_file`](Self::ca_file) signed. It takes connections without TLS, too.
    pub async fn start_with_tls(names: &'static [&'static str]) -> Self {
        Self::start_furnished(|folder| certificates::write(&folder.join("tls"), names)).await
    }

    /// The authority that signed the server's certificate, where it was started with TLS.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("tls/ca.pem")
    }

    /// An authority that signed nothing, where the server was started with TLS.
    #[must_use]
    pub fn other_ca_file(&self) -> PathBuf {
        self.folder.join("tls/other-ca.pem")
    }

    /// `furnish` puts further files into the folder before the server starts.
    async fn start_furnished(
        furnish: impl FnOnce(&Path) -> Result<(), String> + Send + 'static,
    ) -> Self {
        let install = move || {
            let server = Self::install()?;
            furnish(&server.folder)?;
            Ok::<_, String>(server)
        };
        let server = tokio::task::spawn_blocking(install)
            .await
            .expect("making a PostgreSQL data folder does not panic");
        // Somebody else may take the port between finding it free and using it.
        let mut server = server.unwrap_or_else(|problem| panic!("{problem}"));
        for _ in 0..5 {
            server.port = free_port();
            if server.launch().await {
                return server;
            }
        }
        panic!("PostgreSQL does not start:\n{}", server.log());
    }

    /// A new, empty database in UTF-8, an owner who may do everything in it and a reader who may only SELECT. It is
    /// dropped with the value.
    pub async fn create_database(&self) -> PostgresDatabase {
        PostgresDatabase::create(self).await
    }

    /// Stops the server in good order: connections end, the port refuses.
    pub async fn stop(&self) {
        self.watchdog.order("stop");
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.folder)
            .port(self.port)
            .username("root")
            .password(&self.root_password)
            .database(database)
            .disable_statement_logging()
    }

    fn install() -> Result<Self, String> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("im-postgres-")
            .tempdir()
            .map_err(|error| format!("no temporary folder for PostgreSQL: {error}"))?
            // From here on it is the watchdog's to remove: nothing in this process runs after a SIGKILL.
            .keep();
        let root_password = format!("{:016x}{:016x}", random(), random());
        let script = folder.join("watchdog.sh");
        let password = folder.join("password");
        for (path, text) in [
            (
                &script,
                concat!(
                    include_str!("postgres/watchdog.sh"),
                    include_str!("watchdog/orders.sh")
                ),
            ),
            (&password, &*root_password),
        ] {
            std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let watchdog = Watchdog::start(&script, &[&folder, &programs])?;
        let server = Self {
            folder,
            port: 0,
            root_password,
            watchdog,
        };
        if server.watchdog.order("install") == "done" {
            Ok(server)
        } else {
            Err(format!(
                "initdb failed:\n{}",
                tail(&server.folder.join("install.log"))
            ))
        }
    }

    /// Whether the server answers in the end.
    async fn launch(&self) -> bool {
        self.watchdog.order(&format!("start {}", self.port));
        let patience = Instant::now() + START;
        while self.watchdog.order("alive") == "yes" && Instant::now() < patience {
            if let Ok(connection) = PgConnection::connect_with(&self.options("postgres")).await {
                connection.close().await.ok();
                return true;
            }
            // On a thread of the pool, so that a test with paused time waits as well.
            tokio::task::spawn_blocking(pause).await.ok();
        }
        self.watchdog.order("kill");
        false
    }

    fn log(&self) -> String {
        tail(&self.folder.join("server.log"))
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("folder", &self.folder)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// The folder of `initdb` and `postgres`: Debian keeps them outside every PATH, one folder per version.
fn programs() -> Result<PathBuf, String> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    let number = |path: &PathBuf| -> u32 {
        let version = path.parent().and_then(|folder| folder.file_name());
        version
            .and_then(|name| name.to_str()?.parse().ok())
            .unwrap_or_default()
    };
    versions.sort_by_key(number);
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .ok_or_else(|| {
            "PostgreSQL is not installed (no initdb): run scripts/install-test-tools".to_owned()
        })
}
