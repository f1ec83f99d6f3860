//! Databases without a folder.

use std::collections::BTreeMap;

use im_testkit::{MariaDb, SqliteFile};

use crate::ran::{builds, run, run_on, schema};

/// Systems and the prefixes that they have here.
const TWELVE: [(&str, &str); 12] = [
    ("wordpress", "blog7_"),
    ("joomla", "jj_"),
    ("mybb", "hive_"),
    ("phpbb3", "b3_"),
    ("smf2.1", "wood_"),
    ("drupal7", "grove_"),
    ("mediawiki", "lichen_"),
    ("vanilla", "scoop_"),
    ("xenforo", "orbit_"),
    ("moodle", "school_"),
    ("prestashop", "tea_"),
    ("mantisbt", "bug_"),
];

#[tokio::test]
async fn twelve_products_in_one_database_are_recognised_by_their_tables() {
    let server = MariaDb::shared().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    for (system, prefix) in TWELVE {
        database.execute(&schema(system, prefix)).await;
    }
    // The tables of 2.0 and 2.1 are the same.
    database
        .execute("INSERT INTO wood_settings (variable, value) VALUES ('smfVersion', '2.1.4');")
        .await;
    let phpbb2 = im_auth_phpbb2::sample::Board::mysql("elder_").expect("a prefix");
    let phorum = im_auth_phorum::sample::Board::mysql("agora").expect("a prefix");
    database
        .execute(&(phpbb2.create() + &phorum.create()))
        .await;
    let ran = run_on(&database, &["detect", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let found = ran.json();
    let matches: BTreeMap<&str, &str> = found["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["prefix"].as_str().unwrap(),
                one["system"].as_str().unwrap(),
            )
        })
        .collect();
    let expected: BTreeMap<&str, &str> = TWELVE
        .into_iter()
        .chain([("phpbb2", "elder_"), ("phorum", "agora")])
        .map(|(system, prefix)| (prefix, system))
        .collect();
    assert_eq!(matches, expected);
    for one in found["matches"].as_array().unwrap() {
        let config = builds(one["block"].as_str().unwrap());
        assert_eq!(config.prefix.as_deref(), one["prefix"].as_str());
        assert!(one["grants"].to_string().contains("GRANT SELECT"), "{one}");
    }
    let ran = run_on(&database, &["detect"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(!ran.out.contains(database.reader_password()), "{ran}");
    for (system, prefix) in TWELVE {
        let line = format!("({system}), tables beginning with {prefix:?}");
        assert!(ran.out.contains(&line), "{line}: {ran}");
    }
}

#[tokio::test]
async fn a_product_that_lacks_what_only_some_have_is_recognised() {
    let server = MariaDb::shared().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database
        .execute(
            &(schema("wordpress", "wp_")
                + "DROP TABLE wp_blogs, wp_sitemeta, wp_signups, wp_bp_activity, wp_bp_messages_recipients;\n\
                   ALTER TABLE wp_users DROP COLUMN spam, DROP COLUMN deleted;"),
        )
        .await;
    let ran = run_on(&database, &["detect", "--json"]);
    let found = ran.json();
    assert_eq!(found["matches"][0]["system"], "wordpress", "{ran}");
    let grants = found["matches"][0]["grants"].to_string();
    // What is not there today may be tomorrow, and say who is banned.
    assert!(grants.contains(".* TO 'im_ro'"), "{grants}");
}

#[tokio::test]
async fn tables_of_nothing_known_are_1_and_what_is_near_is_named() {
    let server = MariaDb::shared().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    let ran = run_on(&database, &["detect"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("sees no table"), "{ran}");
    database
        .execute("CREATE TABLE stones (id INT PRIMARY KEY, weight INT);")
        .await;
    let ran = run_on(&database, &["detect"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("None of the 1 tables"), "{ran}");
    let ran = run(
        &[
            "detect",
            "--database",
            "mysql://x@127.0.0.1:1/none",
            "--json",
        ],
        &[],
    );
    assert_eq!(ran.code, Some(2), "{ran}");
    assert_eq!(ran.json()["found"], false, "{ran}");
}

#[tokio::test]
async fn an_sqlite_database_is_looked_at_as_well() {
    let file = SqliteFile::create().await;
    let board = im_auth_phorum::sample::Board::sqlite("talk").expect("a prefix");
    let alice = im_auth_phorum::sample::Member::new("Alice", "one").id(2);
    file.execute(&(board.create() + &board.register(&alice)))
        .await;
    let ran = run(&["detect", "--database", &file.url(), "--json"], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let found = ran.json();
    assert_eq!(found["matches"][0]["system"], "phorum", "{ran}");
    assert_eq!(found["matches"][0]["in_database"]["accounts"], 1, "{ran}");
    assert!(
        builds(found["matches"][0]["block"].as_str().unwrap())
            .database
            .is_some()
    );
}
