//! Described systems whose tables come late, or hold what nobody expects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use im_auth_sql::spec::SystemSpec;
use im_auth_sql::{Engine, SpecAuthenticator, SpecConfig};
use im_core::{
    AuthError, ExternalAuthenticator, Identity, Login, Lookup, ManualClock, Rejection, Standing,
    Timestamp, Verdict,
};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::SqliteFile;

use crate::support::config;

/// The MD5 of "pw".
const PW: &str = "8fe4c11451281c094a6578e6ddbf5eed";

const BOARD: &str = r#"
id = "board"
name = "Board"
engines = ["sqlite", "mysql", "postgres"]
formats = ["md5($pass)"]
[user]
select = "SELECT m.id AS id, m.nick AS name, m.pass AS password, m.boss AS admin, {bans ? (SELECT 'banned' FROM {prefix}bans b WHERE b.who = m.id) : NULL} AS state, m.ends AS until, m.starts AS active_from FROM {prefix}members m"
by_login = ["m.nick = :login"]
by_id = "m.id = :id"
[unread]
select = "SELECT COUNT(*) AS unread FROM {prefix}letters l WHERE l.reader = :id"
"#;

async fn members(script: &str) -> SqliteFile {
    let file = SqliteFile::create().await;
    file.execute(
        "CREATE TABLE members (id INTEGER, nick TEXT, pass TEXT, boss TEXT, ends, starts)",
    )
    .await;
    file.execute(script).await;
    file
}

fn clock() -> Arc<ManualClock> {
    let now = Timestamp::from_unix_timestamp(1_700_000_000).unwrap();
    Arc::new(ManualClock::at(now))
}

fn spec(text: &str) -> Arc<SystemSpec> {
    Arc::new(SystemSpec::parse(text, "board.toml").unwrap())
}

fn at(file: &SqliteFile, text: &str, clock: &Arc<ManualClock>) -> SpecAuthenticator {
    let pool = VerifyPool::new(PoolLimits::default());
    let settings = SpecConfig::new("board".parse().unwrap(), config(&file.url()), pool);
    SpecAuthenticator::new(spec(text), settings.clock(clock.clone())).unwrap()
}

fn login(name: &str) -> Login {
    Login::new(name, "pw")
}

fn is_accepted(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Accepted(_))
}

#[tokio::test]
async fn a_table_of_bans_that_comes_later_is_asked_without_a_restart() {
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', '0', NULL, NULL)"
    ))
    .await;
    let clock = clock();
    let board = at(&file, BOARD, &clock);
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
    file.execute("CREATE TABLE bans (who INTEGER); INSERT INTO bans VALUES (1)")
        .await;
    clock.advance(Duration::from_secs(601));
    assert_eq!(
        board.authenticate(&login("Alice")).await.unwrap(),
        Rejection::Banned { until: None }.into()
    );
}

#[tokio::test]
async fn after_an_upgrade_was_seen_the_tables_are_looked_at_again_soon() {
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', '0', NULL, NULL); \
         CREATE TABLE bans (who INTEGER); INSERT INTO bans VALUES (1)"
    ))
    .await;
    let clock = clock();
    let board = at(&file, BOARD, &clock);
    let banned = Verdict::from(Rejection::Banned { until: None });
    assert_eq!(board.authenticate(&login("Alice")).await.unwrap(), banned);
    file.execute("ALTER TABLE bans RENAME TO away").await;
    let error = board.authenticate(&login("Alice")).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
    // In the middle of it the bans are not there.
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
    file.execute("ALTER TABLE away RENAME TO bans").await;
    clock.advance(Duration::from_secs(31));
    assert_eq!(board.authenticate(&login("Alice")).await.unwrap(), banned);
}

#[tokio::test]
async fn a_broken_count_of_messages_says_nothing_about_sign_ins() {
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', '0', NULL, NULL)"
    ))
    .await;
    let board = at(&file, BOARD, &clock());
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
    let alice = Identity::new(board.info().realms[0].clone(), "1");
    let error = board.unread_private_messages(&alice).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
    let before = board.statements_run();
    let _same_error = board.unread_private_messages(&alice).await.unwrap_err();
    assert_eq!(
        board.statements_run() - before,
        1,
        "the tables are not looked at again"
    );
    let probe = board.probe().await.unwrap();
    assert_eq!(probe.accounts, Some(1));
    let warnings = probe.warnings.join("\n");
    assert!(
        warnings.contains("unread messages cannot be read"),
        "{warnings}"
    );
    assert!(
        warnings.contains("for information") && warnings.contains("bans"),
        "{warnings}"
    );
}

