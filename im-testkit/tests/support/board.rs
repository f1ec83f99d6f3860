//! The foreign system: a board with a table of members, and hands that break and mend it.

mod adapter;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use im_core::{ExternalUser, Identity, Realm, Rejection};
use im_testkit::{Fixture, Opened, Subject, TestAccount};
use tokio::sync::watch;

use super::flaw::Flaw;
use adapter::Adapter;

fn realm() -> Realm {
    Realm::new("board").unwrap()
}

/// A digest for this table only. Nobody would use it for real.
fn digest(password: &str) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, password).hash(&mut hasher);
        hasher.finish()
    };
    format!("h1${:016x}{:016x}", half(1), half(2))
}

#[derive(Debug, Clone)]
struct Member {
    id: &'static str,
    name: &'static str,
    stored: String,
    state: Option<Rejection>,
    email: Option<&'static str>,
    unread: u32,
    last_visit: u64,
    wrong_tries: u64,
}

const BANNED: Rejection = Rejection::Banned { until: None };
const LOCKED: Rejection = Rejection::LockedOut { until: None };

/// Id, name, password, state, e-mail, unread messages.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Option<Rejection>,
    Option<&'static str>,
    u32,
);
const MEMBERS: &[Row] = &[
    (
        "2",
        "Alice",
        "correct horse",
        None,
        Some("alice@example.org"),
        3,
    ),
    ("3", "O'Brien \"Bob\"", "battery staple", None, None, 0),
    ("4", "Zoë", "tr0ubador & naïve", None, None, 0),
    (
        "5",
        "Ingrid",
        "sleeping bear",
        Some(Rejection::Inactive),
        None,
        0,
    ),
    (
        "6",
        "Walter",
        "waiting whale",
        Some(Rejection::PendingActivation),
        None,
        0,
    ),
    ("7", "Barbara", "banned badger", Some(BANNED), None, 0),
    ("8", "Lothar", "locked llama", Some(LOCKED), None, 0),
];

fn table() -> Vec<Member> {
    MEMBERS
        .iter()
        .map(|&(id, name, password, state, email, unread)| Member {
            id,
            name,
            stored: digest(password),
            state,
            email,
            unread,
            last_visit: 0,
            wrong_tries: 0,
        })
        .collect()
}

/// The system itself, shared by its adapters and hands.
#[derive(Debug)]
struct System {
    /// `None`: the table is gone.
    members: Mutex<Option<Vec<Member>>>,
    line: watch::Sender<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Up,
    Down,
    SilentAfter(usize),
}

impl System {
    fn members(&self) -> MutexGuard<'_, Option<Vec<Member>>> {
        self.members.lock().unwrap()
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Member)) {
        let mut members = self.members();
        let members = members.as_mut().expect("the table is there");
        change(
            members
                .iter_mut()
                .find(|m| m.id == id)
                .expect("the member is there"),
        );
    }
}

/// The subject.
#[derive(Debug)]
pub(crate) struct Board {
    name: String,
    flaw: Option<Flaw>,
    system: Arc<System>,
}

impl Board {
    /// A board whose adapter does everything right.
    pub(crate) fn honest(name: &str) -> Self {
        Self::new(name, None)
    }

    /// A board whose adapter does one thing wrong.
    pub(crate) fn with(flaw: Flaw) -> Self {
        Self::new(&format!("{flaw:?}"), Some(flaw))
    }

    fn new(name: &str, flaw: Option<Flaw>) -> Self {
        Self {
            name: name.to_owned(),
            flaw,
            system: Arc::new(System {
                members: Mutex::new(Some(table())),
                line: watch::Sender::new(Line::Up),
            }),
        }
    }
}

#[async_trait]
impl Subject for Board {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn fixture(&self) -> Fixture {
        let mut fixture = Fixture::new(realm()).nobody(["Alic", "Alicee", "Al ice", "Bob"]);
        for &(id, name, password, state, email, unread) in MEMBERS {
            let mut user = ExternalUser::new(Identity::new(realm(), id), name);
            user.email = email.map(Into::into);
            let mut account = TestAccount::new(id, name, password)
                .spelled([
                    name.to_lowercase(),
                    name.to_uppercase(),
                    format!("{name}  "),
                ])
                .not_spelled([format!(" {name}")])
                .also([format!(" {password}"), format!("{password} ")])
                .wrong([password.replace(' ', "  ")])
                .user(user)
                .unread(unread);
            if let Some(rejection) = state {
                account = account.refused(rejection);
            }
            fixture = fixture.account(account);
        }
        fixture
    }

    async fn open(&self) -> Opened {
        let adapter = Arc::new(Adapter::new(Arc::clone(&self.system), self.flaw));
        let counted = Arc::clone(&adapter);
        Opened::new(adapter).counting(move || counted.work())
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn stored_password(&self, id: &str) -> String {
        let members = self.system.members();
        let mut members = members.as_ref().expect("the table is there").iter();
        members
            .find(|m| m.id == id)
            .expect("the member is there")
            .stored
            .clone()
    }

    async fn store_password(&self, id: &str, stored: &str) {
        self.system
            .change(id, |member| member.stored = stored.to_owned());
    }

    async fn delete_account(&self, id: &str) {
        self.system
            .members()
            .as_mut()
            .unwrap()
            .retain(|member| member.id != id);
    }

    async fn take_table_away(&self) -> String {
        *self.system.members() = None;
        "board_members".into()
    }

    async fn go_down(&self) {
        self.system.line.send_replace(Line::Down);
    }

    async fn go_silent(&self, after: usize) {
        self.system.line.send_replace(Line::SilentAfter(after));
    }

    async fn come_back(&self) {
        self.system.line.send_replace(Line::Up);
    }

    async fn contents(&self) -> BTreeMap<String, String> {
        BTreeMap::from([(
            "board_members".into(),
            format!("{:?}", self.system.members()),
        )])
    }

    async fn reset(&self) {
        self.come_back().await;
        *self.system.members() = Some(table());
    }
}
