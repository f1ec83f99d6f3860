//! Folders and databases of products on a real PostgreSQL, and the rights that are printed for it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use im_auth_sql::Engine;
use im_testkit::{Postgres, PostgresDatabase};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::ran::{builds, run, schema_of};

/// A product as it is installed.
struct Product {
    system: &'static str,
    prefix: &'static str,
    /// Its configuration file, with `@HOST@`, `@PORT@`, `@NAME@`, `@USER@` and `@PASSWORD@` in it.
    file: &'static str,
    text: &'static str,
    rows: &'static str,
    /// Who signs in.
    name: &'static str,
    password: &'static str,
    /// What stands in the file beside the database.
    secret: Option<&'static str>,
}

const NEXTCLOUD: Product = Product {
    system: "nextcloud",
    prefix: "oc_",
    file: "config/config.php",
    text: "<?php $CONFIG = array ('passwordsalt' => 'pepper-and-salt', 'dbtype' => 'pgsql', 'dbname' => '@NAME@', \
           'dbhost' => '@HOST@:@PORT@', 'dbtableprefix' => 'oc_', 'dbuser' => '@USER@', 'dbpassword' => '@PASSWORD@', \
           'version' => '31.0.2.1');",
    rows: "INSERT INTO oc_users (uid, uid_lower, password) VALUES \
           ('mailer', 'mailer', '1|$2y$04$rbu4cCT0NLrB8e6qCqU4x.TNd72z6Pi4MXrjMwPUHZzHRAGK2tX2y');",
    name: "mailer",
    password: "secret 3",
    secret: Some("pepper-and-salt"),
};

const DISCOURSE: Product = Product {
    system: "discourse",
    prefix: "",
    file: "config/discourse.conf",
    text: "db_host = @HOST@\ndb_port = @PORT@\ndb_name = @NAME@\ndb_username = @USER@\ndb_password = \"@PASSWORD@\"\n\
           hostname = talk.example\n",
    rows: "INSERT INTO users (id, username, username_lower, active, approved) VALUES (11, 'alice', 'alice', true, true); \
           INSERT INTO user_passwords (user_id, password_hash, password_salt, password_algorithm) VALUES \
           (11, '9ace9cd667342a15dd9c7403ea46c8f4548b3c6e72b929ba1a495a6c2cdae81e', '0e5c2e6979a727e62ea86dcbe438783e', \
            '$pbkdf2-sha256$i=1000,l=32$');",
    name: "alice",
    password: "correct horse 42",
    secret: None,
};

const MOODLE: Product = Product {
    system: "moodle",
    prefix: "mdl_",
    file: "config.php",
    text: "<?php unset($CFG); global $CFG; $CFG = new stdClass(); $CFG->dbtype = 'pgsql'; $CFG->dbhost = '@HOST@'; \
           $CFG->dbname = '@NAME@'; $CFG->dbuser = '@USER@'; $CFG->dbpass = '@PASSWORD@'; $CFG->prefix = 'mdl_'; \
           $CFG->dboptions = array ('dbport' => @PORT@, 'dbsocket' => ''); require_once(__DIR__ . '/lib/setup.php');",
    rows: "INSERT INTO mdl_user (id, username, password, confirmed, mnethostid) VALUES (5, 'alice', \
           '$6$rounds=1000$VvIfM6tE9qHP1gOX$5HQIRbARt.O180g78pZeaGv6CnnUv1amGeell9NSi8cZd3xuSN7oB1NnN/MQ7m9ROofOyGDD8VUU2Z6uKzmyG/', \
           1, 1);",
    name: "alice",
    password: "Zoë-Crème brûlée-日本",
    secret: None,
};

/// The account that only reads, which plays the product's own: it is called as the database.
fn furnished(database: &PostgresDatabase, text: &str) -> String {
    text.replace("@HOST@", "127.0.0.1")
        .replace("@PORT@", &database.port().to_string())
        .replace("@NAME@", database.name())
        .replace("@USER@", database.name())
        .replace("@PASSWORD@", database.reader_password())
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|text| text.as_str().expect("texts").to_owned())
        .collect()
}

