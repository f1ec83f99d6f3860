//! The suite examined: honest subjects pass, and every case can fail.
//!
//! A case that no adapter could fail would ask nothing. So each has a twin of the honest board that does one thing
//! wrong, and the case must find it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use std::process::ExitCode;

use im_core::{ExternalUser, Identity, MemoryAccount, MemoryAuthenticator, Realm, Rejection};
use im_testkit::{
    Absent, Fixture, Need, Opened, Outcome, Seat, Subject, TestAccount, cases, trials,
};
use libtest_mimic::{Arguments, Failed, Trial};
use support::board::Board;
use support::flaw::FLAWS;
use support::killed;

fn main() -> ExitCode {
    if killed::is_victim() {
        killed::hold_a_server();
    }
    let mut all = trials(vec![
        Box::new(Board::honest("board")),
        Box::new(Memory::default()),
    ]);
    all.extend(FLAWS.iter().map(|&(flaw, case)| {
        Trial::test(format!("twin::{flaw:?} fails {case}"), move || {
            finds(Box::new(Board::with(flaw)), case)
        })
    }));
    all.push(Trial::test("every_case_has_a_twin", every_case_has_a_twin));
    all.push(Trial::test(
        "what_is_neither_supplied_nor_declared_absent_fails",
        what_is_missing_fails,
    ));
    all.push(Trial::test(
        "the_server_ends_with_a_killed_process",
        killed::the_server_ends_with_a_killed_process,
    ));
    libtest_mimic::run(&Arguments::from_args(), all).exit_code()
}

fn examine(subject: Box<dyn Subject>, case: &str) -> Result<Outcome, String> {
    let case = cases()
        .into_iter()
        .find(|c| c.name() == case)
        .unwrap_or_else(|| panic!("there is no case {case}"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(Seat::new(subject).examine(&case))
        .map_err(|failure| failure.to_string())
}

/// The case fails, with a sentence that says something.
fn finds(subject: Box<dyn Subject>, case: &str) -> Result<(), Failed> {
    match examine(subject, case) {
        Err(sentence) if sentence.len() > 20 => Ok(()),
        other => Err(format!("expected a failure, came {other:?}").into()),
    }
}

fn every_case_has_a_twin() -> Result<(), Failed> {
    let without: Vec<String> = cases()
        .iter()
        .map(im_testkit::Case::name)
        .filter(|name| !FLAWS.iter().any(|(_, case)| case == name))
        .collect();
    if without.is_empty() {
        Ok(())
    } else {
        Err(format!("cases that nobody fails: {without:?}").into())
    }
}

/// A subject that forgot about its hands is told which one.
fn what_is_missing_fails() -> Result<(), Failed> {
    let forgetful = || Box::new(Memory { absent: vec![] });
    let panicked = std::panic::catch_unwind(|| examine(forgetful(), "outage::silent"));
    let message = panicked.expect_err("no hands, no declaration");
    let message = message.downcast::<String>().unwrap();
    assert!(message.contains("Subject::go_silent"), "{message}");
    assert!(message.contains("Need::Silence"), "{message}");
    let counting = examine(
        forgetful(),
        "timing::unknown_user_costs_what_a_wrong_password_costs",
    );
    assert!(counting.unwrap_err().contains("Opened::counting"));
    Ok(())
}

/// [`MemoryAuthenticator`] as it is: what it cannot have is declared.
struct Memory {
    absent: Vec<Absent>,
}

impl Default for Memory {
    fn default() -> Self {
        let clear = "passwords are in memory as they are, nothing is stored in a format";
        let alone = "in the same process: it cannot be away, and nothing of it can be";
        Self {
            absent: vec![
                Need::Hashed.absent(clear),
                Need::StoredPassword.absent(clear),
                Need::StorePassword.absent(clear),
                Need::MissingTable.absent(alone),
                Need::Outage.absent(alone),
                Need::Silence.absent(alone),
                Need::Delete.absent("each authenticator has accounts of its own"),
                Need::Contents.absent("there is no foreign system"),
                Need::Counting.absent("nothing is counted"),
            ],
        }
    }
}

const REALM: &str = "club";

fn members() -> [(&'static str, &'static str, &'static str, Option<Rejection>); 5] {
    let until = None;
    [
        ("1", "Alice", "correct horse", None),
        ("2", "O'Brien", "battery staple", None),
        ("3", "Zoë", "naïve tr0ubador", None),
        ("4", "Ingrid", "sleeping bear", Some(Rejection::Inactive)),
        (
            "5",
            "Barbara",
            "banned badger",
            Some(Rejection::Banned { until }),
        ),
    ]
}

#[async_trait::async_trait]
impl Subject for Memory {
    fn name(&self) -> String {
        "memory".into()
    }

    fn fixture(&self) -> Fixture {
        let mut fixture = Fixture::new(Realm::new(REALM).unwrap());
        for (id, name, password, state) in members() {
            let account = TestAccount::new(id, name, password)
                .spelled([name.to_lowercase(), name.to_uppercase()])
                .not_spelled([format!(" {name}"), format!("{name} ")])
                .unread(2);
            fixture = fixture.account(match state {
                Some(rejection) => account.refused(rejection),
                None => account,
            });
        }
        fixture
    }

    async fn open(&self) -> Opened {
        let realm = Realm::new(REALM).unwrap();
        let club = MemoryAuthenticator::new(realm.clone());
        for (id, name, password, state) in members() {
            let user = ExternalUser::new(Identity::new(realm.clone(), id), name);
            let account = MemoryAccount::new(user, password).unread(2);
            club.put(match state {
                Some(rejection) => account.refused(rejection),
                None => account,
            });
        }
        let shown = format!("{club:?}");
        Opened::new(club).showing(shown)
    }

    fn absent(&self) -> Vec<Absent> {
        self.absent.clone()
    }
}
