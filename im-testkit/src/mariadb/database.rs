//! One database on a MariaDB server, with an owner and a reader.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::mysql::{MySqlConnectOptions, MySqlRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, MySqlConnection, Row};

use super::{MariaDb, program};
use crate::background::background;
use crate::port::random;

/// A database of one's own on a [`MariaDb`], dropped with the value.
///
/// Whoever plays the product uses [`execute`](Self::execute) or [`owner_url`](Self::owner_url); what is tested gets
/// [`reader_url`](Self::reader_url), an account that has only SELECT.
///
/// # Panics
/// Every method that talks to the server, when the server refuses.
pub struct TestDatabase {
    name: String,
    port: u16,
    socket: PathBuf,
    root_password: String,
    owner: Account,
    reader: Account,
}

struct Account {
    name: String,
    password: String,
}

impl Account {
    fn new(kind: &str, number: u64) -> Self {
        Self {
            name: format!("{kind}_{number}"),
            password: format!("{kind}-{:016x}", random()),
        }
    }
}

impl TestDatabase {
    pub(super) async fn create(server: &MariaDb, charset: &str, collation: &str) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let database = Self {
            name: format!("test_{number}_{:08x}", random() as u32),
            port: server.port,
            socket: server.socket(),
            root_password: server.root_password.clone(),
            owner: Account::new("owner", number),
            reader: Account::new("reader", number),
        };
        let Self {
            name,
            owner,
            reader,
            ..
        } = &database;
        database
            .run(
                server.root(None).await,
                &format!(
                    "CREATE DATABASE {name} CHARACTER SET {charset} COLLATE {collation};\n\
                     CREATE OR REPLACE USER {0} IDENTIFIED BY '{1}';\n\
                     CREATE OR REPLACE USER {2} IDENTIFIED BY '{3}';\n\
                     GRANT ALL ON {name}.* TO {0};\n\
                     GRANT SELECT ON {name}.* TO {2};",
                    owner.name, owner.password, reader.name, reader.password
                ),
            )
            .await;
        database
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server's port on 127.0.0.1, to put a [`CutProxy`](crate::CutProxy) in front of.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's socket.
    #[must_use]
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }

    /// `mysql://…` of the account that may do everything in this database.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.url(&self.owner, self.port)
    }

    /// `mysql://…` of the account that has only SELECT.
    #[must_use]
    pub fn reader_url(&self) -> String {
        self.url(&self.reader, self.port)
    }

    /// [`reader_url`](Self::reader_url) by another port, such as a proxy's.
    #[must_use]
    pub fn reader_url_at(&self, port: u16) -> String {
        self.url(&self.reader, port)
    }

    /// The reader's password: a secret that must appear nowhere.
    #[must_use]
    pub fn reader_password(&self) -> &str {
        &self.reader.password
    }

    fn url(&self, account: &Account, port: u16) -> String {
        format!(
            "mysql://{}:{}@127.0.0.1:{port}/{}",
            account.name, account.password, self.name
        )
    }

    /// Runs a script of any number of statements with all rights, on one connection with `NAMES utf8mb4` and the
    /// server's own SQL mode; old products want `SET sql_mode = ''` first.
    pub async fn execute(&self, script: &str) {
        self.run(self.connect().await, script).await;
    }

    /// Runs a script whose bytes are in `charset`, such as text in windows-1251 that an old product sent over a
    /// `latin1` connection.
    pub async fn execute_bytes(&self, charset: &str, script: &[u8]) {
        let client = program("mariadb").unwrap_or_else(|problem| panic!("{problem}"));
        let mut command = Command::new(client);
        command
            .arg("--no-defaults")
            .arg(format!("--socket={}", self.socket.display()))
            .arg(format!("--user={}", self.owner.name))
            .arg(format!("--default-character-set={charset}"))
            .arg(&self.name)
            .env("MYSQL_PWD", &self.owner.password)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let script = script.to_vec();
        let output = tokio::task::spawn_blocking(move || {
            let mut client = command.spawn()?;
            if let Some(mut input) = client.stdin.take() {
                // A client that stops at a wrong statement closes its input; its own words say more.
                input.write_all(&script).ok();
            }
            client.wait_with_output()
        })
        .await
        .expect("the client runs")
        .expect("the client runs");
        assert!(
            output.status.success(),
            "script failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The first column of the first row, as text; `None` for no row and for NULL.
    pub async fn value(&self, select: &str) -> Option<String> {
        let rows = self.rows(select).await;
        let value: Option<Vec<u8>> = rows.first().and_then(|row| row.get_unchecked(0));
        value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A checksum of each table's rows, by table.
    pub async fn checksums(&self) -> BTreeMap<String, String> {
        let mut sums = BTreeMap::new();
        for table in self.tables().await {
            let rows = self
                .rows(&format!("CHECKSUM TABLE `{table}` EXTENDED"))
                .await;
            let sum: Option<i64> = rows.first().and_then(|row| row.get_unchecked(1));
            sums.insert(table, format!("{sum:?}"));
        }
        sums
    }

    /// The names of the tables.
    pub async fn tables(&self) -> Vec<String> {
        self.rows(
            "SELECT CAST(table_name AS BINARY) FROM information_schema.tables \
             WHERE table_schema = DATABASE() ORDER BY table_name",
        )
        .await
        .iter()
        .map(|row| String::from_utf8_lossy(&row.get_unchecked::<Vec<u8>, _>(0)).into_owned())
        .collect()
    }

    /// Drops every table, so that the schema can be made anew.
    pub async fn clear(&self) {
        let mut script = String::from("SET foreign_key_checks = 0;\n");
        for table in self.tables().await {
            script += &format!("DROP TABLE `{table}`;\n");
        }
        self.execute(&script).await;
    }

    /// How many SELECT statements the reader's account has run since the server started.
    pub async fn selects_by_reader(&self) -> u64 {
        // A statement is counted after its answer was sent: wait until nothing of the reader's is under way.
        let busy = format!(
            "SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.processlist \
             WHERE user = '{}' AND command <> 'Sleep'",
            self.reader.name
        );
        for _ in 0..1_000 {
            if self.value(&busy).await.as_deref() == Some("0") {
                break;
            }
        }
        let count = format!(
            "SELECT CAST(select_commands AS CHAR) FROM information_schema.user_statistics WHERE user = '{}'",
            self.reader.name
        );
        let count = self.value(&count).await;
        count.map_or(0, |count| count.parse().expect("a number"))
    }

    async fn rows(&self, select: &str) -> Vec<MySqlRow> {
        let mut connection = self.connect().await;
        let rows = sqlx::raw_sql(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{select}: {error}"));
        connection.close().await.ok();
        rows
    }

    async fn run(&self, mut connection: MySqlConnection, script: &str) {
        sqlx::raw_sql(AssertSqlSafe(script))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("script failed: {error}"));
        connection.close().await.ok();
    }

    async fn connect(&self) -> MySqlConnection {
        MySqlConnection::connect_with(&self.options())
            .await
            .unwrap_or_else(|error| panic!("MariaDB refuses its administrator: {error}"))
    }

    fn options(&self) -> MySqlConnectOptions {
        MySqlConnectOptions::new()
            .socket(&self.socket)
            .username("root")
            .password(&self.root_password)
            .database(&self.name)
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            // A seed's hashes in a log would look like a leak of what is tested.
            .disable_statement_logging()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let options = self.options();
        let script = format!(
            "DROP DATABASE {}; DROP USER {}; DROP USER {};",
            self.name, self.owner.name, self.reader.name
        );
        // Nobody waits: a server that is gone takes its databases with it.
        background().spawn(async move {
            if let Ok(mut connection) = MySqlConnection::connect_with(&options).await {
                sqlx::raw_sql(AssertSqlSafe(script))
                    .execute(&mut connection)
                    .await
                    .ok();
            }
        });
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase")
            .field("name", &self.name)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