/// Runs the command with a typed password.
fn typing(password: &str, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_im-auth"))
        .args(arguments)
        .env_remove("IM_AUTH_DATABASE")
        .env_remove("IM_AUTH_DATABASE_PASSWORD")
        .env_remove("IM_AUTH_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut input = command.stdin.take().expect("piped");
    input.write_all(password.as_bytes()).expect("it reads");
    drop(input);
    let output = command.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    let json =
        serde_json::from_str(&text).unwrap_or_else(|problem| panic!("{problem}: {text} {error}"));
    (output.status.code(), json, error)
}

/// Finds the product in its folder and in its database, makes the account as printed, and signs somebody in with it.
async fn is_found_and_opened(product: &Product) {
    let server = Postgres::start().await;
    let database = server.create_database().await;
    let tables = schema_of(Engine::Postgres, product.system, product.prefix);
    database.execute(&(tables + product.rows)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(product.file);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, furnished(&database, product.text)).unwrap();

    let path = folder.path().to_str().unwrap();
    let in_folder = run(&["detect", path, "--json"], &[]);
    let url = database.reader_url();
    let in_tables = run(&["detect", "--json"], &[("IM_AUTH_DATABASE", &url)]);
    for ran in [&in_folder, &in_tables] {
        assert_eq!(ran.code, Some(0), "{ran}");
        for shown in [&ran.out, &ran.err] {
            assert!(!shown.contains(database.reader_password()), "{ran}");
            let tells = product.secret.is_some_and(|secret| shown.contains(secret));
            assert!(!tells, "{ran}");
        }
    }
    let found = in_folder.json();
    assert_eq!(found["system"], product.system, "{found}");
    assert_eq!(found["database_error"], Value::Null, "{found}");
    assert_eq!(found["in_database"]["accounts"], 1, "{found}");
    assert!(
        found["in_database"]["formats"]
            .as_array()
            .unwrap()
            .iter()
            .all(|format| format["supported"] == true),
        "{found}"
    );
    let matches = in_tables.json()["matches"].clone();
    let matched = matches
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["system"] == product.system && one["prefix"] == product.prefix)
        .unwrap_or_else(|| panic!("{matches}"));

    for (found, account) in [(&found, "by folder"), (matched, "by tables")] {
        let statements = texts(&found["grants"]);
        let role = statements
            .iter()
            .find_map(|statement| statement.strip_prefix("CREATE ROLE "))
            .and_then(|rest| rest.split(' ').next())
            .unwrap_or_else(|| panic!("{statements:?}"))
            .to_owned();
        let script = statements.join("\n").replace("'…'", "'a new one'");
        database.execute(&script).await;
        let config = builds(found["block"].as_str().unwrap());
        let url = config.database.as_ref().unwrap().expose_secret().to_owned();
        assert!(url.starts_with("postgres"), "{url}");
        let password = folder.path().join("password");
        std::fs::write(&password, "a new one\n").unwrap();
        let mut common = vec![
            "--system",
            product.system,
            "--database",
            &url,
            "--prefix",
            product.prefix,
            "--json",
            "--database-password-file",
            password.to_str().unwrap(),
        ];
        let secret = folder.path().join("secret");
        if let Some(text) = product.secret {
            std::fs::write(&secret, text).unwrap();
            common.extend(["--secret-file", secret.to_str().unwrap()]);
        }
        let with = |first: &[&'static str]| -> Vec<&str> {
            first
                .iter()
                .copied()
                .chain(common.iter().copied())
                .collect()
        };
        let (code, answer, error) = typing(
            product.password,
            &with(&["check", "--password-stdin", "--username", product.name]),
        );
        assert_eq!(code, Some(0), "{account}: {answer} {error}");
        assert_eq!(answer["user"]["name"], product.name, "{answer}");
        let (code, answer, _) = typing(
            "not this one",
            &with(&["check", "--password-stdin", "--username", product.name]),
        );
        assert_eq!(
            (code, &answer["reason"]),
            (Some(1), &"wrong_password".into())
        );
        let doctor = run(&with(&["doctor"]), &[]);
        assert_eq!(doctor.code, Some(0), "{account}: {doctor}");
        assert!(!doctor.out.contains("may do more than SELECT"), "{doctor}");
        assert_eq!(doctor.json()["accounts"], 1, "{doctor}");
        // Rights on tables, on the schema and the database.
        database
            .execute(&format!("DROP OWNED BY {role}; DROP ROLE {role};"))
            .await;
    }
}

#[tokio::test]
async fn a_nextcloud_on_postgresql() {
    is_found_and_opened(&NEXTCLOUD).await;
}

#[tokio::test]
async fn a_discourse() {
    is_found_and_opened(&DISCOURSE).await;
}

#[tokio::test]
async fn a_moodle_on_postgresql() {
    is_found_and_opened(&MOODLE).await;
}
