//! What is wrong in a description is said with the line and what to write.

use im_auth_sql::Engine;
use im_auth_sql::spec::{SpecError, SystemSpec};

const PORTAL: &str = r#"id = "portal"
name = "Portal"
engines = ["mysql", "postgres"]
formats = ["md5($pass)"]
[user]
select = "SELECT m.id AS id, m.nick AS name, m.pass AS password FROM {prefix}members m"
by_login = ["m.nick = :login"]
by_id = "m.id = :id"
"#;

fn parse(text: &str) -> Result<SystemSpec, SpecError> {
    SystemSpec::parse(text, "portal.toml")
}

/// The description with something else in the place of `from`.
fn wrong(from: &str, to: &str) -> SpecError {
    assert!(PORTAL.contains(from), "{from}");
    parse(&PORTAL.replace(from, to)).expect_err(to)
}

#[test]
fn a_description_says_what_it_is() {
    let spec = parse(PORTAL).unwrap();
    assert_eq!((spec.id(), spec.name()), ("portal", "Portal"));
    assert_eq!(spec.engines(), [Engine::MySql, Engine::Postgres]);
    assert_eq!(
        spec.account_tables().collect::<Vec<_>>(),
        [("members", None)]
    );
    assert!(!spec.has_unread() && !spec.has_groups());
}

#[test]
fn every_mistake_has_its_line_and_its_remedy() {
    for (from, to, line, word) in [
        (
            "name = \"Portal\"",
            "nmae = \"Portal\"",
            2,
            "did you mean `name`?",
        ),
        ("id = \"portal\"", "id = \"My Portal\"", 1, "a-z"),
        (
            "[\"mysql\", \"postgres\"]",
            "[\"mysq\"]",
            3,
            "did you mean `mysql`?",
        ),
        ("md5($pass)", "md5($pas)", 4, "^"),
        ("md5($pass)", "bycrypt", 4, "did you mean `bcrypt`?"),
        ("md5($pass)", "md5($secret.$pass)", 4, "[secret]"),
        (
            "[\"md5($pass)\"]",
            "[{ format = \"md5($pass)\", when = \"x\" }]",
            4,
            "alias `format`",
        ),
        (" m.nick AS name,", "", 6, "alias `name` is missing"),
        (
            "AS password",
            "AS pasword",
            6,
            "alias `password` is missing",
        ),
        (
            "m.pass AS password",
            "m.pass AS password, 1 AS stat",
            6,
            "did you mean `state`?",
        ),
        (
            "m.pass AS password",
            "m.pass AS password, 1 AS active",
            6,
            "[states]",
        ),
        (
            "m.pass AS password",
            "m.pass AS password, m.a + 1",
            6,
            "alias",
        ),
        (
            "{prefix}members m",
            "{prefix}members m WHERE m.id > 0",
            6,
            "`where`",
        ),
        ("{prefix}members m", "{prefx}members m", 6, "{prefix}"),
        ("SELECT m.id", "DELETE m.id", 6, "SELECT"),
        ("SELECT m.id AS id", "SELECT SLEEP(9) AS id", 6, "waits"),
        (
            "m.nick = :login",
            "m.nick = :name",
            7,
            "there is no :name here: only :login, :now",
        ),
        ("m.nick = :login", "m.nick = 'x'", 7, "it must use :login"),
        ("m.nick = :login", "m.nick = ?", 7, "by name"),
        ("m.id = :id", "m.id = :ids", 8, "only :id, :now"),
        ("by_id = ", "shown = \"x\"\nby_id = ", 8, "no key `shown`"),
        ("by_id = ", "id = \"number\"\nby_id = ", 8, "int, text"),
        (
            "by_id = ",
            "login = \"tirm\"\nby_id = ",
            8,
            "did you mean `trim`?",
        ),
    ] {
        let error = wrong(from, to);
        let text = error.to_string();
        assert!(text.contains(word), "{to}: {text}");
        assert_eq!(error.line(), Some(line), "{to}: {text}");
        assert!(text.starts_with(&format!("portal.toml:{line}: ")), "{text}");
    }
}

