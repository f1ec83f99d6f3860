//! A real MariaDB, in a temporary folder.

mod database;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, Connection, MySqlConnection};
use tokio::sync::OnceCell;

pub use database::TestDatabase;

use crate::certificates;
use crate::port::{free_port, random};
use crate::watchdog::Watchdog;

/// How long the server may take to answer its first connection.
const START: Duration = Duration::from_secs(60);

/// A real MariaDB server in a temporary folder, on a socket and a loopback port.
///
/// It commits durably, keeps no binary log, uses little memory, and ends with the process of the test, also when
/// that panics or is killed: a small shell process holds the server and waits for its own standard input to close.
/// The folder is removed with it.
///
/// ```no_run
/// # async fn test() {
/// let database = im_testkit::MariaDb::shared().await.create_database("latin1", "latin1_swedish_ci").await;
/// database.execute("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(25))").await;
/// // hand database.reader_url() to what is tested
/// # }
/// ```
///
/// # Panics
/// Every method, when MariaDB is not installed or fails: the message says what to do.
pub struct MariaDb {
    folder: PathBuf,
    port: u16,
    root_password: String,
    watchdog: Watchdog,
}

impl MariaDb {
    /// The server that all tests of this process share. It is started by the first who asks.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<MariaDb> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// A server of one's own, to stop and kill. It ends when it is dropped.
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
            .expect("installing a MariaDB data folder does not panic");
        // Somebody else may take the port between finding it free and using it.
        let mut server = server.unwrap_or_else(|problem| panic!("{problem}"));
        for _ in 0..5 {
            server.port = free_port();
            if server.launch().await {
                return server;
            }
        }
        panic!("MariaDB does not start:\n{}", server.log());
    }

    /// A new, empty database with this character set and collation, an owner who may do everything in it and a
    /// reader who may only SELECT. It is dropped with the value.
    pub async fn create_database(&self, charset: &str, collation: &str) -> TestDatabase {
        TestDatabase::create(self, charset, collation).await
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server in good order: connections end, the port refuses.
    pub async fn stop(&self) {
        self.order("stop");
    }

    /// Kills the server with SIGKILL, as a power cut would.
    pub async fn kill(&self) {
        self.order("kill");
    }

    /// Stops the server if it runs, and starts it on the same port and data.
    pub async fn restart(&self) {
        self.order("stop");
        for _ in 0..5 {
            if self.launch().await {
                return;
            }
        }
        panic!(
            "MariaDB does not start again on port {}:\n{}",
            self.port,
            self.log()
        );
    }

    /// A connection of the server's administrator, by socket: as fast as it gets, and past every proxy.
    pub(crate) async fn root(&self, database: Option<&str>) -> MySqlConnection {
        self.try_root(database).await.unwrap_or_else(|error| {
            panic!("MariaDB refuses its administrator: {error}\n{}", self.log())
        })
    }

    async fn try_root(&self, database: Option<&str>) -> sqlx::Result<MySqlConnection> {
        let mut options = MySqlConnectOptions::new()
            .socket(self.socket())
            .username("root")
            .password(&self.root_password)
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .disable_statement_logging();
        if let Some(database) = database {
            options = options.database(database);
        }
        MySqlConnection::connect_with(&options).await
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    fn install() -> Result<Self, String> {
        let installer = program("mariadb-install-db")?;
        let server = program("mariadbd")?;
        let folder = tempfile::Builder::new()
            .prefix("im-mariadb-")
            .tempdir()
            .map_err(|error| format!("no temporary folder for MariaDB: {error}"))?
            // From here on it is the watchdog's to remove: nothing in this process runs after a SIGKILL.
            .keep();
        let root_password = format!("{:016x}{:016x}", random(), random());
        let script = folder.join("watchdog.sh");
        let files = [
            (
                script.clone(),
                concat!(
                    include_str!("mariadb/watchdog.sh"),
                    include_str!("watchdog/orders.sh")
                )
                .into(),
            ),
            (
                folder.join("init.sql"),
                format!(
                    "DELETE FROM mysql.global_priv WHERE User IN ('root', '') AND Host <> 'localhost';\n\
                     FLUSH PRIVILEGES;\n\
                     ALTER USER root@localhost IDENTIFIED BY '{root_password}';\n"
                ),
            ),
        ];
        for (path, text) in files {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let watchdog = Watchdog::start(&script, &[&folder, &installer, &server])?;
        let server = Self {
            folder,
            port: 0,
            root_password,
            watchdog,
        };
        if server.order("install") == "done" {
            Ok(server)
        } else {
            Err(format!(
                "mariadb-install-db failed:\n{}",
                tail(&server.folder.join("install.log"))
            ))
        }
    }

    /// Whether the server answers in the end.
    async fn launch(&self) -> bool {
        self.order(&format!("start {}", self.port));
        let patience = Instant::now() + START;
        while self.order("alive") == "yes" && Instant::now() < patience {
            if let Ok(connection) = self.try_root(None).await {
                connection.close().await.ok();
                return true;
            }
            // On a thread of the pool, so that a test with paused time waits as well.
            tokio::task::spawn_blocking(pause).await.ok();
        }
        self.order("kill");
        false
    }

    fn order(&self, order: &str) -> String {
        self.watchdog.order(order)
    }

    fn log(&self) -> String {
        tail(&self.folder.join("server.log"))
    }
}

impl fmt::Debug for MariaDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MariaDb")
            .field("folder", &self.folder)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only ever called on a thread for blocking work"
)]
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

/// Where a program of the server is; distributions keep them outside an ordinary user's PATH.
pub(crate) fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .ok_or_else(|| {
            format!("MariaDB is not installed ({name} not found): run scripts/install-test-tools")
        })
}

/// What a log says of errors, and its end.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let (earlier, end) = lines.split_at(lines.len().saturating_sub(20));
    let errors = earlier.iter().filter(|line| line.contains("ERROR"));
    errors.chain(end).copied().collect::<Vec<_>>().join("\n")
}
