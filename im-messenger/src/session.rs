//! Sessions: a device that is signed in at one site.

mod acting;
pub(crate) mod table;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use im_core::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::option::Options;
use crate::view::User;

/// What is known of the device somebody signs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Where it connects from.
    pub address: Option<IpAddr>,
}

/// What a device shows to be let in: 256 random bits. The store keeps only its SHA-256. Never in `Debug`.
#[derive(Clone)]
pub struct SessionToken(SecretString);

impl SessionToken {
    pub(crate) fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The text, for the one answer that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A sign-in that succeeded.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session's token.
    pub token: SessionToken,
    /// When the session ends unless it is used before.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub account: User,
    /// Whether this sign-in made the account.
    pub new: bool,
}

/// How a registration ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Registration {
    /// The account is there and signed in.
    SignedIn(SignedIn),
    /// An administrator has to approve the account first.
    ApprovalPending,
}

/// Proof of a valid session at a site: who acts, and what binds them. Made for one request or one stream.
#[derive(Clone)]
pub struct Acting {
    pub(crate) session: i64,
    pub(crate) session_public: String,
    pub(crate) site: Arc<crate::site::Site>,
    pub(crate) account: Arc<crate::account::Account>,
    pub(crate) role: Option<String>,
    pub(crate) options: Arc<Options>,
}

impl Acting {
    /// The acting user's id.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.account.public_id
    }

    /// The path of the site.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site.path
    }

    /// The options that bind the acting user: the site's, with their role's on top.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Whether the acting user administers the messenger.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.account.is_admin
    }
}

impl fmt::Debug for Acting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acting")
            .field("site", &self.site.path)
            .field("session", &self.session_public)
            .field("user", &self.account.public_id)
            .finish_non_exhaustive()
    }
}
