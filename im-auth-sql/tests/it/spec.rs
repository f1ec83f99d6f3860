//! Described systems: what no vector shows.

use std::sync::Arc;

use im_auth_sql::spec::SystemSpec;
use im_auth_sql::{SpecAuthenticator, SpecConfig};
use im_core::{
    AuthError, ExternalAuthenticator, Identity, Login, Lookup, Rejection, Standing, Verdict,
};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::SqliteFile;

use crate::support::config;

/// The MD5 of "pw".
const PW: &str = "8fe4c11451281c094a6578e6ddbf5eed";

const PORTAL: &str = r#"
id = "portal"
name = "Portal"
engines = ["sqlite"]
formats = ["md5($pass)"]
[user]
select = "SELECT m.id AS id, m.nick AS name, m.pass AS password, {members.mail ? m.mail : NULL} AS email FROM {prefix}members m"
by_login = ["m.nick = :login"]
by_id = "m.id = :id"
[unread]
select = "SELECT COUNT(*) AS unread FROM {prefix}letters l WHERE l.reader = :id"
optional = true
"#;

async fn board(script: &str) -> SqliteFile {
    let file = SqliteFile::create().await;
    file.execute("CREATE TABLE b_members (id INTEGER PRIMARY KEY, nick TEXT, pass TEXT)")
        .await;
    file.execute(script).await;
    file
}

fn on(file: &SqliteFile, text: &str, prefix: &str) -> Result<SpecAuthenticator, AuthError> {
    let spec = Arc::new(SystemSpec::parse(text, "portal.toml").unwrap());
    let pool = VerifyPool::new(PoolLimits::default());
    let realm = "portal".parse().unwrap();
    SpecAuthenticator::new(
        spec,
        SpecConfig::new(realm, config(&file.url()), pool).prefix(prefix),
    )
}

fn alice() -> Login {
    Login::new("Alice", "pw")
}

#[tokio::test]
async fn an_upgrade_of_the_tables_is_noticed_without_a_restart() {
    let file = board(&format!(
        "INSERT INTO b_members VALUES (1, 'Alice', '{PW}')"
    ))
    .await;
    let portal = on(&file, PORTAL, "b_").unwrap();
    let Verdict::Accepted(user) = portal.authenticate(&alice()).await.unwrap() else {
        panic!("she is let in");
    };
    assert_eq!(user.email, None);
    file.execute(
        "ALTER TABLE b_members RENAME TO b_old; \
         CREATE TABLE b_members (id INTEGER PRIMARY KEY, nick TEXT, pass TEXT, mail TEXT); \
         INSERT INTO b_members SELECT id, nick, pass, 'a@example.org' FROM b_old; \
         ALTER TABLE b_members RENAME TO b_away",
    )
    .await;
    let error = portal.authenticate(&alice()).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
    file.execute("ALTER TABLE b_away RENAME TO b_members").await;
    let Verdict::Accepted(user) = portal.authenticate(&alice()).await.unwrap() else {
        panic!("she is let in");
    };
    assert_eq!(user.email.as_deref(), Some("a@example.org"));
}

#[tokio::test]
async fn a_wrong_prefix_is_answered_with_the_right_one() {
    let file = board("").await;
    let portal = on(&file, PORTAL, "x_").unwrap();
    let error = portal.authenticate(&alice()).await.unwrap_err().to_string();
    assert!(
        error.contains("x_members") && error.contains("set prefix = \"b_\""),
        "{error}"
    );
    assert_eq!(on(&file, PORTAL, "x`").unwrap_err().kind(), "configuration");
}

#[tokio::test]
async fn many_accounts_are_looked_up_at_once() {
    let rows: Vec<String> = (1..=250)
        .map(|id| format!("INSERT INTO b_members VALUES ({id}, 'member {id}', '{PW}');"))
        .collect();
    let file = board(&rows.concat()).await;
    let portal = on(&file, PORTAL, "b_").unwrap();
    let mut lookups: Vec<Lookup> = (1..=260).map(|id| Lookup::by_id(id.to_string())).collect();
    lookups.push(Lookup::by_name("member 7"));
    lookups.push(Lookup::by_id("007"));
    lookups.push(Lookup::by_id("7 or 1"));
    let found = portal.find(&lookups).await.unwrap();
    for (n, found) in found.iter().enumerate().take(250) {
        let found = found.as_ref().unwrap();
        assert_eq!(found.user.identity.id.as_str(), (n + 1).to_string());
        assert_eq!(found.standing, Standing::Good);
    }
    assert!(found[250..260].iter().all(Option::is_none));
    assert_eq!(found[260].as_ref().unwrap().user.identity.id.as_str(), "7");
    assert!(
        found[261..].iter().all(Option::is_none),
        "other spellings of 7"
    );
}

