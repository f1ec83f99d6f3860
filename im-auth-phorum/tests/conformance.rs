//! Every question of the suite, to each version on the character sets it is found with.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use im_core::wrappers::Guard;
use im_core::{ExternalUser, Identity, Realm, Rejection, Timestamp};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::{
    Absent, Accounts, Fixture, Need, Opened, Place, SqlSubject, SqlSystem, Subject, TestAccount,
    Work,
};
use support::{BANNED_ADDRESS, Board, Opening, REALM};

fn main() -> ExitCode {
    let mut subjects: Vec<Box<dyn Subject>> = Vec::new();
    for (charset, collation) in [
        ("latin1", "latin1_swedish_ci"),
        ("utf8mb3", "utf8mb3_general_ci"),
        ("utf8mb4", "utf8mb4_unicode_ci"),
    ] {
        let phorum = Phorum::new(Board::V5_2);
        subjects.push(Box::new(SqlSubject::mariadb(phorum, charset, collation)));
    }
    for (board, charset, collation) in [
        (Board::V3, "latin1", "latin1_swedish_ci"),
        (Board::V5_0, "latin1", "latin1_swedish_ci"),
        (Board::V5_1, "utf8mb3", "utf8mb3_general_ci"),
        (Board::V6_0, "utf8mb4", "utf8mb4_unicode_ci"),
        (Board::V10, "utf8mb4", "utf8mb4_unicode_ci"),
    ] {
        subjects.push(Box::new(SqlSubject::mariadb(
            Phorum::new(board),
            charset,
            collation,
        )));
    }
    let strict = Phorum {
        strict: true,
        ..Phorum::new(Board::V5_2)
    };
    subjects.push(Box::new(SqlSubject::mariadb(
        strict,
        "utf8mb4",
        "utf8mb4_general_ci",
    )));
    subjects.push(Box::new(SqlSubject::sqlite(Phorum::new(Board::V5_2))));
    im_testkit::run(subjects)
}

struct Phorum {
    board: Board,
    strict: bool,
}

impl Phorum {
    fn new(board: Board) -> Self {
        Self {
            board,
            strict: false,
        }
    }

    fn opening(&self) -> Opening {
        if self.strict {
            Opening::strict(self.board)
        } else {
            Opening::of(self.board)
        }
    }
}

#[async_trait]
impl SqlSystem for Phorum {
    fn name(&self) -> String {
        let strict = if self.strict { "-strict" } else { "" };
        format!("phorum-{}{strict}", self.board.name())
    }

    fn schema(&self, at: &Place) -> String {
        self.board.schema(at.engine).to_owned()
    }

    fn seed(&self, at: &Place) -> String {
        self.board.seed(at.engine, &at.charset)
    }

    fn accounts(&self) -> Accounts {
        match self.board {
            Board::V3 => Accounts::new("forums_auth", "id", "password"),
            _ => Accounts::new("phorum_users", "user_id", "password"),
        }
    }

    fn fixture(&self, at: &Place) -> Fixture {
        match self.board {
            Board::V3 => phorum_3(),
            board => phorum_5(board, self.strict, at),
        }
    }

    async fn open(&self, url: &str, _at: &Place) -> Opened {
        let pool = VerifyPool::new(PoolLimits::default());
        let config = self.opening().config(url, pool.clone());
        let shown = format!("{config:?}");
        let phorum = Arc::new(im_auth_phorum::Phorum::new(config).unwrap());
        let shown = format!("{shown} {phorum:?}");
        let counted = Arc::clone(&phorum);
        Opened::new(Guard::new(phorum))
            .counting(move || Work {
                statements: counted.statements_run(),
                verifications: pool.stats().verified + pool.stats().decoys,
            })
            .showing(shown)
    }

    fn absent(&self) -> Vec<Absent> {
        let mut absent = Vec::new();
        if self.board == Board::V3 {
            absent.push(Need::InactiveAccount.absent("Phorum 3 knows no inactive accounts"));
            absent.push(Need::Unread.absent("Phorum 3 has no private messages"));
        }
        if !self.strict && self.board != Board::V6_0 {
            absent.push(Need::BannedAccount.absent("this version's bans do not stop signing in"));
        }
        absent
    }
}

fn user(id: &str, name: &str) -> ExternalUser {
    let realm = Realm::new(REALM).unwrap();
    let mut user = ExternalUser::new(Identity::new(realm, id), name);
    user.registered_at = id
        .parse::<i64>()
        .ok()
        .and_then(|id| Timestamp::from_unix_timestamp(1_100_000_000 + id).ok());
    user
}

