//! Events: what a client is told without asking.

pub(crate) mod hub;
pub(crate) mod log;
pub(crate) mod stream;

use std::collections::BTreeMap;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::view::{Contact, Message, Presence, User};

/// One frame for a client. Serialises as `{"type","seq"?,"data"}`.
///
/// Events with a number are durable: an account's numbers have no gaps, and a client that comes back with the last
/// number it saw misses none and sees none twice. The others tell how things are now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// First on every stream: how things stand.
    Snapshot(Snapshot),
    /// Somebody wrote, perhaps the same account on another device.
    Message {
        /// The event's number.
        seq: u64,
        /// What was written.
        message: Message,
    },
    /// A line of the contact list is new or has changed.
    Contact {
        /// The event's number.
        seq: u64,
        /// The line as it is now.
        contact: Box<Contact>,
    },
    /// A line of the contact list is gone.
    ContactRemoved {
        /// The event's number.
        seq: u64,
        /// Whose line.
        user: String,
    },
    /// Somebody has read.
    Read {
        /// The event's number.
        seq: u64,
        /// Where.
        conversation: String,
        /// Who.
        user: String,
        /// Up to where.
        read_seq: u64,
    },
    /// A contact, or oneself on another device, is available differently now.
    Presence {
        /// Who.
        user: String,
        /// How.
        presence: Presence,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        conversation: String,
        /// Who.
        user: String,
    },
    /// The events asked for are gone: load everything anew. The stream goes on after `last_event`.
    Reset {
        /// The number of the account's newest event.
        last_event: u64,
    },
    /// A contact's name or picture has changed.
    Profile {
        /// As they are now.
        user: User,
    },
}

/// How things stand when a stream opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The number of the account's newest event.
    pub last_event: u64,
    /// The presence of every accepted contact that is not offline, by user id.
    pub presence: BTreeMap<String, Presence>,
    /// The account's own presence, as chosen.
    pub me: Presence,
}

impl Event {
    /// The `type` of the frame.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Snapshot(_) => "snapshot",
            Self::Message { .. } => "message",
            Self::Contact { .. } | Self::ContactRemoved { .. } => "contact",
            Self::Read { .. } => "read",
            Self::Presence { .. } => "presence",
            Self::Typing { .. } => "typing",
            Self::Reset { .. } => "reset",
            Self::Profile { .. } => "profile",
        }
    }

    /// The number of a durable event.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        match self {
            Self::Message { seq, .. }
            | Self::Contact { seq, .. }
            | Self::ContactRemoved { seq, .. }
            | Self::Read { seq, .. } => Some(*seq),
            _ => None,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Snapshot(&'a Snapshot),
    Message {
        message: &'a Message,
        conversation: &'a str,
    },
    Contact {
        contact: &'a Contact,
    },
    ContactRemoved {
        removed: &'a str,
    },
    Read {
        conversation: &'a str,
        user: &'a str,
        read_seq: u64,
    },
    Presence {
        user: &'a str,
        presence: &'a Presence,
    },
    Typing {
        conversation: &'a str,
        user: &'a str,
    },
    Reset {
        last_event: u64,
    },
    Profile {
        user: &'a User,
    },
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = match self {
            Self::Snapshot(snapshot) => Data::Snapshot(snapshot),
            Self::Message { message, .. } => Data::Message {
                message,
                conversation: &message.conversation,
            },
            Self::Contact { contact, .. } => Data::Contact { contact },
            Self::ContactRemoved { user, .. } => Data::ContactRemoved { removed: user },
            Self::Read {
                conversation,
                user,
                read_seq,
                ..
            } => Data::Read {
                conversation,
                user,
                read_seq: *read_seq,
            },
            Self::Presence { user, presence } => Data::Presence { user, presence },
            Self::Typing { conversation, user } => Data::Typing { conversation, user },
            Self::Reset { last_event } => Data::Reset {
                last_event: *last_event,
            },
            Self::Profile { user } => Data::Profile { user },
        };
        let seq = self.seq();
        let mut frame = serializer.serialize_struct("Event", 2 + usize::from(seq.is_some()))?;
        frame.serialize_field("type", self.kind())?;
        if let Some(seq) = seq {
            frame.serialize_field("seq", &seq)?;
        }
        frame.serialize_field("data", &data)?;
        frame.end()
    }
}

/// What a stream gives next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamItem {
    /// An event.
    Event(Event),
    /// The stream is over; nothing comes after.
    Closed(CloseReason),
}

/// Why a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// Signed out, expired, revoked, or the account may no longer come in. Close code 4001.
    SessionEnded,
    /// The reader did not keep up; it may resume with the last number it saw. Close code 4008.
    Slow,
    /// The account lost its place and the site is full. Close code 4013.
    SiteFull,
    /// The messenger stops; another try in a moment will do. Close code 1012.
    Shutdown,
}

impl CloseReason {
    /// The WebSocket close code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::SessionEnded => 4001,
            Self::Slow => 4008,
            Self::SiteFull => 4013,
            Self::Shutdown => 1012,
        }
    }
}
