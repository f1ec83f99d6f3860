//! Folders together with their databases, on a real MariaDB.

use im_testkit::{MariaDb, TestDatabase};
use serde_json::Value;
use tempfile::TempDir;

use crate::ran::{builds, run, schema};

async fn database(charset: &str) -> TestDatabase {
    let collation = match charset {
        "latin1" => "latin1_swedish_ci",
        "utf8mb3" => "utf8mb3_general_ci",
        _ => "utf8mb4_general_ci",
    };
    MariaDb::shared()
        .await
        .create_database(charset, collation)
        .await
}

/// The name of the account that only reads, which plays the product's own here.
fn reader(database: &TestDatabase) -> String {
    let url = database.reader_url();
    let (_, rest) = url.split_once("://").unwrap();
    rest.split([':', '@']).next().unwrap().to_owned()
}

/// A folder with one file in it, made of a text with `@HOST@`, `@PORT@`, `@NAME@`, `@USER@` and `@PASSWORD@` in it.
fn folder(database: &TestDatabase, file: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = text
        .replace("@HOST@", "127.0.0.1")
        .replace("@PORT@", &database.port().to_string())
        .replace("@NAME@", database.name())
        .replace("@USER@", &reader(database))
        .replace("@PASSWORD@", database.reader_password());
    std::fs::write(path, text).unwrap();
    folder
}

/// What is found, in both forms; the password appears in neither.
fn detect(folder: &TempDir, database: &TestDatabase) -> Value {
    let path = folder.path().to_str().unwrap();
    let json = run(&["detect", path, "--json"], &[("IM_AUTH_LOG", "trace")]);
    let text = run(&["detect", path], &[]);
    for ran in [&json, &text] {
        assert_eq!(ran.code, Some(0), "{ran}");
        for shown in [&ran.out, &ran.err] {
            assert!(!shown.contains(database.reader_password()), "{ran}");
            assert!(!shown.contains("9f86d081884c7d659a2feaa0c55ad015"), "{ran}");
        }
    }
    let found = json.json();
    assert_eq!(found["database_error"], Value::Null, "{json}");
    assert!(
        text.out.contains(found["block"].as_str().unwrap()),
        "{text}"
    );
    found
}

fn formats(found: &Value) -> Vec<(String, u64, bool)> {
    let list = found["in_database"]["formats"].as_array().expect("formats");
    let mut formats: Vec<_> = list
        .iter()
        .map(|format| {
            (
                format["format"].as_str().unwrap().to_owned(),
                format["accounts"].as_u64().unwrap(),
                format["supported"].as_bool().unwrap(),
            )
        })
        .collect();
    formats.sort();
    formats
}

/// How many accounts have something that is known, and something that is not.
fn known_and_unknown(found: &Value) -> (u64, u64) {
    let sum = |wanted: bool| {
        formats(found)
            .iter()
            .filter(|(_, _, supported)| *supported == wanted)
            .map(|(_, accounts, _)| accounts)
            .sum()
    };
    (sum(true), sum(false))
}

fn warns_of(found: &Value, part: &str) -> bool {
    found["in_database"]["warnings"].to_string().contains(part)
}

