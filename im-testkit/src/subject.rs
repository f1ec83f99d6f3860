//! What is examined, and what it must supply.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use im_core::ExternalAuthenticator;

use crate::Fixture;

/// What the suite examines: an authenticator on a foreign system full of known accounts, and hands that can break
/// and mend that system.
///
/// For an SQL product implement [`SqlSystem`](crate::SqlSystem) instead: [`SqlSubject`](crate::SqlSubject) makes a
/// whole subject of it, on MariaDB and on SQLite.
///
/// The methods from [`stored_password`](Self::stored_password) on are the hands. A subject supplies each, or
/// declares the [`Need`] as absent with a reason. One that does neither fails the cases that need it: nothing is
/// skipped in silence.
#[async_trait]
pub trait Subject: Send + Sync + 'static {
    /// The first part of the names of its trials: `phpbb2-mariadb-latin1`.
    fn name(&self) -> String;

    /// The accounts of the foreign system.
    fn fixture(&self) -> Fixture;

    /// A new authenticator on the foreign system, with caches and connections of its own.
    async fn open(&self) -> Opened;

    /// What the product, the fixture or the subject cannot have, and why.
    fn absent(&self) -> Vec<Absent> {
        Vec::new()
    }

    /// How long any single question may take at most, with the foreign system down or silent: a little more than the
    /// time limits that [`open`](Self::open) configures.
    fn patience(&self) -> Duration {
        Duration::from_secs(6)
    }

    /// Texts that nothing may ever show, beside the passwords of the fixture and the stored passwords: the password
    /// of the database account, a pepper.
    async fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    /// The stored password of an account, as the foreign system holds it.
    async fn stored_password(&self, id: &str) -> String {
        missing(self.name(), "stored_password", Need::StoredPassword, id)
    }

    /// Replaces the stored password of an account.
    async fn store_password(&self, id: &str, stored: &str) {
        missing(
            self.name(),
            "store_password",
            Need::StorePassword,
            (id, stored),
        )
    }

    /// Deletes an account as the product does, so that no row of it is found.
    async fn delete_account(&self, id: &str) {
        missing(self.name(), "delete_account", Need::Delete, id)
    }

    /// Takes the table of the accounts away (or what stands for it), and gives the name that the error must say.
    async fn take_table_away(&self) -> String {
        missing(self.name(), "take_table_away", Need::MissingTable, ())
    }

    /// The foreign system is down: it refuses connections, and those that exist are gone.
    async fn go_down(&self) {
        missing(self.name(), "go_down", Need::Outage, ())
    }

    /// The foreign system accepts questions and does not answer. With `after`, it stops in the middle, after that
    /// many bytes of each answer, where the subject can do that.
    async fn go_silent(&self, after: usize) {
        missing(self.name(), "go_silent", Need::Silence, after)
    }

    /// The foreign system answers again after [`go_down`](Self::go_down) or [`go_silent`](Self::go_silent).
    async fn come_back(&self) {
        missing(self.name(), "come_back", Need::Outage, ())
    }

    /// A checksum of each part (table, file, subtree) of the foreign system.
    async fn contents(&self) -> BTreeMap<String, String> {
        missing(self.name(), "contents", Need::Contents, ())
    }

    /// Makes the foreign system what it was at the beginning, after cases that changed it.
    async fn reset(&self) {}
}

fn missing<T>(subject: String, method: &str, need: Need, _unused: impl Sized) -> T {
    panic!(
        "{subject} neither supplies Subject::{method} nor declares Need::{need:?} absent: \
         implement the method, or return Need::{need:?}.absent(\"why\") from Subject::absent"
    )
}

/// An authenticator as a subject opened it.
pub struct Opened {
    pub(crate) authenticator: Box<dyn ExternalAuthenticator>,
    pub(crate) work: Option<Box<dyn Fn() -> Work + Send + Sync>>,
    pub(crate) shown: Vec<String>,
}

impl Opened {
    /// An authenticator.
    pub fn new(authenticator: impl ExternalAuthenticator + 'static) -> Self {
        Self {
            authenticator: Box::new(authenticator),
            work: None,
            shown: Vec::new(),
        }
    }

    /// Says how to read what the authenticator has done so far: the suite compares what an unknown user costs with
    /// what a wrong password costs.
    #[must_use]
    pub fn counting(mut self, work: impl Fn() -> Work + Send + Sync + 'static) -> Self {
        self.work = Some(Box::new(work));
        self
    }

    /// Adds something's `Debug` or `Display` text (the configuration's, the authenticator's own), for the suite to
    /// look for secrets in.
    #[must_use]
    pub fn showing(mut self, text: impl Into<String>) -> Self {
        self.shown.push(text.into());
        self
    }

    /// Puts a wrapper around the authenticator.
    #[must_use]
    pub fn map<T: ExternalAuthenticator + 'static>(
        self,
        wrap: impl FnOnce(Box<dyn ExternalAuthenticator>) -> T,
    ) -> Self {
        Self {
            authenticator: Box::new(wrap(self.authenticator)),
            ..self
        }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("info", self.authenticator.info())
            .field("counting", &self.work.is_some())
            .finish_non_exhaustive()
    }
}

/// What an authenticator has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Statements (or directory operations) sent to the foreign system.
    pub statements: u64,
    /// Password verifications, decoys included.
    pub verifications: u64,
}

impl Work {
    /// What was done since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            statements: self.statements - earlier.statements,
            verifications: self.verifications - earlier.verifications,
        }
    }
}

/// Something that cases need, and a subject supplies or declares absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Need {
    /// An account of the fixture that is refused as inactive, pending or deleted.
    InactiveAccount,
    /// An account of the fixture that is banned.
    BannedAccount,
    /// An account of the fixture that says, as a spelling or as none, what becomes of its name in other case.
    OtherCase,
    /// An account of the fixture with a quote in its name.
    QuotedName,
    /// An account of the fixture with a letter outside ASCII in its name.
    NonAsciiName,
    /// An account of the fixture that says how many private messages wait.
    Unread,
    /// `find` of the authenticator.
    Find,
    /// `probe` of the authenticator.
    Probe,
    /// Stored passwords are hashed; absent where the product keeps clear text.
    Hashed,
    /// [`Subject::stored_password`].
    StoredPassword,
    /// [`Subject::store_password`].
    StorePassword,
    /// [`Subject::delete_account`].
    Delete,
    /// [`Subject::take_table_away`].
    MissingTable,
    /// [`Subject::go_down`] and [`Subject::come_back`].
    Outage,
    /// [`Subject::go_silent`] and [`Subject::come_back`].
    Silence,
    /// [`Subject::contents`].
    Contents,
    /// [`Opened::counting`].
    Counting,
}

impl Need {
    /// Declares that this is not to be had, and why.
    #[must_use]
    pub fn absent(self, reason: impl Into<String>) -> Absent {
        Absent {
            need: self,
            reason: reason.into(),
        }
    }

    /// Whether this is the work of the subject's hands, as opposed to a property of the product.
    #[must_use]
    pub(crate) fn is_hands(self) -> bool {
        matches!(
            self,
            Self::StoredPassword
                | Self::StorePassword
                | Self::Delete
                | Self::MissingTable
                | Self::Outage
                | Self::Silence
                | Self::Contents
                | Self::Counting
        )
    }
}

/// A [`Need`] that a subject cannot meet, and why. The trials that need it are shown as ignored, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    pub(crate) need: Need,
    pub(crate) reason: String,
}
