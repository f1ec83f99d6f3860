//! The authenticator of a described system.

mod account;
mod config;
mod installed;
mod look_up;
mod notes;
mod probe;
mod remembered;
mod secret;
mod sign_in;
mod text;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, Found, Identity, Login, Lookup, Probe,
    Realm, Verdict,
};
use im_password::VerifyPool;

pub use config::SpecConfig;
use installed::Installed;
use remembered::{Knowledge, Remembered};
use secret::Secrets;

use crate::spec::{Explanation, SystemSpec};
use crate::{ForeignDatabase, Prefix, Value};

/// Signs in the accounts of a system that is described by data. Cheap to share in an [`Arc`]; nothing is connected
/// until the first question.
///
/// An unknown name and a wrong password cost the same: every condition of every table is asked, and as many
/// verifications are done as the description's tables can make necessary. Only a right password is faster.
///
/// ```
/// use std::sync::Arc;
///
/// use im_auth_sql::spec::SystemSpec;
/// use im_auth_sql::{DatabaseConfig, SpecAuthenticator, SpecConfig};
/// use im_password::{PoolLimits, VerifyPool};
///
/// let text = r#"
/// id = "portal"
/// name = "Our portal"
/// engines = ["mysql"]
/// formats = ["md5($pass)"]
///
/// [user]
/// select = "SELECT m.id AS id, m.nick AS name, m.pass AS password FROM {prefix}members m"
/// by_login = ["m.nick = :login"]
/// by_id = "m.id = :id"
/// "#;
/// let spec = Arc::new(SystemSpec::parse(text, "portal.toml")?);
/// let database = DatabaseConfig::new("mysql://im_ro@127.0.0.1/portal");
/// let pool = VerifyPool::new(PoolLimits::default());
/// let config = SpecConfig::new("portal".parse()?, database, pool).prefix("our_");
/// let authenticator = SpecAuthenticator::new(spec, config)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SpecAuthenticator {
    info: AdapterInfo,
    spec: Arc<SystemSpec>,
    realm: Realm,
    database: ForeignDatabase,
    prefix: Prefix,
    secrets: Secrets,
    pool: VerifyPool,
    clock: Arc<dyn Clock>,
    /// What the database turned out to have, for some minutes; forgotten when a table or column is missing.
    installed: Mutex<Remembered>,
    /// Held by the first who looks at it, so that others need not as well.
    looking: tokio::sync::Mutex<()>,
}

impl SpecAuthenticator {
    /// Takes a description and a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the database's address, the prefix or a limit cannot be used, the product
    /// does not run on that kind of database, or the secret is missing or not to be read.
    pub fn new(spec: Arc<SystemSpec>, config: SpecConfig) -> Result<Self, AuthError> {
        let database = ForeignDatabase::new(config.database)?;
        if !spec.engines().contains(&database.engine()) {
            return Err(spec.no_engine(database.engine()));
        }
        let prefix = config
            .prefix
            .unwrap_or_else(|| spec.default_prefix().to_owned());
        Ok(Self {
            info: AdapterInfo::new(spec.id(), spec.name(), config.realm.clone()),
            secrets: Secrets::read(&spec, config.secret.as_ref())?,
            spec,
            realm: config.realm,
            database,
            prefix: Prefix::new(prefix)?,
            pool: config.pool,
            clock: config.clock,
            installed: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        })
    }

    /// The description.
    #[must_use]
    pub fn spec(&self) -> &Arc<SystemSpec> {
        &self.spec
    }

    /// How many statements have been sent to the database. For tests that count.
    #[must_use]
    pub fn statements_run(&self) -> u64 {
        self.database.statements_run()
    }

    /// What is asked of this installation: the statements with the columns that it has.
    ///
    /// # Errors
    /// When the database cannot be looked at.
    pub async fn explain(&self) -> Result<Explanation, AuthError> {
        let installed = self.installed().await?;
        self.spec.explain(
            self.database.engine(),
            Some(self.prefix.as_str()),
            &|part| installed.present.contains(part),
        )
    }

    /// The installation; its tables are looked at by the first who asks.
    ///
    /// Who asks meanwhile waits for that one look, and looks too if it failed: all together, so that nobody waits
    /// for more than two looks however many there are.
    async fn installed(&self) -> Result<Arc<Installed>, AuthError> {
        let known = self.remembered().at(self.clock.now());
        match known {
            Knowledge::Fresh(installed) => return Ok(installed),
            // The old knowledge is better than none.
            Knowledge::Stale(installed) => return Ok(self.look().await.unwrap_or(installed)),
            Knowledge::None => {}
        }
        if let Ok(_first) = self.looking.try_lock() {
            return self.look().await;
        }
        drop(self.looking.lock().await);
        let known = self.remembered().at(self.clock.now());
        match known {
            Knowledge::Fresh(installed) | Knowledge::Stale(installed) => Ok(installed),
            Knowledge::None => self.look().await,
        }
    }

    /// Looks at the tables, and remembers.
    async fn look(&self) -> Result<Arc<Installed>, AuthError> {
        let installed = Installed::look(&self.database, &self.spec, &self.prefix).await?;
        Ok(self.remembered().put(installed, self.clock.now()))
    }

    /// Never held while something is asked.
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.installed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes an answer on. A missing table or column means that the product was upgraded or moved: look again next
    /// time.
    fn noting_upgrades<T>(&self, answer: Result<T, AuthError>) -> Result<T, AuthError> {
        if let Err(error) = &answer {
            self.remembered().note(error, self.clock.now());
        }
        answer
    }

    /// The time as statements get it.
    fn now(&self) -> (&'static str, Value) {
        ("now", Value::Int(self.clock.now().unix_timestamp()))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ExternalAuthenticator for SpecAuthenticator {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let answer = sign_in::sign_in(self, login).await;
        self.noting_upgrades(answer)
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let answer = self.look_up(lookups).await;
        self.noting_upgrades(answer)
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        // What fails here says nothing about sign-ins.
        self.unread(identity).await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        // What is there now, not what was there; sign-ins go on by what they know.
        let installed = self.noting_upgrades(self.look().await)?;
        let answer = probe::probe(self, &installed).await;
        self.noting_upgrades(answer)
    }
}

/// Without credentials and secrets.
impl fmt::Debug for SpecAuthenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpecAuthenticator")
            .field("system", &self.spec.id())
            .field("realm", &self.realm)
            .field("database", &self.database)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