#[tokio::test]
async fn a_wordpress_with_three_formats_and_one_that_nobody_knows() {
    let database = database("utf8mb4").await;
    database
        .execute(
            &(schema("wordpress", "ltr_")
                + "INSERT INTO ltr_users (ID, user_login, user_pass) VALUES \
                   (1, 'a', '$wp$2y$04$RpGdKyrA1m/NtaMVMFe0j.A4LeeOhibPjZcJudRQTXXYRgyThgYuK'), \
                   (2, 'b', '$P$5QL3cbRH59kM6XYtsuJAYFuvtPnBat0'), (3, 'c', '$P$5QL3cbRH59kM6XYtsuJAYFuvtPnBat1'), \
                   (4, 'd', '9f86d081884c7d659a2feaa0c55ad015'), (5, 'e', '{haval}00112233445566778899001122');\n\
                   INSERT INTO ltr_options (option_name, option_value) VALUES ('db_version', '60421');"),
        )
        .await;
    let folder = folder(
        &database,
        "wp-config.php",
        "<?php define('DB_NAME', '@NAME@'); define('DB_USER', '@USER@'); define('DB_PASSWORD', '@PASSWORD@'); \
         define('DB_HOST', '@HOST@:@PORT@'); $table_prefix = 'ltr_';",
    );
    let found = detect(&folder, &database);
    assert_eq!(found["system"], "wordpress");
    assert_eq!(found["in_database"]["accounts"], 5);
    assert_eq!(found["in_database"]["version"], "60421");
    assert_eq!(known_and_unknown(&found), (4, 1), "{found}");
    let phpass = formats(&found)
        .iter()
        .any(|(format, accounts, _)| format.contains("phpass") && *accounts == 2);
    assert!(phpass, "{found}");
    assert!(
        warns_of(
            &found,
            "1 accounts have passwords stored in a way that is not known"
        ),
        "{found}"
    );
    let block = found["block"].as_str().unwrap();
    assert_eq!(builds(block).prefix.as_deref(), Some("ltr_"));
    let grants = found["grants"].to_string();
    // BuddyPress may come later and ban people; a server hides what an account may not read.
    assert!(grants.contains(".* TO 'im_ro'@'127.0.0.1';"), "{grants}");
}