#[test]
fn tables_and_words_of_their_own_are_checked_too() {
    for (more, word) in [
        ("[states]\n\"1\" = \"active\"\n", "alias `state`"),
        (
            "[groups]\nselect = \"SELECT g.id AS id FROM {prefix}g g WHERE g.id IN (:ids)\"\n",
            "alias `name`",
        ),
        (
            "[groups]\nselect = \"SELECT g.id AS id, g.n AS name FROM {prefix}g g WHERE g.id = :id\"\n",
            "only :ids",
        ),
        (
            "[unread]\nselect = \"SELECT COUNT(*) AS many FROM {prefix}pm p WHERE p.to_id = :id\"\n",
            "`unread`",
        ),
        ("[version]\nselect = \"SELECT 1 AS v\"\n", "`version`"),
        (
            "[version.postgres]\nselect = \"SELECT 1 AS version\"\n",
            "`select` is missing",
        ),
        (
            "[[vector]]\nof = \"x\"\npassword = \"x\"\nlogin = \"x\"\n",
            "[schema]",
        ),
        (
            "[[vector]]\nof = \"x\"\npassword = \"x\"\nlogin = \"x\"\nformat = \"md5\"\n",
            "none of the file's `formats`",
        ),
        (
            "[[vector]]\nof = \"x\"\npassword = \"x\"\nlogin = \"x\"\nexpect = \"band\"\n",
            "did you mean `banned`?",
        ),
        (
            "[[vector]]\nof = \"x\"\npassword = \"x\"\nlogin = \"x\"\nrow.m = { a = { hex = \"x\" } }\n",
            "hex digits",
        ),
        (
            "[config]\nfile = \"c.php\"\nhost = { value = \"a\", key = \"b\" }\n",
            "either",
        ),
        (
            "[config]\nfile = \"c.php\"\nhots = \"x\"\n",
            "did you mean `host`?",
        ),
        ("[[user]]\nx = 1\n", "duplicate key"),
    ] {
        let error = parse(&format!("{PORTAL}{more}")).expect_err(more);
        let text = error.to_string();
        assert!(text.contains(word), "{more}: {text}");
        assert!(error.line().is_some_and(|line| line >= 4), "{text}");
    }
}

#[test]
fn a_state_is_one_of_the_words() {
    let text = PORTAL.replace("m.pass AS password", "m.pass AS password, m.s AS state")
        + "[states]\n\"0\" = \"pending\"\n";
    let error = parse(&text).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("did you mean \"pending_activation\"?"),
        "{error}"
    );
    assert_eq!(error.line(), Some(10), "{error}");
}

#[test]
fn several_tables_need_names_and_statements_of_their_own() {
    let two = |first: &str, second: &str| {
        let user = PORTAL.split_once("[user]\n").unwrap();
        format!(
            "{}[[user]]\n{first}{1}[[user]]\n{second}{1}",
            user.0, user.1
        )
    };
    for (text, word) in [
        (two("", ""), "source"),
        (
            two("source = \"a\"\n", "source = \"a\"\n"),
            "two tables called",
        ),
        (two("source = \"A b\"\n", "source = \"a\"\n"), "a-z"),
        (
            two("source = \"a\"\n", "source = \"b\"\n").replace(
                "[[user]]\nsource = \"a\"",
                "[unread]\nselect = \"SELECT 1 AS unread WHERE 1 = :id\"\n[[user]]\nsource = \"a\"",
            ),
            "[user.unread]",
        ),
    ] {
        let error = parse(&text).expect_err(&text);
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(parse(&two("source = \"a\"\n", "source = \"b\"\n")).is_ok());
}

#[test]
fn the_statements_can_be_shown_for_each_engine() {
    let spec = parse(PORTAL).unwrap();
    let explanation = spec
        .explain(Engine::Postgres, Some("p_"), &|_| true)
        .unwrap();
    assert_eq!(
        explanation.statements[0].sql,
        "SELECT c.id AS id, c.name AS name, c.password AS password FROM (SELECT 1 AS one) o \
         LEFT JOIN (SELECT m.id AS id, m.nick AS name, m.pass AS password FROM \"p_members\" m WHERE (m.nick = $1)) c \
         ON 1 = 1"
    );
    assert_eq!(explanation.tables, ["p_members"]);
    assert_eq!(
        explanation.grants("portal", "im_ro"),
        ["GRANT SELECT ON \"p_members\" TO im_ro;"]
    );
    let explanation = spec.explain(Engine::MySql, None, &|_| true).unwrap();
    assert!(
        explanation.statements[0]
            .sql
            .contains("FROM `members` m WHERE (m.nick = ?)")
    );
    assert_eq!(
        explanation.grants("portal", "im_ro"),
        ["GRANT SELECT ON `portal`.`members` TO im_ro;"]
    );
    let error = spec.explain(Engine::Sqlite, None, &|_| true).unwrap_err();
    assert!(error.to_string().contains("add \"sqlite\""), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = SystemSpec::load("/nowhere/portal.toml").unwrap_err();
    assert!(
        error.to_string().starts_with("/nowhere/portal.toml: "),
        "{error}"
    );
}