#[tokio::test]
async fn one_row_that_cannot_be_read_does_not_keep_the_others_from_their_answer() {
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', 'editor', NULL, NULL), \
         (2, 'Bob', '{PW}', '0', 'next week', NULL), (3, 'Carol', '{PW}', '1', 999999999999, NULL), \
         (4, 'Dave', '{PW}', '0', NULL, 999999999999), (5, 'Eve', '{PW}', '0', NULL, '2001-02-03 04:05'), \
         (6, 'Twin', '{PW}', '1', NULL, NULL), (6, 'Other', '{PW}', '0', NULL, NULL)"
    ))
    .await;
    let board = at(&file, BOARD, &clock());
    let mut lookups: Vec<Lookup> = (1..=7).map(|id| Lookup::by_id(id.to_string())).collect();
    lookups.push(Lookup::by_name("Bob"));
    let found = board.find(&lookups).await.unwrap();
    let standing = |at: usize| found[at].as_ref().map(|found| found.standing.clone());
    let inactive = Some(Standing::Refused(Rejection::Inactive));
    assert_eq!(standing(0), Some(Standing::Good));
    assert!(!found[0].as_ref().unwrap().user.is_admin, "an editor");
    assert_eq!(standing(1), inactive, "a moment that is none");
    assert_eq!(standing(2), Some(Standing::Good));
    assert!(found[2].as_ref().unwrap().user.is_admin);
    assert_eq!(standing(3), inactive, "it begins after all calendars");
    assert_eq!(standing(4), Some(Standing::Good), "without seconds");
    assert_eq!(standing(5), inactive, "two rows of one id");
    assert!(!found[5].as_ref().unwrap().user.is_admin);
    assert_eq!(standing(6), None);
    assert_eq!(standing(7), inactive);
}

const TWO: &str = r#"
id = "board"
name = "Board"
engines = ["sqlite"]
formats = ["md5($pass)"]
[[user]]
source = "staff"
after_wrong_password = "next"
select = "SELECT s.id AS id, s.nick AS name, s.pass AS password, s.locked AS locked_until FROM {prefix}staff s"
by_login = ["s.nick = :login"]
by_id = "s.id = :id"
[[user]]
source = "customer"
select = "SELECT m.id AS id, m.nick AS name, m.pass AS password FROM {prefix}members m"
by_login = ["m.nick = :login"]
by_id = "m.id = :id"
[user.groups]
select = "SELECT m.id AS id, m.boss AS name FROM {prefix}members m WHERE m.id IN (:ids)"
"#;

#[tokio::test]
async fn who_is_locked_out_of_one_table_may_be_in_the_next() {
    let file = members(&format!(
        "CREATE TABLE staff (id INTEGER, nick TEXT, pass TEXT, locked); \
         INSERT INTO staff VALUES (1, 'Alice', 'x', 1800000000), (2, 'Bob', '$6$a$b', NULL), \
         (3, 'Carol', 'x', 1800000000), (4, 'Dave', '$6$a$b', NULL), (5, 'Eve', 'x', 'soon'); \
         INSERT INTO members VALUES (1, 'Alice', '{PW}', 'Staff', NULL, NULL), (2, 'Bob', '{PW}', 'fans', NULL, NULL), \
         (5, 'Eve', '{PW}', NULL, NULL, NULL)"
    ))
    .await;
    let board = at(&file, TWO, &clock());
    for (name, groups) in [
        ("Alice", &["customer"][..]),
        ("Bob", &["customer", "fans"]),
        ("Eve", &["customer"]),
    ] {
        let Verdict::Accepted(user) = board.authenticate(&login(name)).await.unwrap() else {
            panic!("{name} is a customer");
        };
        let mut given: Vec<&str> = user.groups.iter().map(|group| &**group).collect();
        given.sort_unstable();
        assert_eq!(given, groups, "{name}: no group is called like a table");
    }
    assert!(matches!(
        board.authenticate(&login("Carol")).await.unwrap(),
        Verdict::Rejected(Rejection::LockedOut { .. })
    ));
    let error = board.authenticate(&login("Dave")).await.unwrap_err();
    assert_eq!(error.kind(), "unsupported_hash");
}