#[tokio::test]
async fn the_rights_that_are_printed_are_enough_and_the_block_works() {
    let database = database("utf8mb4").await;
    database
        .execute(
            &(schema("mybb", "mb_")
                + "INSERT INTO mb_users (uid, username, password, salt, usergroup) VALUES \
                   (11, 'Alice', '6e83bec39f77304e4563baa91e5dd631', 'q7Wd0PzT', 2), (12, 'Odd', '{odd}', 'x', 2);\n\
                   INSERT INTO mb_usergroups (gid, title) VALUES (2, 'Registered');"),
        )
        .await;
    let folder = folder(
        &database,
        "inc/config.php",
        "<?php $config['database']['type'] = 'mysqli'; $config['database']['database'] = '@NAME@'; \
         $config['database']['table_prefix'] = 'mb_'; $config['database']['hostname'] = '@HOST@:@PORT@'; \
         $config['database']['username'] = '@USER@'; $config['database']['password'] = '@PASSWORD@';",
    );
    let found = detect(&folder, &database);
    assert_eq!(found["system"], "mybb", "{found}");
    assert_eq!(known_and_unknown(&found), (1, 1), "{found}");
    // The statements as printed, run by the server's administrator; then the account signs somebody in.
    let statements: Vec<String> = found["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement.as_str().unwrap().replace("'…'", "'a new one'"))
        .collect();
    database
        .execute("DROP USER IF EXISTS 'im_ro'@'127.0.0.1';")
        .await;
    database.execute(&statements.join("\n")).await;
    let config = builds(found["block"].as_str().unwrap());
    let url = secrecy::ExposeSecret::expose_secret(config.database.as_ref().unwrap()).to_owned();
    let password = folder.path().join("password");
    std::fs::write(&password, "a new one\n").unwrap();
    let ran = run(
        &[
            "doctor",
            "--system",
            "mybb",
            "--database",
            &url,
            "--prefix",
            "mb_",
            "--json",
            "--database-password-file",
            password.to_str().unwrap(),
        ],
        &[],
    );
    database
        .execute("DROP USER IF EXISTS 'im_ro'@'127.0.0.1';")
        .await;
    assert_eq!(ran.code, Some(1), "one account cannot sign in: {ran}");
    assert!(!ran.out.contains("may do more than SELECT"), "{ran}");
    assert_eq!(ran.json()["accounts"], 2, "{ran}");
}

#[tokio::test]
async fn a_joomla_whose_file_names_another_prefix() {
    let database = database("utf8mb4").await;
    database
        .execute(
            &(schema("joomla", "real_")
                + "INSERT INTO real_users (id, username, password, params) VALUES \
                   (42, 'alice', '$2y$04$uiSvHJObBLuP6Qqgh49nP.LTw6ZLjRbVeoMRiOX0i32vOTjfiKNF.', '');"),
        )
        .await;
    let folder = folder(
        &database,
        "configuration.php",
        "<?php class JConfig { public $dbtype = 'mysqli'; public $host = '@HOST@:@PORT@'; public $user = '@USER@'; \
         public $password = '@PASSWORD@'; public $db = '@NAME@'; public $dbprefix = 'old_'; }",
    );
    let found = detect(&folder, &database);
    assert_eq!(
        (found["system"].as_str(), found["prefix"].as_str()),
        (Some("joomla"), Some("real_")),
        "{found}"
    );
    assert_eq!(known_and_unknown(&found), (1, 0), "{found}");
    assert!(
        found["notes"].to_string().contains("they begin with"),
        "{found}"
    );
}

#[tokio::test]
async fn a_phpbb2_and_a_phorum() {
    let phpbb = database("latin1").await;
    let board = im_auth_phpbb2::sample::Board::mysql("old_").expect("a prefix");
    let alice = im_auth_phpbb2::sample::Member::new("Alice", "one").id(2);
    let bob = im_auth_phpbb2::sample::Member::new("Bob", "two").id(3);
    phpbb
        .execute(
            &[
                board.create(),
                board.register(&alice),
                board.register(&bob),
                "UPDATE old_users SET user_password = '{odd}' WHERE user_id = 3;".to_owned(),
            ]
            .concat(),
        )
        .await;
    let path = folder(
        &phpbb,
        "config.php",
        "<?php $dbms = 'mysql4'; $dbhost = '@HOST@:@PORT@'; $dbname = '@NAME@'; $dbuser = '@USER@'; $dbpasswd = '@PASSWORD@'; \
         $table_prefix = 'old_'; define('PHPBB_INSTALLED', true);",
    );
    let found = detect(&path, &phpbb);
    assert_eq!(found["system"], "phpbb2", "{found}");
    assert_eq!(known_and_unknown(&found), (1, 1), "{found}");
    assert!(
        found["grants"].to_string().contains("old_banlist"),
        "{found}"
    );

    let phorum = database("utf8mb3").await;
    let board = im_auth_phorum::sample::Board::mysql("talk").expect("a prefix");
    let alice = im_auth_phorum::sample::Member::new("Alice", "one").id(2);
    phorum
        .execute(&(board.create() + &board.register(&alice)))
        .await;
    let path = folder(
        &phorum,
        "include/db/config.php",
        "<?php $PHORUM['DBCONFIG'] = array('type' => 'mysql', 'name' => '@NAME@', 'server' => '@HOST@', 'port' => @PORT@, \
         'user' => '@USER@', 'password' => '@PASSWORD@', 'table_prefix' => 'talk');",
    );
    let found = detect(&path, &phorum);
    assert_eq!(
        (found["system"].as_str(), found["prefix"].as_str()),
        (Some("phorum"), Some("talk")),
        "{found}"
    );
    assert_eq!(known_and_unknown(&found), (1, 0), "{found}");
    builds(found["block"].as_str().unwrap());
}

#[tokio::test]
async fn a_database_that_refuses_is_told_and_the_files_still_speak() {
    let database = database("utf8mb4").await;
    let folder = folder(
        &database,
        "config.php",
        "<?php $dbms = 'mysql'; $dbhost = '@HOST@:@PORT@'; $dbname = '@NAME@'; $dbuser = 'nobody'; $dbpasswd = 'hush-hush'; \
         $table_prefix = 'phpbb_'; define('PHPBB_INSTALLED', true);",
    );
    let ran = run(&["detect", folder.path().to_str().unwrap(), "--json"], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.json()["database_error"].is_string(), "{ran}");
    assert!(!ran.out.contains("hush-hush"), "{ran}");
    builds(ran.json()["block"].as_str().unwrap());
}
