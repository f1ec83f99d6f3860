//! The look-up by name: fast for whoever was here before, the same for everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use im_auth_sql::{
    Checked, CommonestShape, ForeignDatabase, LoginColumn, NameLookup, PasswordCheck, Row,
    Statement,
};
use im_core::{AuthError, ExternalUser, Identity, Realm, Rejection, Verdict};
use im_password::Policy;

use crate::support::{mariadb, sqlite, statement};

const COLUMNS: &str =
    "SELECT id AS id, name AS name, password AS password, locked AS locked FROM members WHERE";

pub(crate) fn lookup(database: &ForeignDatabase) -> NameLookup {
    NameLookup::new(
        database.clone(),
        LoginColumn::new("members".parse().unwrap(), "name"),
        statement(&format!("{COLUMNS} name = :login")),
        statement(&format!("{COLUMNS} id = :id AND name = :login")),
    )
}

/// The same, by statements that give a row in any case: -1 for a name nobody has, -2 for one nobody had before.
pub(crate) fn always_a_row(database: &ForeignDatabase) -> NameLookup {
    let text = |nobody: i64, condition: &str| {
        statement(&format!(
            "SELECT COALESCE(m.id, {nobody}) AS id, m.name AS name, m.password AS password, \
             COALESCE(m.locked, 0) AS locked FROM (SELECT 1 AS one) o LEFT JOIN members m ON {condition}"
        ))
    };
    NameLookup::new(
        database.clone(),
        LoginColumn::new("members".parse().unwrap(), "name"),
        text(-1, "m.name = :login"),
        text(-2, "m.id = COALESCE(:id, -2) AND m.name = :login"),
    )
}

pub(crate) fn members(index: &str) -> String {
    let mut script = format!(
        "CREATE TABLE members (id INTEGER PRIMARY KEY, name VARCHAR(25), password VARCHAR(40), locked INT){index};"
    );
    for (id, name) in [
        (1, "alice"),
        (2, "bob"),
        (3, "twin"),
        (4, "twin"),
        (5, "locked"),
    ] {
        script += &format!(
            "INSERT INTO members VALUES ({id}, '{name}', 'secret of {id}', {});",
            i32::from(id == 5)
        );
    }
    script
}

/// Compares in clear, counts, and may do something between two statements.
#[derive(Default)]
struct Check {
    typed: String,
    verified: AtomicU64,
    decoys: AtomicU64,
    /// Waits before it answers, as a slow hash does.
    slow: Duration,
}

impl Check {
    fn typed(password: &str) -> Self {
        Self {
            typed: password.into(),
            ..Self::default()
        }
    }

