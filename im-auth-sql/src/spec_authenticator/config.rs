//! What an authenticator on a described system is made of.

use std::fmt;
use std::sync::Arc;

use im_core::{Clock, Realm, SystemClock};
use im_password::VerifyPool;
use secrecy::SecretString;

use crate::DatabaseConfig;

/// Where a described system is installed, and what its owner configured.
#[derive(Clone)]
#[non_exhaustive]
pub struct SpecConfig {
    /// What the source of accounts is called.
    pub realm: Realm,
    /// Where the database is.
    pub database: DatabaseConfig,
    /// What table names begin with; `None`: the product's own default.
    pub prefix: Option<String>,
    /// The secret out of the product's configuration, as it is written there; several where the description takes
    /// several, one a line.
    pub secret: Option<SecretString>,
    /// Where passwords are verified.
    pub pool: VerifyPool,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl SpecConfig {
    /// With the product's own prefix, without a secret, and the computer's clock.
    #[must_use]
    pub fn new(realm: Realm, database: DatabaseConfig, pool: VerifyPool) -> Self {
        Self {
            realm,
            database,
            prefix: None,
            secret: None,
            pool,
            clock: Arc::new(SystemClock),
        }
    }

    /// Another prefix.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// The secret out of the product's configuration.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// Without credentials and secrets.
impl fmt::Debug for SpecConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpecConfig")
            .field("realm", &self.realm)
            .field("database", &self.database)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
