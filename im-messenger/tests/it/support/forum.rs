//! A forum whose members a test adds, renames, bans, deletes; and which can be down.

use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup,
    LookupKey, Probe, Realm, Rejection, Standing, Timestamp, Verdict,
};

/// What a forum answers with instead of facts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Down,
    CannotFind,
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) user: ExternalUser,
    pub(crate) standing: Standing,
    pub(crate) unread: u32,
}

pub(crate) struct Forum {
    info: AdapterInfo,
    realm: Realm,
    state: Mutex<State>,
    pub(crate) finds: AtomicUsize,
    pub(crate) unread_asked: AtomicUsize,
}

struct State {
    members: Vec<Member>,
    mood: Mood,
    probe_accounts: Option<u64>,
    last_addresses: Vec<Option<IpAddr>>,
}

/// The password of every member.
pub(crate) const PASSWORD: &str = "correct horse";

impl Forum {
    pub(crate) fn new(realm: &str) -> Self {
        let realm = Realm::new(realm).expect("a realm name");
        Self {
            info: AdapterInfo::new("test-forum", "Test forum", realm.clone()),
            realm,
            state: Mutex::new(State {
                members: Vec::new(),
                mood: Mood::Well,
                probe_accounts: None,
                last_addresses: Vec::new(),
            }),
            finds: AtomicUsize::new(0),
            unread_asked: AtomicUsize::new(0),
        }
    }

    pub(crate) fn realm(&self) -> &Realm {
        &self.realm
    }

    pub(crate) fn add(&self, id: &str, name: &str) {
        self.add_registered(id, name, 1_000_000_000);
    }

    pub(crate) fn add_registered(&self, id: &str, name: &str, registered_at: i64) {
        let identity = Identity::new(self.realm.clone(), id);
        let mut user = ExternalUser::new(identity, name);
        user.registered_at = Some(Timestamp::from_unix_timestamp(registered_at).expect("a moment"));
        self.state.lock().expect("no panic").members.push(Member {
            user,
            standing: Standing::Good,
            unread: 0,
        });
    }

    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Member)) {
        let mut state = self.state.lock().expect("no panic");
        let member = state
            .members
            .iter_mut()
            .find(|member| member.user.identity.id.as_str() == id);
        change(member.expect("a member of this id"));
    }

    pub(crate) fn refuse(&self, id: &str, rejection: Rejection) {
        self.change(id, |member| member.standing = Standing::Refused(rejection));
    }

    pub(crate) fn forgive(&self, id: &str) {
        self.change(id, |member| member.standing = Standing::Good);
    }

    pub(crate) fn delete(&self, id: &str) {
        let mut state = self.state.lock().expect("no panic");
        state
            .members
            .retain(|member| member.user.identity.id.as_str() != id);
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        self.state.lock().expect("no panic").mood = mood;
    }

    pub(crate) fn set_probe_accounts(&self, accounts: Option<u64>) {
        self.state.lock().expect("no panic").probe_accounts = accounts;
    }

    pub(crate) fn asked_addresses(&self) -> Vec<Option<IpAddr>> {
        self.state.lock().expect("no panic").last_addresses.clone()
    }

    fn mood(&self) -> Result<(), AuthError> {
        match self.state.lock().expect("no panic").mood {
            Mood::Down => Err(AuthError::unavailable("the forum is down")),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl ExternalAuthenticator for Forum {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        self.mood()?;
        let state = self.state.lock().expect("no panic");
        let member = state
            .members
            .iter()
            .find(|member| member.user.name == login.name());
        Ok(match member {
            None => Rejection::UnknownUser.into(),
            Some(_) if login.password().expose() != PASSWORD => Rejection::WrongPassword.into(),
            Some(member) => match &member.standing {
                Standing::Refused(rejection) => (*rejection).into(),
                _ => Verdict::accepted(member.user.clone()),
            },
        })
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        self.finds.fetch_add(1, Ordering::SeqCst);
        self.mood()?;
        let mut state = self.state.lock().expect("no panic");
        if state.mood == Mood::CannotFind {
            return Err(AuthError::unsupported("find"));
        }
        state.last_addresses = lookups.iter().map(|lookup| lookup.address).collect();
        Ok(lookups
            .iter()
            .map(|lookup| {
                let LookupKey::Id(id) = &lookup.key else {
                    return None;
                };
                let member = state
                    .members
                    .iter()
                    .find(|member| &member.user.identity.id == id)?;
                Some(Found::new(member.user.clone(), member.standing.clone()))
            })
            .collect())
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        self.unread_asked.fetch_add(1, Ordering::SeqCst);
        self.mood()?;
        let state = self.state.lock().expect("no panic");
        let member = state
            .members
            .iter()
            .find(|member| &member.user.identity == identity);
        Ok(member.map(|member| member.unread))
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        self.mood()?;
        match self.state.lock().expect("no panic").probe_accounts {
            Some(accounts) => {
                let mut probe = Probe::default();
                probe.accounts = Some(accounts);
                Ok(probe)
            }
            None => Err(AuthError::unsupported("probe")),
        }
    }
}