    fn verifications(&self) -> u64 {
        self.verified.load(Ordering::Relaxed) + self.decoys.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl PasswordCheck for Check {
    async fn check(&self, row: &Row) -> Result<Checked, AuthError> {
        tokio::time::sleep(self.slow).await;
        if row.int("id")? < 0 {
            return Ok(Checked::Nobody);
        }
        if row.bool("locked")? {
            return Ok(Checked::Decided(
                Rejection::LockedOut { until: None }.into(),
            ));
        }
        self.verified.fetch_add(1, Ordering::Relaxed);
        if row.text("password")? != self.typed {
            return Ok(Checked::WrongPassword);
        }
        let identity = Identity::new(Realm::new("forum").unwrap(), row.text("id")?);
        Ok(Checked::Decided(Verdict::accepted(ExternalUser::new(
            identity,
            row.text("name")?,
        ))))
    }

    async fn decoy(&self) -> Result<(), AuthError> {
        self.decoys.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

pub(crate) struct Tried {
    pub(crate) verdict: Result<Verdict, AuthError>,
    pub(crate) statements: u64,
    pub(crate) verifications: u64,
}

impl Tried {
    fn rejection(&self) -> Option<Rejection> {
        match self.verdict {
            Ok(Verdict::Rejected(rejection)) => Some(rejection),
            _ => None,
        }
    }

    pub(crate) fn accepted(&self) -> String {
        match &self.verdict {
            Ok(Verdict::Accepted(user)) => user.identity.id.to_string(),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) async fn try_in(
    database: &ForeignDatabase,
    lookup: &NameLookup,
    name: &str,
    password: &str,
) -> Tried {
    let check = Check::typed(password);
    let before = database.statements_run();
    let verdict = lookup.sign_in(name, &check).await;
    Tried {
        verdict,
        statements: database.statements_run() - before,
        verifications: check.verifications(),
    }
}

#[tokio::test]
async fn without_an_index_everybody_but_the_right_password_costs_the_same() {
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let (_file, sqlite) = sqlite(&members("")).await;
    for (database, make) in [
        (&mysql, lookup as fn(&ForeignDatabase) -> NameLookup),
        (&mysql, always_a_row),
        (&sqlite, lookup),
        (&sqlite, always_a_row),
    ] {
        let database = database.clone();
        let lookup = make(&database);
        try_in(&database, &lookup, "nobody", "x").await; // asks for the index, once
        let unknown = try_in(&database, &lookup, "nobody", "x").await;
        assert_eq!(unknown.rejection(), Some(Rejection::UnknownUser));
        assert_eq!((unknown.statements, unknown.verifications), (2, 1));
        let wrong = try_in(&database, &lookup, "alice", "x").await;
        assert_eq!(wrong.rejection(), Some(Rejection::WrongPassword));
        assert_eq!((wrong.statements, wrong.verifications), (2, 1));
        let first = try_in(&database, &lookup, "alice", "secret of 1").await;
        assert_eq!(first.accepted(), "1");
        assert_eq!((first.statements, first.verifications), (2, 1));
        let again = try_in(&database, &lookup, "alice", "secret of 1").await;
        assert_eq!(again.accepted(), "1");
        assert_eq!(
            (again.statements, again.verifications),
            (1, 1),
            "by the primary key"
        );
        let wrong = try_in(&database, &lookup, "alice", "x").await;
        assert_eq!(wrong.rejection(), Some(Rejection::WrongPassword));
        assert_eq!(
            (wrong.statements, wrong.verifications),
            (2, 1),
            "remembering gives nothing away"
        );
    }
}

#[tokio::test]
async fn with_an_index_one_statement_is_all() {
    let (_keep, mysql) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        &format!(
            "{} CREATE INDEX by_name ON members (name, id);",
            members("")
        ),
    )
    .await;
    let (_file, sqlite) = sqlite(&format!(
        "{} CREATE INDEX by_name ON members (name, id);",
        members("")
    ))
    .await;
    for database in [mysql, sqlite] {
        let lookup = lookup(&database);
        try_in(&database, &lookup, "nobody", "x").await;
        for (name, password) in [
            ("nobody", "x"),
            ("alice", "x"),
            ("alice", "secret of 1"),
            ("alice", "secret of 1"),
            ("alice", "x"),
        ] {
            let tried = try_in(&database, &lookup, name, password).await;
            assert_eq!(
                (tried.statements, tried.verifications),
                (1, 1),
                "{name} {password}"
            );
        }
    }
}

#[tokio::test]
async fn the_answer_follows_the_table_and_not_what_is_remembered() {
    let (keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let lookup = lookup(&database);
    try_in(&database, &lookup, "alice", "secret of 1").await;
    keep.execute("UPDATE members SET name = 'alicia' WHERE id = 1")
        .await;
    let renamed = try_in(&database, &lookup, "alice", "secret of 1").await;
    assert_eq!(renamed.rejection(), Some(Rejection::UnknownUser));
    assert_eq!((renamed.statements, renamed.verifications), (2, 1));
    assert_eq!(
        try_in(&database, &lookup, "alicia", "secret of 1")
            .await
            .accepted(),
        "1"
    );
    keep.execute("UPDATE members SET name = 'alice' WHERE id = 2")
        .await;
    assert_eq!(
        try_in(&database, &lookup, "alice", "secret of 2")
            .await
            .accepted(),
        "2"
    );
    keep.execute("UPDATE members SET password = 'changed' WHERE id = 2")
        .await;
    let old = try_in(&database, &lookup, "alice", "secret of 2").await;
    assert_eq!(
        old.rejection(),
        Some(Rejection::WrongPassword),
        "no password is remembered"
    );
    keep.execute("DELETE FROM members WHERE id = 2").await;
    let deleted = try_in(&database, &lookup, "alice", "changed").await;
    assert_eq!(deleted.rejection(), Some(Rejection::UnknownUser));
}

#[tokio::test]
async fn a_row_that_changes_in_the_middle_is_never_accepted_unverified() {
    let (keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let lookup = Arc::new(lookup(&database));
    try_in(&database, &lookup, "alice", "secret of 1").await;
    // While the remembered row is verified, the name goes to somebody else.
    let check = Arc::new(Check {
        slow: Duration::from_millis(400),
        ..Check::typed("secret of 2")
    });
    let asking = {
        let (lookup, check) = (Arc::clone(&lookup), Arc::clone(&check));
        tokio::spawn(async move { lookup.sign_in("alice", &*check).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    keep.execute("UPDATE members SET name = 'alicia' WHERE id = 1; UPDATE members SET name = 'alice' WHERE id = 2").await;
    let verdict = asking.await.unwrap().unwrap();
    assert!(matches!(verdict, Verdict::Accepted(user) if user.identity.id.as_str() == "2"));
    assert_eq!(
        check.verifications(),
        2,
        "the new row has been verified too"
    );
}

#[tokio::test]
async fn two_accounts_of_one_name_are_ambiguous() {
    let (_keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let tried = try_in(&database, &lookup(&database), "twin", "secret of 3").await;
    assert_eq!(tried.verdict.unwrap_err().kind(), "ambiguous");
}

#[tokio::test]
async fn a_lock_is_told_before_the_password() {
    let (_keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let lookup = lookup(&database);
    for _ in 0..3 {
        let tried = try_in(&database, &lookup, "locked", "x").await;
        assert_eq!(
            tried.rejection(),
            Some(Rejection::LockedOut { until: None })
        );
    }
}

#[tokio::test]
async fn other_spellings_are_found_as_the_column_says() {
    let (_keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &members("")).await;
    let lookup = lookup(&database);
    for name in ["alice", "ALICE", "Alíce", "alice "] {
        assert_eq!(
            try_in(&database, &lookup, name, "secret of 1")
                .await
                .accepted(),
            "1"
        );
        let again = try_in(&database, &lookup, name, "secret of 1").await;
        assert_eq!(again.statements, 1, "{name}");
    }
    assert_eq!(
        lookup
            .find("aLiCe")
            .await
            .unwrap()
            .unwrap()
            .int("id")
            .unwrap(),
        1
    );
    assert!(lookup.find("nobody").await.unwrap().is_none());
    assert_eq!(lookup.find("twin").await.unwrap_err().kind(), "ambiguous");
    assert!(lookup.find("🦊").await.unwrap().is_none());
}

#[tokio::test]
async fn the_decoy_is_like_most_members() {
    let (keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE members (id INT PRIMARY KEY AUTO_INCREMENT, password VARCHAR(80));
         INSERT INTO members (password) VALUES (MD5('a')), ('$2y$04$abcdefghijklmnopqrstuuqT5K0RIvbjyLCyzUTJZ.X2fdbRt6Rqu'), (MD5('b')), ('*unknown*'), (NULL), (''), ('?'), ('!');",
    )
    .await;
    let policy = Arc::new(Policy::new([
        "md5($pass)".parse().unwrap(),
        "bcrypt".parse().unwrap(),
    ]));
    let md5 = policy
        .recognise(b"0cc175b9c0f1b6a831c399e269772661")
        .unwrap();
    let bcrypt = policy
        .recognise(b"$2y$04$abcdefghijklmnopqrstuuqT5K0RIvbjyLCyzUTJZ.X2fdbRt6Rqu")
        .unwrap();
    let sample =
        Statement::new("SELECT password AS password FROM members ORDER BY id DESC LIMIT 500")
            .unwrap();
    let commonest = CommonestShape::new(sample.clone(), Arc::clone(&policy), bcrypt.clone());
    assert_eq!(commonest.shape(&database).await.unwrap(), md5);
    let before = database.statements_run();
    assert_eq!(commonest.shape(&database).await.unwrap(), md5);
    assert_eq!(database.statements_run(), before, "asked once");
    keep.execute("DELETE FROM members").await;
    let empty = CommonestShape::new(sample, policy, bcrypt.clone());
    assert_eq!(
        empty.shape(&database).await.unwrap(),
        bcrypt,
        "an empty table"
    );
}
