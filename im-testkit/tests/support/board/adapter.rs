//! The adapter to the board: honest, or with one flaw.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, FormatCount, Found, Identity,
    Login, Lookup, LookupKey, Probe, Rejection, Standing, Verdict,
};
use im_testkit::Work;
use tokio::sync::Semaphore;

use super::{BANNED, LOCKED, Line, MEMBERS, Member, System, digest, realm};
use crate::support::flaw::Flaw;

/// How long the adapter waits for an answer.
const LIMIT: Duration = Duration::from_millis(250);
/// How many bytes an answer has.
const ANSWER: usize = 200;
/// How many connections there are.
const CONNECTIONS: usize = 6;

pub(super) struct Adapter {
    info: AdapterInfo,
    flaw: Option<Flaw>,
    system: Arc<System>,
    connections: Semaphore,
    statements: AtomicU64,
    verifications: AtomicU64,
    under_way: AtomicUsize,
    lost: AtomicBool,
    /// For [`Flaw::CacheSavesAStatement`].
    seen: Mutex<HashSet<String>>,
    /// For [`Flaw::RemembersTheDeleted`].
    remembered: Mutex<Vec<Member>>,
}

impl Adapter {
    pub(super) fn new(system: Arc<System>, flaw: Option<Flaw>) -> Self {
        Self {
            info: AdapterInfo::new("board", "Board", realm()),
            flaw,
            system,
            connections: Semaphore::new(CONNECTIONS),
            statements: AtomicU64::new(0),
            verifications: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
            seen: Mutex::default(),
            remembered: Mutex::default(),
        }
    }

