//! Encrypted connections, to real servers with certificates of an authority made for the test.

use std::path::Path;

use im_auth_sql::ForeignDatabase;
use im_core::AuthError;
use im_testkit::{MariaDb, Postgres, PostgresDatabase, TestDatabase};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{config, open, row};

/// What the certificates are for. The servers listen on 127.0.0.1, so an address may use either.
const NAMES: &[&str] = &["localhost"];

/// Tells how a connection came about, on PostgreSQL the youngest: `TLS…` or nothing.
const MARIADB_CIPHER: &str = "SELECT variable_value AS name FROM information_schema.session_status WHERE variable_name = 'Ssl_version'";
const POSTGRES_CIPHER: &str = "SELECT CASE WHEN s.ssl THEN s.version ELSE '' END AS name FROM pg_stat_ssl s JOIN pg_stat_activity a ON a.pid = s.pid \
     WHERE a.application_name = 'im-auth' ORDER BY a.backend_start DESC NULLS LAST LIMIT 1";

struct Server {
    /// Of the reader, by the number 127.0.0.1.
    url: String,
    ca: String,
    other_ca: String,
    cipher: &'static str,
    modes: Modes,
}

struct Modes {
    none: &'static str,
    required: &'static str,
    authority: &'static str,
    full: &'static str,
}

impl Server {
    fn mariadb(server: &MariaDb, database: &TestDatabase) -> Self {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        Self {
            url: database.reader_url(),
            ca: text(&server.ca_file()),
            other_ca: text(&server.other_ca_file()),
            cipher: MARIADB_CIPHER,
            modes: Modes {
                none: "DISABLED",
                required: "REQUIRED",
                authority: "VERIFY_CA",
                full: "VERIFY_IDENTITY",
            },
        }
    }

    fn postgres(server: &Postgres, database: &PostgresDatabase) -> Self {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        Self {
            url: database.reader_url(),
            ca: text(&server.ca_file()),
            other_ca: text(&server.other_ca_file()),
            cipher: POSTGRES_CIPHER,
            modes: Modes {
                none: "disable",
                required: "require",
                authority: "verify-ca",
                full: "verify-full",
            },
        }
    }

    fn at(&self, host: &str, options: &str) -> ForeignDatabase {
        let url = self.url.replace("127.0.0.1", host);
        open(config(&format!("{url}{options}")))
    }

    /// The version of TLS that the session has, empty for none.
    async fn version(&self, host: &str, options: &str) -> String {
        row(&self.at(host, options), self.cipher)
            .await
            .opt_text("name")
            .unwrap()
            .unwrap_or_default()
    }

    /// Why there is no connection. The password is nowhere in it.
    async fn refusal(&self, host: &str, options: &str) -> AuthError {
        let database = self.at(host, options);
        let statement = crate::support::statement(self.cipher);
        let error = database.fetch_optional(&statement, &[]).await.unwrap_err();
        let password = self.url.split([':', '@']).nth(2).unwrap();
        assert!(!format!("{error} {error:?}").contains(password));
        error
    }

    /// A server that offers TLS.
    async fn encrypts(&self) {
        let Modes {
            none,
            required,
            authority,
            full,
        } = self.modes;
        let (ca, other_ca) = (&self.ca, &self.other_ca);
        // Without a word about it, too.
        for options in ["".to_owned(), format!("?ssl-mode={required}")] {
            let version = self.version("127.0.0.1", &options).await;
            assert!(version.starts_with("TLSv1."), "{options}: {version:?}");
        }
        let version = self
            .version("127.0.0.1", &format!("?ssl-mode={none}"))
            .await;
        assert_eq!(version, "");
        for (host, mode) in [
            ("127.0.0.1", authority),
            ("localhost", authority),
            ("localhost", full),
        ] {
            let options = format!("?ssl-mode={mode}&ssl-ca={ca}");
            let version = self.version(host, &options).await;
            assert!(version.starts_with("TLSv1."), "{options}: {version:?}");
        }
        for (host, mode, file, word) in [
            ("localhost", authority, other_ca, "ssl-ca="),
            ("localhost", full, other_ca, "ssl-ca="),
            ("127.0.0.1", full, ca, "another name"),
        ] {
            let options = format!("?ssl-mode={mode}&ssl-ca={file}");
            let error = self.refusal(host, &options).await;
            assert_eq!(error.kind(), "configuration", "{options}: {error}");
            assert!(error.to_string().contains(word), "{options}: {error}");
            assert!(!error.is_temporary(), "nobody need wait for it");
        }
        // The authorities of the web have not signed it.
        let error = self
            .refusal("localhost", &format!("?ssl-mode={full}"))
            .await;
        assert!(error.to_string().contains("ssl-ca="), "{error}");
    }

    /// A server that does not.
    async fn is_refused_where_encryption_is_demanded(&self, ca: &str) {
        let Modes {
            required,
            authority,
            full,
            ..
        } = self.modes;
        for mode in [required, authority, full] {
            let options = format!("?ssl-mode={mode}&ssl-ca={ca}");
            let error = self.refusal("localhost", &options).await;
            assert_eq!(error.kind(), "configuration", "{options}: {error}");
            assert!(error.to_string().contains("switch TLS on"), "{error}");
        }
        assert_eq!(self.version("127.0.0.1", "").await, "");
    }
}

