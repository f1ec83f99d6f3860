//! The rules and the store of the messenger: accounts, sessions, contacts, presence, conversations, events