fn phorum_5(board: Board, strict: bool, at: &Place) -> Fixture {
    let trims = board != Board::V5_0 && board != Board::V10;
    let temporary = board != Board::V10;
    // SQLite folds the case of ASCII letters and nothing else.
    let folds = at.collation.ends_with("_ci");

    let mut alice = user("2", "Alice");
    alice.email = Some("alice@example.org".into());
    alice.groups = vec!["Friends".into(), "Writers".into()];
    alice.language = (board != Board::V5_0).then(|| "fr".into());
    let mut alice = TestAccount::new("2", "Alice", "correct horse 42")
        .spelled(["alice", "ALICE", "  Alice\t"])
        .not_spelled(["alice@example.org", "Alice2", "2"])
        .user(alice)
        .unread(if board == Board::V5_0 { 2 } else { 3 });
    if trims {
        alice = alice.also([" correct horse 42", "correct horse 42\t "]);
    } else {
        alice = alice.wrong([" correct horse 42", "correct horse 42 "]);
    }
    if folds {
        alice = alice.spelled(["álice", "ÀLICE"]);
    }

    let mut tom = TestAccount::new("7", "Tom", "main-pass-7");
    tom = if temporary {
        tom.also(["mailed77"])
    } else {
        tom.wrong(["mailed77"])
    };

    let mut bob = user("6", "Bob Smith");
    bob.email = Some("bob@example.org".into());
    bob.is_moderator = true;
    if matches!(board, Board::V5_2 | Board::V6_0 | Board::V10) {
        bob.display_name = Some("Captain Bob".into());
    }
    let password = if board == Board::V5_0 {
        " spaced out "
    } else {
        "two words"
    };
    let bob = TestAccount::new("6", "Bob Smith", password)
        .not_spelled(["Bob  Smith", "BobSmith"])
        .user(bob)
        .unread(u32::from(board == Board::V5_0));

    let mut admin = user("1", "Admin");
    admin.email = Some("admin@example.org".into());
    admin.is_admin = true;
    let admin = TestAccount::new("1", "Admin", "Adm1n-Pass").user(admin);

    let brien = TestAccount::new("4", "O'Brien", "it's \"A&B\" <c>\\d").wrong([
        "it\\'s \\\"A&B\\\" <c>\\\\d",
        "it's &quot;A&amp;B&quot; &lt;c&gt;\\d",
    ]);

    let mut zoe = TestAccount::new("3", "Zoé", "crème brûlée é1").spelled(["Zoé "]);
    if folds {
        zoe = zoe.spelled(["zoe", "ZOÉ"]);
    }

    let pending = Rejection::PendingActivation;
    let mut fixture = Fixture::new(Realm::new(REALM).unwrap())
        // The suite breaks and mends the first account, which therefore has one stored password, not two.
        .account(brien)
        .account(alice)
        .account(admin)
        .account(with_details(zoe, board))
        .account(banned_if(bob, strict))
        .account(banned_if(tom, strict))
        .account(
            TestAccount::new("18", "50% off_", "sale-18")
                .not_spelled(["50x off_", "%", "50% off "]),
        )
        .account(TestAccount::new("19", "back\\slash", "slash\\19").not_spelled(["backslash"]))
        .account(TestAccount::new("10", "Ines", "inactive-10").refused(Rejection::Inactive))
        .account(TestAccount::new("11", "Pia", "pending-11").refused(pending))
        .account(TestAccount::new("12", "Pierre", "pending-12").refused(pending))
        .account(TestAccount::new("13", "Paul", "pending-13").refused(pending))
        .nobody([
            "_lice",
            "Alice' OR '1'='1",
            "Alice\\",
            "R&amp;D &lt;team&gt;",
        ]);
    if strict {
        let banned = Rejection::Banned { until: None };
        fixture = fixture.account(TestAccount::new("26", "Spammer", "spam-26").refused(banned));
    }
    if strict || board == Board::V6_0 {
        fixture = fixture.account(
            TestAccount::new("5", "R&D <team>", "r-and-d-5")
                .from_address(BANNED_ADDRESS)
                .refused(Rejection::Banned { until: None }),
        );
    }
    if trims {
        for account in &mut fixture.accounts {
            let password = account.password.clone();
            account.tolerated.push(format!(" {password}"));
            account.tolerated.push(format!("{password} "));
        }
    }
    fixture
}

/// Lists ban Bob by id and Tom by an expression; only `strict` listens to them.
fn banned_if(account: TestAccount, strict: bool) -> TestAccount {
    if strict {
        account.refused(Rejection::Banned { until: None })
    } else {
        account
    }
}

/// Zoé moderates through a group; on 10 she is shadow-banned, which only `strict` would mind.
fn with_details(zoe: TestAccount, board: Board) -> TestAccount {
    let mut user = user("3", "Zoé");
    user.email = Some("zoe@example.org".into());
    user.groups = vec!["Staff".into()];
    user.is_moderator = true;
    user.language = (board == Board::V10).then(|| "pt-PT".into());
    zoe.user(user).unread(1)
}

fn phorum_3() -> Fixture {
    let mut alice = user("2", "Alice");
    alice.registered_at = None;
    alice.email = Some("alice@example.org".into());
    alice.groups = vec!["Friends".into(), "Writers".into()];
    alice.language = Some("fr".into());
    let mut admin = user("1", "Admin");
    admin.registered_at = None;
    admin.email = Some("admin@example.org".into());
    admin.is_admin = true;
    admin.language = Some("en".into());
    Fixture::new(Realm::new(REALM).unwrap())
        .account(TestAccount::new("1", "Admin", "Adm1n-Pass").user(admin))
        .account(
            // DES looks at eight characters.
            TestAccount::new("2", "Alice", "sesame77")
                .spelled(["alice", " Alice "])
                .wrong(["mailed-3", "sesame7"])
                .also(["sesame77 and more"])
                .tolerates(beyond_eight("sesame77"))
                .user(alice),
        )
        .account(TestAccount::new("3", "Zoé", "crème brûlée é1").spelled(["zoe"]))
        .account(
            TestAccount::new("4", "O'Brien", "opensesame")
                .also(["opensesa"])
                .tolerates(beyond_eight("opensesame")),
        )
}

/// What the suite tries beside a password of eight letters or more, and DES takes for it: the rest does not count.
fn beyond_eight(password: &str) -> Vec<String> {
    let last = &password[password.len() - 1..];
    ["x", " ", last, password]
        .iter()
        .map(|more| format!("{password}{more}"))
        .chain((password.len() > 8).then(|| password[..password.len() - 1].to_owned()))
        .collect()
}
