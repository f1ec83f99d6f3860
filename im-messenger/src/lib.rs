#![doc = include_str!("../README.md")]

mod account;
mod admin;
mod allowance;
mod clock;
mod contact;
mod conversation;
mod error;
mod event;
mod lease;
mod local;
mod me;
mod messenger;
mod names;
mod option;
mod presence;
mod role;
mod session;
mod setup;
mod sign_in;
mod site;
mod standing;
mod store;
mod upkeep;
mod view;

pub use admin::{PendingAccount, Statistics};
pub use clock::{NoRandomness, Random, SystemRandom};
pub use contact::{AddedContact, ContactAction, ContactTarget};
pub use conversation::{OpenedConversation, Page, Sent};
pub use error::{Error, ErrorCode, Extra, Whose};
pub use event::stream::EventStream;
pub use event::{CloseReason, Event, Snapshot, StreamItem};
pub use local::LocalAccounts;
pub use me::MeUpdate;
pub use messenger::Messenger;
pub use option::{
    NewcomersExternal, NewcomersLocal, OptionDoc, OptionError, OptionOverrides, OptionValue,
    Options,
};
pub use session::{Acting, Device, Registration, SessionToken, SignedIn};
pub use setup::{RealmSetup, RoleSetup, Setup, SetupError, SiteSetup};
pub use standing::StandingReport;
pub use store::{
    Inspection, OpenError, RememberedRealm, Store, StoreConfig, StoreError, StoreKind,
};
pub use view::{
    Contact, ContactState, Conversation, ConversationKind, FoundUser, Limits, Me, Message,
    MessagePage, OfflineMessages, Preferences, Presence, PresenceState, RealmInfo, RealmKind,
    RegistrationPolicy, SessionInfo, SiteInfo, SiteLimits, User,
};
