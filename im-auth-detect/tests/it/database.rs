//! Where a database is, in all the spellings.

use im_auth_detect::{DatabaseUrl, Engine, Server, UrlError};
use proptest::prelude::*;

fn server(text: &str) -> (Option<String>, Option<u16>, Option<String>) {
    let Server {
        host, port, socket, ..
    } = Server::parse(text);
    (host, port, socket)
}

fn owned(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn hosts_are_taken_apart_however_they_are_written() {
    for (text, host, port, socket) in [
        ("localhost", owned("localhost"), None, None),
        (
            " db.example.org:3307 ",
            owned("db.example.org"),
            Some(3307),
            None,
        ),
        (
            "localhost:/run/mysqld/mysqld.sock",
            owned("localhost"),
            None,
            owned("/run/mysqld/mysqld.sock"),
        ),
        (":/run/my.sock", None, None, owned("/run/my.sock")),
        ("/run/my.sock", None, None, owned("/run/my.sock")),
        (
            "localhost:3306:/run/my.sock",
            owned("localhost"),
            Some(3306),
            owned("/run/my.sock"),
        ),
        ("[2001:db8::1]:3306", owned("2001:db8::1"), Some(3306), None),
        ("[::1]", owned("::1"), None, None),
        ("2001:db8::1", owned("2001:db8::1"), None, None),
        ("p:db", owned("db"), None, None),
        ("p:[::1]:3308", owned("::1"), Some(3308), None),
        ("", None, None, None),
    ] {
        assert_eq!(server(text), (host, port, socket), "{text}");
    }
}

#[test]
fn urls_are_taken_apart_and_decoded() {
    let url = DatabaseUrl::parse(
        "mysql://us%40er:p%40s:s%2F%3F@host:3306/na%20me?serverVersion=8.0&charset=utf8mb4",
    )
    .expect("a URL");
    assert_eq!(
        (url.scheme.as_str(), url.engine),
        ("mysql", Some(Engine::Mysql))
    );
    assert_eq!(url.user.as_deref(), Some("us@er"));
    assert_eq!(
        url.password.as_ref().and_then(|p| p.expose_str()),
        Some("p@s:s/?")
    );
    assert_eq!(
        (url.server.host.as_deref(), url.server.port),
        (Some("host"), Some(3306))
    );
    assert_eq!(url.database.as_deref(), Some("na me"));
    assert_eq!(
        url.parameter("charset").and_then(|p| p.expose_str()),
        Some("utf8mb4")
    );
    assert!(!format!("{url:?}").contains("p@s"));
}

#[test]
fn each_products_scheme_names_its_engine() {
    for (text, engine) in [
        ("mysqli://u:p@localhost/drupal", Some(Engine::Mysql)),
        ("mysql2://u:p@localhost/rails", Some(Engine::Mysql)),
        ("mariadb://u@h/d", Some(Engine::Mysql)),
        ("pdo-mysql://u@h/d", Some(Engine::Mysql)),
        ("pgsql://u@h/d", Some(Engine::Postgres)),
        ("postgresql+psycopg2://u@h/d", Some(Engine::Postgres)),
        ("postgres://u@h/d", Some(Engine::Postgres)),
        ("sqlite:///x", Some(Engine::Sqlite)),
        ("mssql://u@h/d", None),
    ] {
        assert_eq!(
            DatabaseUrl::parse(text).expect("a URL").engine,
            engine,
            "{text}"
        );
    }
    assert_eq!(
        Engine::from_driver("phpbb\\db\\driver\\postgres"),
        Some(Engine::Postgres)
    );
    assert_eq!(Engine::from_driver("Pdo_Mysql"), Some(Engine::Mysql));
    assert_eq!(Engine::from_driver("pdo_sqlite"), Some(Engine::Sqlite));
    assert_eq!(Engine::from_driver("oci8"), None);
}

#[test]
fn sqlite_names_a_file() {
    for (text, path) in [
        ("sqlite:////var/lib/x.db", "/var/lib/x.db"),
        ("sqlite:///var/lib/x.db", "/var/lib/x.db"),
        (
            "sqlite:///%kernel.project_dir%/var/data.db",
            "/%kernel.project_dir%/var/data.db",
        ),
        ("sqlite:data/x.db", "data/x.db"),
        ("sqlite3:db/production.sqlite3", "db/production.sqlite3"),
        ("sqlite::memory:", ":memory:"),
    ] {
        assert_eq!(
            DatabaseUrl::parse(text).expect("a URL").database.as_deref(),
            Some(path),
            "{text}"
        );
    }
}

#[test]
fn sockets_come_in_the_host_and_in_the_parameters() {
    for text in [
        "postgres://u@%2Frun%2Fpg/d",
        "postgres://u@/d?host=/run/pg",
        "mysql://u@localhost/d?unix_socket=%2Frun%2Fpg",
        "mysql:unix_socket=/run/pg;dbname=d",
    ] {
        let url = DatabaseUrl::parse(text).expect("a URL");
        assert_eq!(url.server.socket.as_deref(), Some("/run/pg"), "{text}");
        assert_eq!(url.database.as_deref(), Some("d"), "{text}");
    }
}

#[test]
fn dsns_are_taken_apart() {
    let url =
        DatabaseUrl::parse("mysql:host=db;port=3307;dbname=forum;charset=utf8mb4").expect("a DSN");
    assert_eq!(
        (
            url.server.host.as_deref(),
            url.server.port,
            url.database.as_deref()
        ),
        (Some("db"), Some(3307), Some("forum"))
    );
    let url = DatabaseUrl::parse("pgsql:host=db port=5433 dbname=forum user=u password=p")
        .expect("a DSN");
    assert_eq!(
        (url.server.port, url.user.as_deref()),
        (Some(5433), Some("u"))
    );
    assert_eq!(
        url.password.as_ref().and_then(|p| p.expose_str()),
        Some("p")
    );
}

#[test]
fn a_password_with_unencoded_signs_is_still_found() {
    let url = DatabaseUrl::parse("mysql://u:p@ss/w:rd@host/db?x=y").expect("a URL");
    assert_eq!(
        url.server.host.as_deref(),
        Some("ss"),
        "a slash ends the address where an @ came before it"
    );
    let url = DatabaseUrl::parse("mysql://u:p@ss@host/db").expect("a URL");
    assert_eq!(
        (
            url.password.as_ref().and_then(|p| p.expose_str()),
            url.server.host.as_deref()
        ),
        (Some("p@ss"), Some("host"))
    );
    let url = DatabaseUrl::parse("mysql://u:p/ss@host/db").expect("a URL");
    assert_eq!(
        (
            url.password.as_ref().and_then(|p| p.expose_str()),
            url.database.as_deref()
        ),
        (Some("p/ss"), Some("db"))
    );
}

#[test]
fn what_is_no_url_is_refused_without_showing_it() {
    for (text, error) in [
        ("localhost", UrlError::NoScheme),
        ("://x", UrlError::NoScheme),
        ("a b:x", UrlError::NoScheme),
        ("mysql://u:sesame@h:99999/d", UrlError::Port),
        ("mysql://u:sesame@h:x/d", UrlError::Port),
        ("mysql://%ff@h/d", UrlError::NotUtf8),
    ] {
        let got = DatabaseUrl::parse(text).expect_err(text);
        assert_eq!(got, error, "{text}");
        assert!(!format!("{got} {got:?}").contains("sesame"));
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_parsers(text in "(mysql|pgsql|sqlite|[a-z:]{0,5})(://|:)?[-a-z0-9@:/?#%;=&\\[\\]é ]{0,40}") {
        let _ = DatabaseUrl::parse(&text);
        let _ = Server::parse(&text);
    }

    #[test]
    fn any_password_survives_encoding(password in any::<Vec<u8>>()) {
        let encoded = percent_encoding::percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let url = DatabaseUrl::parse(&format!("mysql://u:{encoded}@h/d")).expect("a URL");
        let found = url.password.expect("a password");
        prop_assert_eq!(found.expose(), password.as_slice());
    }
}
