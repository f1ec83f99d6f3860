#![allow(
    clippy::unused_async,
    clippy::missing_errors_doc,
    missing_docs,
    clippy::new_without_default
)]
//! The calls.
use crate::session::*;
use crate::view::*;
use crate::*;
use im_core::{Login, Password, Realm};

/// Whom to add to the contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactTarget {
    /// By id.
    User(String),
    /// By name, or `realm:name`.
    Name(String),
}

/// What to do with a line of the contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactAction {
    /// Accept their request.
    Accept,
    /// Refuse their request, also for the future.
    Refuse,
    /// Give them a name of one's own, or take it away.
    Rename(Option<String>),
    /// Put them into a group, or out of it.
    Group(Option<String>),
    /// Let them through do-not-disturb.
    Vip(bool),
    /// Look offline to them.
    Hide(bool),
}

/// A contact list after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedContact {
    /// The line.
    pub contact: Contact,
    /// Whether a request was made (201); otherwise the other had asked before and both are contacts now (200).
    pub asked: bool,
}

/// An opened conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// Whether it was made now (201) or was there (200).
    pub new: bool,
}

/// Which part of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// Only messages before this place.
    pub before: Option<u64>,
    /// Only messages after this place.
    pub after: Option<u64>,
    /// How many at most: 1 to 200, else 50.
    pub limit: Option<u32>,
}

/// A message the store has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Whether it had been taken before (200) or just now (201).
    pub replay: bool,
}

/// A change of a user's own account. `None`: leave as it is.
#[derive(Debug, Clone, Default)]
pub struct MeUpdate {
    /// Presence: a state (not `offline`) and the reason.
    pub presence: Option<Presence>,
    /// Whose messages are taken while offline.
    pub offline_messages: Option<OfflineMessages>,
    /// The client's language; `Some(None)`: the browser's.
    pub language: Option<Option<String>>,
    /// The name to show; accounts of the messenger's own only.
    pub display_name: Option<String>,
    /// The current and the new password; accounts of the messenger's own only.
    pub password: Option<(Password, Password)>,
}

impl Messenger {
    pub async fn start(store: Store, setup: Setup) -> Result<Self, OpenError> {
        let _ = (store, setup);
        Err(OpenError::NotYet)
    }
    pub async fn shutdown(&self) {}
    pub async fn ready(&self) -> Result<(), Error> {
        let _ = ();
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub fn site_info(&self, site: &str) -> Result<SiteInfo, Error> {
        let _ = (site,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn statistics(&self) -> Result<Statistics, Error> {
        let _ = ();
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }

    pub async fn sign_in(
        &self,
        site: &str,
        login: Login,
        device: Device,
    ) -> Result<SignedIn, Error> {
        let _ = (site, login, device);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn register(
        &self,
        site: &str,
        username: &str,
        password: Password,
        device: Device,
    ) -> Result<Registration, Error> {
        let _ = (site, username, password, device);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn acting(&self, site: &str, token: &str) -> Result<Acting, Error> {
        let _ = (site, token);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    /// like acting, but claims no place (for DELETE session at a full site)
    pub async fn acting_unconnected(&self, site: &str, token: &str) -> Result<Acting, Error> {
        let _ = (site, token);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn sign_out(&self, acting: &Acting) -> Result<(), Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn sessions(&self, acting: &Acting) -> Result<Vec<SessionInfo>, Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn revoke(&self, acting: &Acting, session: &str) -> Result<(), Error> {
        let _ = (acting, session);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }

    pub async fn me(&self, acting: &Acting) -> Result<Me, Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn update_me(&self, acting: &Acting, update: MeUpdate) -> Result<Me, Error> {
        let _ = (acting, update);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn unread_forum_messages(&self, acting: &Acting) -> Result<Option<u32>, Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn users(&self, acting: &Acting, query: &str) -> Result<Vec<FoundUser>, Error> {
        let _ = (acting, query);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }

    pub async fn contacts(&self, acting: &Acting) -> Result<Vec<Contact>, Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn add_contact(
        &self,
        acting: &Acting,
        target: ContactTarget,
        greeting: Option<String>,
    ) -> Result<AddedContact, Error> {
        let _ = (acting, target, greeting);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn contact_action(
        &self,
        acting: &Acting,
        user: &str,
        action: ContactAction,
    ) -> Result<Option<Contact>, Error> {
        let _ = (acting, user, action);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn remove_contact(&self, acting: &Acting, user: &str) -> Result<(), Error> {
        let _ = (acting, user);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }

    pub async fn conversations(&self, acting: &Acting) -> Result<Vec<Conversation>, Error> {
        let _ = (acting,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn open_conversation(
        &self,
        acting: &Acting,
        user: &str,
    ) -> Result<OpenedConversation, Error> {
        let _ = (acting, user);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn messages(
        &self,
        acting: &Acting,
        conversation: &str,
        page: Page,
    ) -> Result<MessagePage, Error> {
        let _ = (acting, conversation, page);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn send(
        &self,
        acting: &Acting,
        conversation: &str,
        text: &str,
        client_id: &str,
    ) -> Result<Sent, Error> {
        let _ = (acting, conversation, text, client_id);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn mark_read(
        &self,
        acting: &Acting,
        conversation: &str,
        seq: u64,
    ) -> Result<(), Error> {
        let _ = (acting, conversation, seq);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn typing(&self, acting: &Acting, conversation: &str) -> Result<(), Error> {
        let _ = (acting, conversation);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn events(&self, acting: &Acting, after: Option<u64>) -> Result<EventStream, Error> {
        let _ = (acting, after);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }

    // administration
    pub async fn pending(&self) -> Result<Vec<PendingAccount>, Error> {
        let _ = ();
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn approve(&self, realm: &Realm, name: &str) -> Result<User, Error> {
        let _ = (realm, name);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn refuse(&self, realm: &Realm, name: &str) -> Result<(), Error> {
        let _ = (realm, name);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn create_local(&self, username: &str, password: Password) -> Result<User, Error> {
        let _ = (username, password);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn set_password(&self, username: &str, password: Password) -> Result<(), Error> {
        let _ = (username, password);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn grant_admin(&self, realm: &Realm, name: &str, admin: bool) -> Result<User, Error> {
        let _ = (realm, name, admin);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn set_role(
        &self,
        realm: &Realm,
        name: &str,
        role: Option<&str>,
    ) -> Result<User, Error> {
        let _ = (realm, name, role);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
    pub async fn check_standing(&self, realm: &Realm) -> Result<StandingReport, Error> {
        let _ = (realm,);
        Err(Error::new(ErrorCode::Maintenance, "not yet"))
    }
}
impl EventStream {
    pub async fn next(&mut self) -> StreamItem {
        StreamItem::Closed(CloseReason::Shutdown)
    }
}

#[derive(Debug, Clone)]
pub struct Messenger;
#[derive(Debug)]
pub struct EventStream;
/// Figures for operators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    pub connected: Vec<(String, u64)>,
    pub accounts: u64,
    pub sessions: u64,
    pub streams: u64,
    pub events_delivered: u64,
    pub messages_sent: u64,
    pub slow_streams: u64,
}
/// An account that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAccount {
    pub user: User,
    pub since: im_core::Timestamp,
}
/// What a round of re-checks found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandingReport {
    pub checked: u64,
    pub ended: u64,
    pub absent: u64,
}
#[derive(Clone)]
pub struct LocalAccounts;