#[tokio::test]
async fn connections_to_mariadb_are_encrypted_and_checked_as_the_address_says() {
    let server = MariaDb::start_with_tls(NAMES).await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    Server::mariadb(&server, &database).encrypts().await;
    // A plain one has no files; those of the other will do.
    let ca = server.ca_file();
    let plain = MariaDb::shared().await;
    let database = plain.create_database("utf8mb4", "utf8mb4_general_ci").await;
    Server::mariadb(plain, &database)
        .is_refused_where_encryption_is_demanded(ca.to_str().unwrap())
        .await;
}

#[tokio::test]
async fn connections_to_postgresql_are_encrypted_and_checked_as_the_address_says() {
    let server = Postgres::start_with_tls(NAMES).await;
    let database = server.create_database().await;
    Server::postgres(&server, &database).encrypts().await;
    let ca = server.ca_file();
    let plain = Postgres::shared().await;
    let database = plain.create_database().await;
    Server::postgres(plain, &database)
        .is_refused_where_encryption_is_demanded(ca.to_str().unwrap())
        .await;
}

/// A server that says `greeting`, and what a client tells it until it gives up.
async fn overhear(scheme: &str, options: &str, greeting: &[u8], answer: &[u8]) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("{scheme}://somebody:hushhush@127.0.0.1:{port}/forum{options}");
    let (greeting, answer) = (greeting.to_vec(), answer.to_vec());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&greeting).await.unwrap();
        let mut heard = vec![0; 4096];
        let first = stream.read(&mut heard).await.unwrap_or(0);
        heard.truncate(first);
        if first > 0 {
            stream.write_all(&answer).await.ok();
            stream.shutdown().await.ok();
            stream.read_to_end(&mut heard).await.ok();
        }
        heard
    });
    let database = open(config(&url));
    let statement = crate::support::statement("SELECT 1 AS one");
    database.fetch_optional(&statement, &[]).await.unwrap_err();
    server.await.unwrap()
}

/// What MariaDB says first, with or without the bit that offers TLS.
fn greeting(offers_tls: bool) -> Vec<u8> {
    let mut packet = b"\x0a10.11.0-MariaDB\0".to_vec();
    packet.extend([1, 0, 0, 0]);
    packet.extend(b"saltsalt\0");
    let low: u16 = 0xf7fe & !0x0800 | if offers_tls { 0x0800 } else { 0 };
    packet.extend(low.to_le_bytes());
    packet.push(45);
    packet.extend(2_u16.to_le_bytes());
    packet.extend(0x81bf_u16.to_le_bytes());
    packet.push(21);
    packet.extend([0; 10]);
    packet.extend(b"saltsaltsalt\0");
    packet.extend(b"mysql_native_password\0");
    let mut framed = (packet.len() as u32).to_le_bytes()[..3].to_vec();
    framed.push(0);
    framed.extend(packet);
    framed
}

fn holds(heard: &[u8], word: &str) -> bool {
    heard
        .windows(word.len())
        .any(|part| part == word.as_bytes())
}

#[tokio::test]
async fn neither_name_nor_password_is_told_before_the_encryption_that_is_demanded() {
    // Without the demand the name is told, so these servers are understood.
    let heard = overhear("mysql", "", &greeting(false), b"").await;
    assert!(holds(&heard, "somebody"), "{heard:?}");
    let heard = overhear("postgres", "", b"", b"N").await;
    assert!(holds(&heard, "somebody"), "{heard:?}");

    for mode in ["REQUIRED", "VERIFY_IDENTITY"] {
        let options = format!("?ssl-mode={mode}");
        let heard = overhear("mysql", &options, &greeting(false), b"").await;
        assert_eq!(heard, b"", "{mode}: a server without TLS is told nothing");
        let heard = overhear("mysql", &options, &greeting(true), b"").await;
        assert_eq!(heard.len().min(36), 36, "a wish for TLS: {heard:?}");
        assert!(!holds(&heard, "somebody") && !holds(&heard, "forum"));
    }
    for mode in ["require", "verify-full"] {
        let options = format!("?ssl-mode={mode}");
        for answer in [&b"N"[..], b"S", b"E"] {
            let heard = overhear("postgres", &options, b"", answer).await;
            assert_eq!(heard[..8], [0, 0, 0, 8, 4, 210, 22, 47], "a wish for TLS");
            assert!(!holds(&heard, "somebody") && !holds(&heard, "forum"));
        }
        let heard = overhear("postgres", &options, b"", b"N").await;
        assert_eq!(heard.len(), 8, "{mode}: nothing but the wish");
    }
}

#[tokio::test]
async fn what_an_address_says_of_encryption_is_checked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("ca.pem");
    let missing = missing.to_str().unwrap();
    for (url, words) in [
        ("mysql://u@h/d?ssl-mode=require", "required"),
        ("postgres://u@h/d?sslmode=VERIFY_IDENTITY", "verify-full"),
        // sqlx would take it and never encrypt.
        ("postgres://u@h/d?sslmode=allow", "prefer"),
        ("mysql://u@h/d?ssl-mode=VERIFY_CA", "ssl-ca="),
        (
            "postgres://u@h/d?ssl-mode=verify-ca",
            "ssl-mode=verify-full",
        ),
        (
            &format!("mysql://u@h/d?ssl-mode=VERIFY_CA&ssl-ca={missing}"),
            missing,
        ),
        (
            &format!("postgres://u@h/d?ssl-key={missing}"),
            "cannot be read",
        ),
    ] {
        let error = ForeignDatabase::new(config(url)).unwrap_err();
        assert_eq!(error.kind(), "configuration", "{url}");
        assert!(error.to_string().contains(words), "{url}: {error}");
    }
}