#[tokio::test]
async fn messages_of_an_add_on_that_is_not_there_are_none() {
    let file = board(&format!(
        "INSERT INTO b_members VALUES (1, 'Alice', '{PW}')"
    ))
    .await;
    let of =
        |portal: &SpecAuthenticator, id: &str| Identity::new(portal.info().realms[0].clone(), id);
    let portal = on(&file, PORTAL, "b_").unwrap();
    let alice = of(&portal, "1");
    assert_eq!(portal.unread_private_messages(&alice).await.unwrap(), None);
    file.execute("CREATE TABLE b_letters (reader INTEGER); INSERT INTO b_letters VALUES (1)")
        .await;
    let portal = on(&file, PORTAL, "b_").unwrap();
    assert_eq!(
        portal.unread_private_messages(&alice).await.unwrap(),
        Some(1)
    );
    let nobody = of(&portal, "2");
    assert_eq!(portal.unread_private_messages(&nobody).await.unwrap(), None);
    let without = PORTAL.split("[unread]").next().unwrap();
    let portal = on(&file, without, "b_").unwrap();
    let error = portal.unread_private_messages(&alice).await.unwrap_err();
    assert_eq!(error.kind(), "unsupported");
}

#[tokio::test]
async fn doctor_counts_formats_and_tells_what_is_missing() {
    let file = board(&format!(
        "INSERT INTO b_members VALUES (1, 'Alice', '{PW}'), (2, 'Bob', '$6$rounds=5000$abcdefgh$x'), (3, 'Carol', '')"
    ))
    .await;
    let probe = on(&file, PORTAL, "b_").unwrap().probe().await.unwrap();
    assert_eq!(probe.accounts, Some(3));
    let formats: Vec<(&str, bool)> = probe
        .formats
        .iter()
        .map(|format| (&*format.format, format.supported))
        .collect();
    assert_eq!(
        formats,
        [("md5($pass)", true), ("sha512-crypt ($6$)", false)]
    );
    let warnings = probe.warnings.join("\n");
    assert!(
        warnings.contains("CREATE INDEX im_login1 ON `b_members` (`nick`)"),
        "{warnings}"
    );
    assert!(
        warnings.contains("1 accounts have no password"),
        "{warnings}"
    );
}

#[tokio::test]
async fn a_secret_that_is_required_is_asked_for_at_the_start() {
    let file = board("").await;
    let text = PORTAL.replace("md5($pass)", "md5($secret.$pass)").replace(
        "[user]",
        "[secret]\nname = \"SITE_KEY\"\nwhere = \"settings.php\"\nrequired = true\n[user]",
    );
    let error = on(&file, &text, "b_").unwrap_err();
    assert_eq!(error.kind(), "configuration");
    let text = error.to_string();
    assert!(
        text.contains("SITE_KEY") && text.contains("settings.php"),
        "{text}"
    );
}

#[tokio::test]
async fn a_secret_that_nothing_uses_is_refused() {
    let file = board("").await;
    let spec = Arc::new(SystemSpec::parse(PORTAL, "portal.toml").unwrap());
    let pool = VerifyPool::new(PoolLimits::default());
    let config = SpecConfig::new("portal".parse().unwrap(), config(&file.url()), pool)
        .prefix("b_")
        .secret("hush");
    assert!(!format!("{config:?}").contains("hush"));
    let error = SpecAuthenticator::new(spec, config).unwrap_err();
    assert!(error.to_string().contains("remove `secret`"), "{error}");
    assert!(!format!("{error:?}").contains("hush"));
}

#[tokio::test]
async fn nothing_is_never_a_password() {
    let empty = "d41d8cd98f00b204e9800998ecf8427e";
    let file = board(&format!(
        "INSERT INTO b_members VALUES (1, 'Alice', '{empty}')"
    ))
    .await;
    let portal = on(
        &file,
        &PORTAL.replace("[user]", "input = [\"trim\"]\n[user]"),
        "b_",
    )
    .unwrap();
    for password in ["", " ", "\0"] {
        let answer = portal
            .authenticate(&Login::new("Alice", password))
            .await
            .unwrap();
        assert_eq!(answer, Rejection::WrongPassword.into(), "{password:?}");
    }
}