#[tokio::test]
async fn an_unknown_name_takes_the_rounds_that_members_take() {
    let text = BOARD
        .replace(
            "md5($pass)",
            "pbkdf2-sha256(salt=$salt, rounds=$rounds, length=32, $pass)",
        )
        .replace(
            "m.pass AS password",
            "m.pass AS password, 'salt' AS salt, 400000 AS rounds",
        );
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{}', '0', NULL, NULL)",
        "0".repeat(64)
    ))
    .await;
    let board = at(&file, &text, &clock());
    // The best of each: whatever else the machine does slows some of them down, and speeds none up.
    let mut best = [Duration::MAX; 2];
    for _ in 0..4 {
        for (name, best) in ["Alice", "Nobody"].into_iter().zip(&mut best) {
            let start = Instant::now();
            let answer = board.authenticate(&login(name)).await.unwrap();
            assert!(!is_accepted(&answer));
            *best = start.elapsed().min(*best);
        }
    }
    let [member, nobody] = best;
    assert!(nobody > member / 5, "{best:?}");
}

#[tokio::test]
async fn a_secret_out_of_a_file_of_windows_is_the_same() {
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{}', '0', NULL, NULL)",
        // The MD5 of "keypw".
        "0a70e4dd4531aada8ae03937443f3b54"
    ))
    .await;
    let text = BOARD.replace("md5($pass)", "md5($secret.$pass)").replace(
        "[user]",
        "[secret]\nname = \"SITE_KEY\"\nwhere = \"settings.php\"\nrequired = true\n[user]",
    );
    let pool = VerifyPool::new(PoolLimits::default());
    let settings = SpecConfig::new("board".parse().unwrap(), config(&file.url()), pool);
    let board = SpecAuthenticator::new(spec(&text), settings.secret("key\r\n")).unwrap();
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
}

#[test]
fn where_tables_may_come_later_the_account_may_read_the_whole_database() {
    let grants = |text: &str, engine| {
        let explanation = spec(text).explain(engine, None, &|_| false).unwrap();
        explanation.grants("portal", "im_ro").join("\n")
    };
    let of_mysql = grants(BOARD, Engine::MySql);
    assert!(
        of_mysql.starts_with("-- ") && of_mysql.ends_with("\nGRANT SELECT ON `portal`.* TO im_ro;"),
        "{of_mysql}"
    );
    let of_postgres = grants(BOARD, Engine::Postgres);
    assert!(
        of_postgres.contains("ON ALL TABLES IN SCHEMA public TO im_ro;")
            && of_postgres.contains(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO im_ro;"
            ),
        "{of_postgres}"
    );
}

#[tokio::test]
async fn a_secret_that_may_have_been_forgotten_is_asked_for() {
    let text = format!(
        "{}\n[secret]\nname = \"the pepper\"\nwhere = \"config/secrets\"\n",
        BOARD.replace(
            "[\"md5($pass)\"]",
            "[\"md5($pass)\", \"md5($pass.$secret)\"]"
        )
    );
    let file = members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', '0', NULL, NULL); \
         CREATE TABLE letters (reader INTEGER)"
    ))
    .await;
    let warned = async |board: &SpecAuthenticator| {
        let warnings = board.probe().await.unwrap().warnings.join("\n");
        warnings.contains("with and without the pepper") && warnings.contains("config/secrets")
    };
    assert!(warned(&at(&file, &text, &clock())).await);
    let pool = VerifyPool::new(PoolLimits::default());
    let settings = SpecConfig::new("board".parse().unwrap(), config(&file.url()), pool);
    let peppered = SpecAuthenticator::new(spec(&text), settings.secret("hush")).unwrap();
    assert!(!warned(&peppered).await);
}

/// The board with formats that look alike, and a secret of which this is said.
fn peppered(unsaid: &str) -> String {
    format!(
        "{}\n[secret]\nname = \"the pepper\"\nwhere = \"config/secrets\"\nunsaid = \"{unsaid}\"\n",
        BOARD.replace(
            "[\"md5($pass)\"]",
            "[\"md5($pass)\", \"md5($pass.$secret)\", \"bcrypt\"]"
        )
    )
}

/// A realm that says this of its secret, or nothing.
fn with_secret(
    file: &SqliteFile,
    text: &str,
    secret: Option<&str>,
) -> Result<SpecAuthenticator, AuthError> {
    let pool = VerifyPool::new(PoolLimits::default());
    let mut settings = SpecConfig::new("board".parse().unwrap(), config(&file.url()), pool);
    if let Some(secret) = secret {
        settings = settings.secret(secret);
    }
    SpecAuthenticator::new(spec(text), settings.clock(clock()))
}

