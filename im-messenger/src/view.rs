//! What callers see: the shapes of the HTTP API, ready to serialise.

use im_core::Timestamp;
use serde::{Deserialize, Serialize};

/// A person, as others see them. Ids are opaque and stay the same for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account's id here.
    pub id: String,
    /// Where the account comes from.
    pub realm: String,
    /// The name in its canonical spelling.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// The picture's address.
    pub avatar_url: Option<String>,
}

/// How available somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    /// Connected.
    Online,
    /// Connected, away from the keyboard.
    Away,
    /// Connected, occupied.
    Busy,
    /// Connected; only VIP contacts get through.
    Dnd,
    /// Connected, and looks offline to everybody else.
    Hidden,
    /// Not connected. Cannot be chosen.
    Offline,
}

impl PresenceState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Dnd => "dnd",
            Self::Hidden => "hidden",
            Self::Offline => "offline",
        }
    }

    /// An unknown word, from a newer program on the same store, is simply connected.
    pub(crate) fn from_stored(text: &str) -> Self {
        match text {
            "away" => Self::Away,
            "busy" => Self::Busy,
            "dnd" => Self::Dnd,
            "hidden" => Self::Hidden,
            _ => Self::Online,
        }
    }
}

/// How available somebody is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The state.
    pub state: PresenceState,
    /// In their own words.
    pub reason: Option<String>,
}

impl Presence {
    /// Not connected.
    #[must_use]
    pub fn offline() -> Self {
        Self {
            state: PresenceState::Offline,
            reason: None,
        }
    }
}

/// A person found by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundUser {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// Offline unless they are an accepted contact.
    pub presence: Presence,
    /// What they are to the acting user.
    pub contact: Option<ContactState>,
}

/// What somebody is to the owner of a contact list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactState {
    /// Both agreed.
    Accepted,
    /// The owner has asked.
    Asked,
    /// The other has asked.
    Incoming,
}

/// One line of a contact list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub user: User,
    /// How far it got.
    pub state: ContactState,
    /// The owner's own name for them.
    pub name: Option<String>,
    /// The owner's group for them.
    pub group: Option<String>,
    /// Gets through do-not-disturb.
    pub vip: bool,
    /// The owner looks offline to them.
    pub hidden: bool,
    /// What came with the request.
    pub greeting: Option<String>,
    /// Offline unless accepted.
    pub presence: Presence,
    /// Since when it is in this state.
    #[serde(with = "time::serde::rfc3339")]
    pub since: Timestamp,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The message's id.
    pub id: String,
    /// Its conversation.
    pub conversation: String,
    /// Its place in the conversation, from 1, without gaps.
    pub seq: u64,
    /// Who wrote it.
    pub sender: String,
    /// What.
    pub text: String,
    /// When the store took it.
    #[serde(with = "time::serde::rfc3339")]
    pub sent_at: Timestamp,
}

/// What kind of conversation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConversationKind {
    /// Between two people.
    Direct,
}

/// A conversation, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// What kind.
    pub kind: ConversationKind,
    /// Everybody in it, the acting user first.
    pub members: Vec<User>,
    /// The last message's place; 0 when there is none.
    pub last_seq: u64,
    /// Up to where the acting user has read.
    pub read_seq: u64,
    /// How many messages of others wait unread.
    pub unread: u64,
    /// Up to where the other has read.
    pub peer_read_seq: u64,
    /// The last message.
    pub last_message: Option<Message>,
    /// When something was last said, or it was opened.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: Timestamp,
}

/// A page of history, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are more in the direction asked for.
    pub more: bool,
}

/// Whose messages reach an account while it is offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfflineMessages {
    /// Everybody's.
    #[default]
    All,
    /// Those of VIP contacts.
    Vips,
    /// Nobody's.
    None,
}

impl OfflineMessages {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Vips => "vips",
            Self::None => "none",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        match text {
            "vips" => Self::Vips,
            "none" => Self::None,
            _ => Self::All,
        }
    }
}

/// What a user has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Whose messages are taken while offline.
    pub offline_messages: OfflineMessages,
    /// The language of the client; `None`: the browser's.
    pub language: Option<String>,
}

/// The limits that bind a user, their role's included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Contacts and unanswered requests at most.
    pub max_contacts: u32,
    /// Characters of a message at most.
    pub message_max_chars: u32,
}

/// The acting user's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Me {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// As chosen, `hidden` included.
    pub presence: Presence,
    /// What they chose.
    pub preferences: Preferences,
    /// Unread private messages in the forum; `None` when nobody knows.
    pub unread_forum_messages: Option<u32>,
    /// The role that overrides the site's options.
    pub role: Option<String>,
    /// The limits that bind them.
    pub limits: Limits,
    /// Administrator of the messenger.
    pub is_admin: bool,
    /// The number of the account's newest event.
    pub last_event: u64,
}

/// One device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionInfo {
    /// The session's id; not its token.
    pub id: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Timestamp,
    /// When it was last used, to within a few minutes.
    #[serde(with = "time::serde::rfc3339")]
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used before.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Timestamp,
    /// What the device called itself.
    pub user_agent: Option<String>,
    /// Whether it is the one asking.
    pub current: bool,
}

/// A realm as the sign-in page needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RealmInfo {
    /// Its name in the configuration.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// `external` or `local`.
    pub kind: RealmKind,
    /// The system's stable id, such as `phpbb2`.
    pub system: String,
}

/// Where a realm's accounts live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RealmKind {
    /// In a foreign system.
    External,
    /// Here.
    Local,
}

/// Whether and how one gets an account of one's own at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationPolicy {
    /// By registering.
    Open,
    /// By registering, then an administrator approves.
    Approval,
    /// By simply signing in.
    AtOnce,
    /// Not at all.
    Closed,
}

/// The limits of a site, for everybody without a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteLimits {
    /// Characters of a message at most.
    pub message_max_chars: u32,
    /// Contacts at most.
    pub max_contacts: u32,
    /// Connected users at most.
    pub max_connected: u32,
}

/// What a site tells everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteInfo {
    /// Its title.
    pub title: String,
    /// Its realms, in the order they are asked.
    pub realms: Vec<RealmInfo>,
    /// Whether one may register.
    pub registration: RegistrationPolicy,
    /// Whether names are shown with their realm: when the store holds more than one.
    pub show_realms: bool,
    /// Its limits.
    pub limits: SiteLimits,
}
