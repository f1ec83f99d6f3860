//! No password, hash or typed name is printed.

use im_auth_sql::{DatabaseConfig, TextCharset, Value};
use im_testkit::MariaDb;

use crate::support::{config, mariadb, open, row, statement};

#[tokio::test]
async fn nothing_public_prints_a_seeded_secret() {
    let (keep, database) = mariadb(
        "latin1",
        "latin1_swedish_ci",
        "CREATE TABLE members (name VARCHAR(25), password VARCHAR(60)); INSERT INTO members VALUES ('alice', 'seeded-hash'), ('alice', 'seeded-hash');",
    )
    .await;
    let secrets = ["seeded-hash", "typed-name", keep.reader_password()];
    let member = row(
        &database,
        "SELECT password AS password, name AS name FROM members LIMIT 1",
    )
    .await;
    let by_name = statement(
        "SELECT password AS password FROM members WHERE name = :login AND password = :password",
    );
    let values = [
        ("login", Value::from("typed-name")),
        ("password", Value::from("seeded-hash")),
    ];
    let mut configuration = config(&keep.reader_url());
    configuration.password = Some("seeded-hash".into());
    let mut printed = vec![
        format!("{database:?}"),
        format!("{member:?}"),
        format!("{by_name:?}"),
        format!("{values:?}"),
        format!("{configuration:?}"),
        format!("{:?}", "bytes:utf-8".parse::<TextCharset>().unwrap()),
        database.address().to_owned(),
    ];
    let mut errors = vec![
        member.int("password").unwrap_err(),
        member.bool("password").unwrap_err(),
        member.timestamp("password").unwrap_err(),
        member.text("other").unwrap_err(),
        open(configuration)
            .fetch_all(&by_name, &values)
            .await
            .unwrap_err(),
        database
            .fetch_all(&by_name, &values[..1])
            .await
            .unwrap_err(),
        database
            .fetch_optional(
                &statement("SELECT password AS password FROM members WHERE name = 'alice'"),
                &[],
            )
            .await
            .unwrap_err(),
    ];
    for sql in [
        "SELECT nothing AS x FROM members WHERE name = :login AND password = :password",
        "SELECT 1 AS x FROM nothing WHERE name = :login AND password = :password",
        "SELECT 1 AS x FROM members WHERE FROM name = :login AND password = :password",
        "SELECT nothing(:login, :password) AS x",
        "SELECT (SELECT name FROM members) AS x, :login AS a, :password AS b",
        "SELECT CAST(:login AS UNSIGNED) - 1 AS x, EXP(1000) AS y, :password AS z",
        "SELECT EXTRACTVALUE('<a/>', CONCAT('~', :password)) AS x, :login AS y",
    ] {
        if let Err(error) = database.fetch_all(&statement(sql), &values).await {
            errors.push(error);
        }
    }
    assert!(errors.len() >= 11, "{}", errors.len());
    for error in &errors {
        printed.push(error.to_string());
        printed.push(format!("{error:?}"));
    }
    for text in printed {
        for secret in secrets {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn an_unreachable_database_prints_no_credentials() {
    let server = MariaDb::shared().await;
    for url in [
        format!("mysql://someone:pass-secret@127.0.0.1:{}/d", server.port()),
        format!(
            "mysql://someone:pass-secret@127.0.0.1:{}/d",
            im_testkit::free_port()
        ),
        "mysql://someone:pass-secret@no-such-host.invalid/d".to_owned(),
        "mysql://someone:pass-secret@127.0.0.1/d?socket=/no/such/socket".to_owned(),
    ] {
        let error = open(DatabaseConfig::new(url))
            .fetch_all(&statement("SELECT 1 AS x"), &[])
            .await
            .unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("pass-secret"), "{text}");
        }
        assert!(!error.to_string().contains("someone"), "{error}");
    }
}