/// Alice without a secret, Bob with the pepper `hush`, Carol in a format that needs none.
async fn peppered_members() -> SqliteFile {
    members(&format!(
        "INSERT INTO members VALUES (1, 'Alice', '{PW}', '0', NULL, NULL); \
         INSERT INTO members VALUES (2, 'Bob', '6bfbd66dae39e022a36997c54229b2d4', '0', NULL, NULL); \
         INSERT INTO members VALUES (3, 'Carol', '$2y$04$.....................................................', '0', NULL, NULL); \
         CREATE TABLE letters (reader INTEGER)"
    ))
    .await
}

#[tokio::test]
async fn nobody_is_told_a_wrong_password_by_a_realm_that_forgot_its_secret() {
    let file = peppered_members().await;
    let board = with_secret(&file, &peppered("error"), None).unwrap();
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
    for name in ["Alice", "Bob"] {
        let typed = Login::new(name, if name == "Bob" { "pw" } else { "other" });
        let error = board.authenticate(&typed).await.unwrap_err();
        assert_eq!(error.kind(), "configuration", "{name}");
        let text = error.to_string();
        for word in ["the pepper", "config/secrets", "secret = \"\""] {
            assert!(text.contains(word), "{text}");
        }
    }
    // Rows that no secret can be in, and names that nobody has, are answered as ever.
    for (name, expected) in [
        ("Carol", Rejection::WrongPassword),
        ("Dave", Rejection::UnknownUser),
    ] {
        let verdict = board.authenticate(&login(name)).await.unwrap();
        assert_eq!(verdict, Verdict::from(expected), "{name}");
    }
    // Once it is said, wrong is wrong.
    for said in ["", "another"] {
        let board = with_secret(&file, &peppered("error"), Some(said)).unwrap();
        for typed in [Login::new("Alice", "other"), login("Bob")] {
            let verdict = board.authenticate(&typed).await.unwrap();
            assert_eq!(verdict, Rejection::WrongPassword.into(), "{said:?}");
        }
    }
    let board = with_secret(&file, &peppered("error"), Some("hush")).unwrap();
    for name in ["Alice", "Bob"] {
        assert!(is_accepted(
            &board.authenticate(&login(name)).await.unwrap()
        ));
    }
}

#[tokio::test]
async fn a_realm_may_have_to_say_that_it_has_no_secret() {
    let file = peppered_members().await;
    let error = with_secret(&file, &peppered("refuse"), None).unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("secret = \"\""), "{error}");
    let board = with_secret(&file, &peppered("refuse"), Some("")).unwrap();
    assert!(is_accepted(
        &board.authenticate(&login("Alice")).await.unwrap()
    ));
    let verdict = board.authenticate(&login("Bob")).await.unwrap();
    assert_eq!(verdict, Rejection::WrongPassword.into());
    // It was said: there is nothing to warn of.
    let warnings = board.probe().await.unwrap().warnings.join("\n");
    assert!(!warnings.contains("the pepper"), "{warnings}");
}

#[tokio::test]
async fn all_secrets_of_a_site_together_have_a_limit() {
    let text = format!(
        "{}\n[secret]\nname = \"the peppers\"\nwhere = \"config\"\nseveral = true\n",
        BOARD.replace("[\"md5($pass)\"]", "[\"bcrypt($pass.$secret)\"]")
    );
    let row = |id: u32, name: &str, cost: &str| {
        let digits = ".".repeat(53);
        format!(
            "INSERT INTO members VALUES ({id}, '{name}', '$2y${cost}${digits}', '0', NULL, NULL);"
        )
    };
    let file = members(&format!(
        "{}{} CREATE TABLE letters (reader INTEGER)",
        row(1, "Cheap", "04"),
        row(2, "Costly", "15")
    ))
    .await;
    let pool = VerifyPool::new(PoolLimits::default());
    let settings = SpecConfig::new("board".parse().unwrap(), config(&file.url()), pool.clone());
    let peppers = "a\nb\nc\nd\ne\nf\ng";
    let board = SpecAuthenticator::new(spec(&text), settings.secret(peppers)).unwrap();
    let verdict = board.authenticate(&login("Cheap")).await.unwrap();
    assert_eq!(verdict, Rejection::WrongPassword.into());
    assert_eq!(pool.stats().verified, 8, "each pepper, and none");
    // One such hash is allowed, eight for one sign-in are not.
    let error = board.authenticate(&login("Costly")).await.unwrap_err();
    assert_eq!(error.kind(), "unsupported_hash");
    assert!(error.to_string().contains("computes 8"), "{error}");
}
