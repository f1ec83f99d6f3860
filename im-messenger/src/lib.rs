//! The rules and the store of the messenger: accounts, sessions, contacts, presence, conversations, events
#![allow(dead_code, missing_docs, missing_debug_implementations)]
mod clock;
mod error;
mod event;
mod interface;
mod option;
mod session;
mod setup;
mod store;
mod view;
pub use clock::*;
pub use error::*;
pub use event::*;
pub use interface::*;
pub use option::*;
pub use session::*;
pub use setup::*;
pub use store::*;
pub use view::*;
mod site {
    pub(crate) struct Site {
        pub(crate) path: String,
    }
}
mod account {
    pub(crate) struct Account {
        pub(crate) public_id: String,
        pub(crate) is_admin: bool,
    }
}