    pub(super) fn work(&self) -> Work {
        Work {
            statements: self.statements.load(Ordering::SeqCst),
            verifications: self.verifications.load(Ordering::SeqCst),
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// One statement: the whole table, or why not.
    async fn ask(&self) -> Result<Vec<Member>, AuthError> {
        let connection = self
            .connections
            .acquire()
            .await
            .map_err(|_| AuthError::unavailable("closed"))?;
        if self.has(Flaw::AbandonedStaysBusy) {
            connection.forget();
            let answer = self.answer().await;
            self.connections.add_permits(1);
            answer
        } else {
            self.answer().await
        }
    }

    async fn answer(&self) -> Result<Vec<Member>, AuthError> {
        self.statements.fetch_add(1, Ordering::SeqCst);
        if self.lost.load(Ordering::SeqCst) {
            return Err(AuthError::unavailable("the connection is gone"));
        }
        let mut line = self.system.line.subscribe();
        let limit = match self.flaw {
            Some(Flaw::WaitsForEver) => Duration::from_secs(3600),
            Some(Flaw::Impatient) => Duration::from_millis(50),
            _ => LIMIT,
        };
        let speaks = line.wait_for(|line| match line {
            Line::SilentAfter(bytes) => *bytes >= ANSWER,
            _ => true,
        });
        let Ok(Ok(state)) = tokio::time::timeout(limit, speaks)
            .await
            .map(|l| l.map(|l| *l))
        else {
            let silent = *self.system.line.borrow();
            if self.has(Flaw::HalfAnAnswerIsWrong) && silent != Line::SilentAfter(0) {
                return Ok(vec![]);
            }
            return Err(AuthError::unavailable("no answer in time"));
        };
        if state == Line::Down {
            if self.has(Flaw::NeverReconnects) && self.statements.load(Ordering::SeqCst) > 1 {
                self.lost.store(true, Ordering::SeqCst);
            }
            if self.has(Flaw::DownIsUnknown) {
                return Ok(vec![]);
            }
            return Err(AuthError::unavailable("connection refused"));
        }
        let members = self.system.members().clone();
        match members {
            Some(members) => Ok(members),
            None if self.has(Flaw::NoTableIsUnknown) => Ok(vec![]),
            None => Err(AuthError::schema("no such table").with("table", "board_members")),
        }
    }

    /// How the table compares names.
    fn is_called(&self, member: &Member, typed: &str) -> bool {
        let typed = match self.flaw {
            Some(Flaw::QuoteEndsTheName) if !member.name.contains('\'') => {
                typed.split('\'').next().unwrap_or_default()
            }
            Some(Flaw::NulEndsTheName) => typed.split('\0').next().unwrap_or_default(),
            Some(Flaw::CutsLongNames) if typed.len() > 500 => typed.get(..5).unwrap_or(typed),
            _ => typed,
        };
        if self.has(Flaw::CaseSensitive) {
            return member.name == typed.trim_end_matches(' ');
        }
        let blank = self.has(Flaw::EmptyNameIsTheFirst) && member.id == "2" && typed.is_empty();
        let number = self.has(Flaw::IdsAreNames) && member.id == typed;
        if self.has(Flaw::CannotQuote) && typed.contains('\'')
            || self.has(Flaw::OnlyAscii) && !typed.is_ascii()
        {
            return false;
        }
        if self.has(Flaw::LikeInsteadOfEqual) && typed.contains('%') {
            let start = typed.split('%').next().unwrap_or_default().to_lowercase();
            return member.name.to_lowercase().starts_with(&start);
        }
        let same = member.name.to_lowercase() == typed.trim_end_matches(' ').to_lowercase();
        same || blank || number
    }

    fn unstorable(&self, name: &str) -> Result<(), AuthError> {
        if self.has(Flaw::ControlsAreErrors) && name.chars().any(|c| c.is_control() && c != '\0') {
            return Err(AuthError::schema("illegal letter"));
        }
        if self.has(Flaw::UnstorableIsAnError) && name.chars().any(|c| c > '\u{ff}') {
            return Err(AuthError::schema("illegal mix of collations"));
        }
        Ok(())
    }

    fn user(&self, member: &Member) -> ExternalUser {
        let identity = Identity::new(realm(), member.id);
        let mut user = ExternalUser::new(identity, member.name);
        user.email = member.email.map(Into::into);
        user
    }

    /// Whether the password is the member's.
    fn verify(&self, member: &Member, typed: &str) -> Result<bool, AuthError> {
        self.verifications.fetch_add(1, Ordering::SeqCst);
        let password = match self.flaw {
            Some(Flaw::CutsPasswordsAtNul) => typed.split('\0').next().unwrap_or_default(),
            Some(Flaw::ForgetsToTrim) => typed,
            _ => typed.trim_matches(' '),
        };
        let stored = member.stored.as_str();
        let also = match self.flaw {
            Some(Flaw::AnyPassword) => true,
            Some(Flaw::EmptyPasswordOpens) => typed.is_empty(),
            Some(Flaw::EmptyMatchesEmpty) => stored.is_empty() && typed.is_empty(),
            Some(Flaw::DigestIsAPassword | Flaw::ClearTextMatches) => stored == typed,
            Some(Flaw::NameIsAPassword) => member.name == typed,
            Some(Flaw::AnyonesPassword) => MEMBERS.iter().any(|row| row.2 == typed),
            Some(Flaw::ComparesEightLetters) => MEMBERS
                .iter()
                .any(|row| row.0 == member.id && typed.starts_with(&row.2[..8])),
            Some(Flaw::ComparesTheBeginning) => {
                stored.len() > 10 && digest(password).starts_with(stored)
            }
            _ => false,
        };
        if also {
            return Ok(true);
        }
        if self.has(Flaw::LongPasswordsAreErrors) && typed.len() > 10_000 {
            return Err(AuthError::configuration("too long"));
        }
        let hex = stored.strip_prefix("h1$").unwrap_or_default();
        if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return match self.flaw {
                Some(Flaw::UnknownFormatIsWrong) => Ok(false),
                Some(Flaw::ErrorShowsTheValue) => Err(AuthError::unsupported_hash(stored)),
                _ => Err(AuthError::unsupported_hash("of unknown shape")),
            };
        }
        Ok(digest(password) == stored)
    }

    async fn sign_in(&self, login: &Login) -> Result<Verdict, AuthError> {
        let (name, password) = (login.name(), login.password().expose());
        if self.has(Flaw::LogsThePassword) {
            tracing::trace!(name, password, "signing in");
        }
        let mut members = self.ask().await.map_err(|error| {
            if self.has(Flaw::ErrorShowsThePassword) {
                error.with("login", password)
            } else {
                error
            }
        })?;
        if self.has(Flaw::HalfAnAnswerIsWrong) && members.is_empty() {
            return Ok(Rejection::WrongPassword.into());
        }
        let saves =
            self.has(Flaw::CacheSavesAStatement) && self.seen.lock().unwrap().contains(name);
        if !saves {
            self.ask().await?;
        }
        if self.has(Flaw::RemembersTheDeleted) {
            members.extend(self.remembered.lock().unwrap().iter().cloned());
        }
        self.unstorable(name)?;
        if self.has(Flaw::UnknownFormatStopsAll)
            && members.iter().any(|m| !m.stored.starts_with("h1$"))
        {
            return Err(AuthError::unsupported_hash("of unknown shape"));
        }
        let Some(member) = members.iter().find(|member| self.is_called(member, name)) else {
            if !self.has(Flaw::NoDecoy) {
                self.verifications.fetch_add(1, Ordering::SeqCst);
            }
            return Ok(match self.flaw {
                Some(Flaw::UnknownIsWrong) => Rejection::WrongPassword,
                Some(Flaw::UnknownIsInactive) => Rejection::Inactive,
                _ => Rejection::UnknownUser,
            }
            .into());
        };
        self.judge(member, name, password)
    }

    fn judge(&self, member: &Member, name: &str, password: &str) -> Result<Verdict, AuthError> {
        let state = match member.state {
            Some(Rejection::Inactive) if self.has(Flaw::LetsInactiveIn) => None,
            Some(BANNED) if self.has(Flaw::LetsBannedIn) => None,
            Some(BANNED) if self.has(Flaw::StateOfCanonicalNameOnly) && name != member.name => None,
            Some(BANNED) if self.has(Flaw::BanIsInactivity) => Some(Rejection::Inactive),
            state => state,
        };
        let before = match state {
            Some(state) if state == LOCKED || self.has(Flaw::StateBeforePassword) => Some(state),
            _ if self.has(Flaw::LocksAfterOneWrong) && member.wrong_tries > 0 => Some(LOCKED),
            Some(_) if self.has(Flaw::RefusedIsQuick) => Some(Rejection::WrongPassword),
            _ if self.has(Flaw::EmptyIsQuick) && password.is_empty() => {
                Some(Rejection::WrongPassword)
            }
            _ => None,
        };
        if let Some(rejection) = before {
            return Ok(rejection.into());
        }
        if !self.verify(member, password)? {
            if self.has(Flaw::CountsWrongTries) || self.has(Flaw::LocksAfterOneWrong) {
                self.system
                    .change(member.id, |member| member.wrong_tries += 1);
            }
            return Ok(match self.flaw {
                Some(Flaw::SpellingsAreUnknown) if name != member.name => Rejection::UnknownUser,
                _ => Rejection::WrongPassword,
            }
            .into());
        }
        if let Some(rejection) = state {
            return Ok(rejection.into());
        }
        if self.has(Flaw::RefusesEverybody) {
            return Ok(Rejection::WrongPassword.into());
        }
        if self.has(Flaw::WritesTheLastVisit) {
            self.system
                .change(member.id, |member| member.last_visit += 1);
        }
        self.seen.lock().unwrap().insert(name.to_owned());
        self.remembered.lock().unwrap().push(member.clone());
        let mut user = self.user(member);
        match self.flaw {
            Some(Flaw::TypedNameAsName) => user.name = name.to_owned(),
            Some(Flaw::LosesTheEmail) => user.email = None,
            Some(Flaw::AnswerShowsTheDigest) => user.display_name = Some(member.stored.clone()),
            _ => {}
        }
        Ok(Verdict::accepted(user))
    }

    fn found(&self, member: &Member) -> Found {
        let mut user = self.user(member);
        if self.has(Flaw::FindLosesTheEmail) {
            user.email = None;
        }
        let standing = match member.state {
            Some(rejection) if !self.has(Flaw::FindSaysGood) => Standing::Refused(rejection),
            _ => Standing::Good,
        };
        Found::new(user, standing)
    }

    fn is_meant(&self, member: &Member, key: &LookupKey) -> bool {
        match key {
            LookupKey::Id(id) if self.has(Flaw::IdsAreNumbers) => {
                let digits = id.as_str().trim_start_matches(['0', ' ', '+']);
                let end = digits
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(digits.len());
                member.id == &digits[..end]
            }
            LookupKey::Id(id) => member.id == id.as_str(),
            LookupKey::Name(name) if self.has(Flaw::FindIsCaseSensitive) => member.name == name,
            LookupKey::Name(name) => self.is_called(member, name),
            _ => false,
        }
    }
}

#[async_trait]
impl ExternalAuthenticator for Adapter {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        if self.has(Flaw::OneAtATime) {
            if self.under_way.fetch_add(1, Ordering::SeqCst) > 0 {
                self.under_way.fetch_sub(1, Ordering::SeqCst);
                return Err(AuthError::busy("one at a time"));
            }
            tokio::task::yield_now().await;
        }
        let verdict = self.sign_in(login).await;
        if self.has(Flaw::OneAtATime) {
            self.under_way.fetch_sub(1, Ordering::SeqCst);
        }
        verdict
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let members = self.ask().await?;
        let mut found: Vec<Option<Found>> = lookups
            .iter()
            .map(|lookup| {
                let mut members = members.iter();
                let member = members.find(|member| self.is_meant(member, &lookup.key));
                member.map(|member| self.found(member))
            })
            .collect();
        match self.flaw {
            Some(Flaw::NobodyIsAnError) if found.contains(&None) => {
                return Err(AuthError::configuration("no such account"));
            }
            Some(Flaw::FindSorts) => {
                found.sort_by_key(|f| f.as_ref().map(|f| f.user.identity.id.clone()));
            }
            Some(Flaw::FindsAHundred) => found.truncate(100),
            _ => {}
        }
        Ok(found)
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let members = self.ask().await?;
        let member = members.iter().find(|m| m.id == identity.id.as_str());
        let more = u32::from(self.has(Flaw::CountsOneMore));
        Ok(member.map(|member| member.unread + more))
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        let members = self.ask().await?.len() as u64;
        let mut probe = Probe::default();
        probe.accounts = (!self.has(Flaw::ProbeCountsNothing)).then_some(members);
        probe.formats = vec![FormatCount::new("h1", members, true)];
        Ok(probe)
    }
}
