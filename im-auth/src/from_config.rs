//! From a `[realm.NAME]` block to an authenticator with its wrappers.

use std::sync::Arc;
use std::time::Duration;

use im_auth_sql::spec::SystemSpec;
use im_auth_sql::{DatabaseConfig, SpecAuthenticator, SpecConfig};
use im_core::wrappers::{
    BreakerSettings, Chain, CircuitBreaker, Guard, Throttle, ThrottleLimits, Timeout,
};
use im_core::{AuthError, Clock, ExternalAuthenticator, Realm, SystemClock};
use im_password::{PoolLimits, VerifyPool};
use secrecy::ExposeSecret as _;

use crate::config::{RealmConfig, closest, in_realm};
use crate::registry::Settings;
use crate::system::{System, systems};

/// How long a whole question may take unless the realm says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What all realms of a process share.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Shared {
    /// Where passwords are verified: one pool per process.
    pub pool: VerifyPool,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Shared {
    /// This pool and clock.
    #[must_use]
    pub fn new(pool: VerifyPool, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock }
    }
}

/// A pool for this computer, and its clock.
impl Default for Shared {
    fn default() -> Self {
        Self::new(
            VerifyPool::new(PoolLimits::default()),
            Arc::new(SystemClock),
        )
    }
}

/// Makes the authenticator of a realm, of the system that its configuration names. The database is connected to when
/// the first question is asked; read now are only files that the configuration names and nobody has read.
///
/// From the outside in it is:
///
/// 1. [`Guard`]: empty, over-long and NUL-bearing input never reaches anything else;
/// 2. [`CircuitBreaker`]: a database that is down is not asked again for a moment, so that nobody waits for it;
///    it stands outside the time limit because a question that ran out of time is a failure too;
/// 3. [`Timeout`]: a bound on the whole question;
/// 4. the adapter, with time limits of its own on each step.
///
/// Limits on attempts are no part of it: they belong around everything that a site asks, once: see [`site`].
///
/// # Errors
/// [`AuthError::Configuration`], naming the realm and what to write instead.
pub fn build(
    realm: &Realm,
    config: &RealmConfig,
    shared: &Shared,
) -> Result<Arc<dyn ExternalAuthenticator>, AuthError> {
    find(realm, &config.system)?.build(realm, config, shared)
}

impl System {
    /// As [`build`], of this system, whatever `config.system` says: for a description that is part of the program.
    ///
    /// ```
    /// use im_auth::{Realm, RealmConfig, Shared, System};
    ///
    /// # let text = include_str!("../../docs/examples/my-portal.toml");
    /// // In earnest: include_str!("my-portal.toml")
    /// let portal = System::parse(text, "my-portal.toml")?;
    /// let config = RealmConfig::new(portal.id(), "mysql://im_ro@127.0.0.1/portal");
    /// let portal = portal.build(&Realm::new("portal")?, &config, &Shared::default())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`build`].
    pub fn build(
        &self,
        realm: &Realm,
        config: &RealmConfig,
        shared: &Shared,
    ) -> Result<Arc<dyn ExternalAuthenticator>, AuthError> {
        let spec = self.spec().map_err(|error| named(realm, error.into()))?;
        if spec.as_ref().is_none_or(|spec| spec.secret().is_none()) {
            no_secret(realm, config, self.name())?;
        }
        let mut config = config.clone();
        config
            .resolve_secrets(None, |_| None)
            .map_err(|error| named(realm, error))?;
        let options = options(realm, &config, self.name(), self.keys())?;
        let database = database(realm, &config)?;
        let adapter = match (self.adapter(), spec) {
            (Some(adapter), _) => {
                let settings = Settings {
                    realm: realm.clone(),
                    database,
                    options,
                    shared,
                };
                (adapter.build)(settings).map_err(|error| named(realm, error))?
            }
            (None, Some(spec)) => described(realm, &config, database, spec, shared)?,
            // A system has an adapter or a description.
            (None, None) => return Err(in_realm(realm, "the system is neither code nor data")),
        };
        let timeout = config.timeout.map_or(TIMEOUT, |period| period.0);
        Ok(protect(adapter, timeout, Arc::clone(&shared.clock)))
    }
}

/// Puts around an authenticator of your own what [`build`] puts around its own: [`Guard`], [`CircuitBreaker`] and
/// [`Timeout`].
///
/// `timeout` bounds a whole question; [`build`] takes 10 seconds. See [`Timeout`] for what it means where many accounts
/// are looked up at once.
pub fn protect(
    authenticator: impl ExternalAuthenticator + 'static,
    timeout: Duration,
    clock: Arc<dyn Clock>,
) -> Arc<dyn ExternalAuthenticator> {
    let bounded = Timeout::new(authenticator, timeout);
    let broken_off = CircuitBreaker::new(bounded, BreakerSettings::default(), clock);
    Arc::new(Guard::new(broken_off))
}

/// What one site asks: its realms in this order, and in front of them a limit on attempts by name and by address.
///
/// The throttle is one for the whole chain, so that a second realm is no second helping of guesses, and the guard is
/// outermost, so that nonsense is no attempt.
///
/// # Errors
/// [`AuthError::Configuration`] when no realm is given, or one twice.
pub fn site(
    realms: Vec<Arc<dyn ExternalAuthenticator>>,
    limits: ThrottleLimits,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn ExternalAuthenticator>, AuthError> {
    let chain = Chain::new(realms)?;
    Ok(Arc::new(Guard::new(Throttle::new(chain, limits, clock))))
}

/// The system of that name, or the description in the file of that name.
pub(crate) fn find(realm: &Realm, id: &str) -> Result<System, AuthError> {
    if let Some(system) = System::named(id).map_err(|error| named(realm, error.into()))? {
        return Ok(system);
    }
    let ids: Vec<String> = systems().map(|system| system.id().to_owned()).collect();
    let hint = closest(id, ids.iter().map(String::as_str))
        .map(|close| format!("did you mean {close:?}? "))
        .unwrap_or_default();
    let all = if ids.len() > 20 {
        format!(
            "`im-auth systems` lists the {} there are, and \"./{id}.toml\" would be a description of your own",
            ids.len()
        )
    } else {
        format!("The systems are: {}", ids.join(", "))
    };
    Err(in_realm(
        realm,
        format_args!("there is no system {id:?}; {hint}{all}"),
    ))
}

/// The authenticator of a system that a file describes.
fn described(
    realm: &Realm,
    config: &RealmConfig,
    database: DatabaseConfig,
    spec: Arc<SystemSpec>,
    shared: &Shared,
) -> Result<Arc<dyn ExternalAuthenticator>, AuthError> {
    let mut settings = SpecConfig::new(realm.clone(), database, shared.pool.clone())
        .clock(Arc::clone(&shared.clock));
    if let Some(prefix) = &config.prefix {
        settings = settings.prefix(prefix.as_str());
    }
    if let Some(secret) = &config.secret {
        settings = settings.secret(secret.clone());
    }
    let authenticator =
        SpecAuthenticator::new(spec, settings).map_err(|error| named(realm, error))?;
    Ok(Arc::new(authenticator))
}

fn no_secret(realm: &Realm, config: &RealmConfig, system: &str) -> Result<(), AuthError> {
    if config.secret.is_some() || config.secret_file.is_some() {
        return Err(in_realm(
            realm,
            format_args!("{system} needs no secret; remove `secret`"),
        ));
    }
    Ok(())
}

/// The keys that are the system's own; one that another system has is refused.
fn options(
    realm: &Realm,
    config: &RealmConfig,
    system: &str,
    keys: &[&str],
) -> Result<toml::Table, AuthError> {
    let written = [
        ("prefix", config.prefix.as_deref()),
        ("bans", config.bans.as_deref()),
        ("board_charset", config.board_charset.as_deref()),
        ("board_disable", config.board_disable.as_deref()),
    ];
    let texts = written
        .into_iter()
        .filter_map(|(key, value)| Some((key, toml::Value::from(value?))));
    let ldap = config.ldap.clone().map(|table| ("ldap", table.into()));
    let mut options = toml::Table::new();
    for (key, value) in texts.chain(ldap) {
        if !keys.contains(&key) {
            return Err(in_realm(
                realm,
                format_args!(
                    "{} has no key `{key}`; its own keys are {}",
                    system,
                    keys.join(", ")
                ),
            ));
        }
        options.insert(key.to_owned(), value);
    }
    Ok(options)
}

pub(crate) fn database(realm: &Realm, config: &RealmConfig) -> Result<DatabaseConfig, AuthError> {
    let Some(url) = &config.database else {
        return Err(in_realm(
            realm,
            "`database` is missing; write such as `database = \"mysql://im_ro@127.0.0.1/forum\"`",
        ));
    };
    let mut database = DatabaseConfig::new(url.expose_secret());
    database.password.clone_from(&config.database_password);
    database.charset = match config.charset.as_deref() {
        None | Some("auto") => None,
        Some(charset) => Some(charset.parse().map_err(|error| named(realm, error))?),
    };
    database.old_server = config.old_server;
    if let Some(read_only) = config.read_only_session {
        database.read_only_session = read_only;
    }
    if let Some(limit) = config.server_time_limit {
        database.server_time_limit = limit;
    }
    if let Some(connections) = config.max_connections {
        database.max_connections = connections;
    }
    if let Some(scans) = config.scans {
        database.scans = scans;
    }
    if let Some(period) = config.connect_timeout {
        database.connect_timeout = period.0;
    }
    if let Some(period) = config.acquire_timeout {
        database.acquire_timeout = period.0;
    }
    if let Some(period) = config.query_timeout {
        database.query_timeout = period.0;
    }
    // What is left of a whole question when the statement itself and the verification have had theirs.
    let whole = config.timeout.map_or(TIMEOUT, |period| period.0);
    database.scan_timeout = whole
        .saturating_sub(database.query_timeout + whole / 10)
        .max(whole / 2)
        .clamp(Duration::from_millis(1), Duration::from_secs(600));
    Ok(database)
}

/// The same error, of this realm.
fn named(realm: &Realm, error: AuthError) -> AuthError {
    error.with("realm", realm.as_str())
}

#[cfg(test)]
mod tests {
    use im_core::Login;

    use super::*;

    fn realm() -> Realm {
        Realm::new("board").unwrap()
    }

    fn refusal(config: &RealmConfig) -> String {
        match build(&realm(), config, &Shared::default()) {
            Err(error) => {
                assert_eq!(error.kind(), "configuration");
                error.to_string()
            }
            Ok(_) => panic!("refused"),
        }
    }

    /// The id of one that reads a database and needs no secret.
    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    fn sql_system() -> String {
        let system = systems().find(|system| {
            let spec = system.spec().unwrap();
            system.category() != "directory" && spec.is_none_or(|spec| spec.secret().is_none())
        });
        system.unwrap().id().to_owned()
    }

    #[test]
    fn an_unknown_system_is_answered_with_where_those_that_exist_are_listed() {
        let text = refusal(&RealmConfig::new("phpb2", "sqlite:a"));
        assert!(text.contains("phpb2"), "{text}");
        if systems().count() > 20 {
            assert!(text.contains("im-auth systems"), "{text}");
        } else {
            for system in systems() {
                assert!(text.contains(system.id()), "{text}");
            }
        }
    }

    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    #[test]
    fn a_realm_needs_a_database() {
        let config = RealmConfig {
            system: sql_system(),
            ..RealmConfig::default()
        };
        let text = refusal(&config);
        assert!(
            text.contains("[realm.board]: `database` is missing"),
            "{text}"
        );
    }

    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    #[test]
    fn a_secret_for_a_system_without_one_is_refused() {
        let mut config = RealmConfig::new(sql_system(), "sqlite:a");
        config.secret = Some("x".into());
        assert!(refusal(&config).contains("remove `secret`"));
    }

    #[cfg(all(feature = "phpbb2", feature = "phorum"))]
    #[test]
    fn a_broken_prefix_is_said_once_to_be_a_matter_of_configuration() {
        for system in ["phpbb2", "phorum"] {
            let mut config = RealmConfig::new(system, "sqlite:a");
            config.prefix = Some("x;drop".into());
            let text = refusal(&config);
            assert!(text.contains("\"x;drop\""), "{text}");
            assert_eq!(text.matches("configuration").count(), 1, "{text}");
        }
    }

    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    #[test]
    fn a_broken_value_names_the_realm() {
        for change in [
            |config: &mut RealmConfig| config.prefix = Some("a b".into()),
            |config: &mut RealmConfig| config.bans = Some("sometimes".into()),
            |config: &mut RealmConfig| config.board_charset = Some("klingon".into()),
            |config: &mut RealmConfig| config.charset = Some("klingon".into()),
            |config: &mut RealmConfig| config.max_connections = Some(0),
        ] {
            let mut config = RealmConfig::new(sql_system(), "sqlite:a");
            change(&mut config);
            let text = refusal(&config);
            assert!(text.contains("board"), "{text}");
        }
    }

    #[cfg(feature = "phorum")]
    #[test]
    fn a_key_of_another_system_is_refused_with_its_own() {
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.board_disable = Some("follow".into());
        let text = refusal(&config);
        assert!(text.contains("Phorum has no key `board_disable`"), "{text}");
        assert!(text.contains("prefix, bans, board_charset"), "{text}");
    }

    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    #[tokio::test]
    async fn nonsense_reaches_no_database() {
        let config = RealmConfig::new(sql_system(), "mysql://nobody@127.0.0.1:1/nowhere");
        let authenticator = build(&realm(), &config, &Shared::default()).unwrap();
        for name in ["", "a\0b"] {
            assert!(
                authenticator
                    .authenticate(&Login::new(name, "x"))
                    .await
                    .is_ok()
            );
        }
        let error = authenticator
            .authenticate(&Login::new("Alice", "x"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "unavailable");
    }

    #[cfg(any(feature = "phpbb2", feature = "phorum", feature = "described"))]
    #[test]
    fn a_password_in_a_file_is_never_silently_left_out() {
        let mut config = RealmConfig::new(sql_system(), "mysql://im_ro@127.0.0.1/forum");
        config.database_password_file = Some("/nowhere/forum.password".into());
        let text = refusal(&config);
        assert!(text.contains("/nowhere/forum.password"), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("forum.password");
        std::fs::write(&file, "hush\n").unwrap();
        config.database_password_file = Some(file);
        assert!(build(&realm(), &config, &Shared::default()).is_ok());
        config.database_password = Some("hush".into());
        assert!(refusal(&config).contains("not both"));
    }

    #[tokio::test]
    async fn a_site_slows_guessing_down_over_all_its_realms() {
        use im_core::MemoryAuthenticator;
        let member = |name: &str| -> Arc<dyn ExternalAuthenticator> {
            let realm = Realm::new(name).unwrap();
            Arc::new(MemoryAuthenticator::new(realm).account("1", name, "horse"))
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let site = site(
            vec![member("one"), member("two")],
            ThrottleLimits::default(),
            clock,
        )
        .unwrap();
        let guess = Login::new("two", "guess").from_address([203, 0, 113, 7]);
        for _ in 0..5 {
            assert!(site.authenticate(&guess).await.is_ok());
        }
        assert!(matches!(
            site.authenticate(&guess).await,
            Err(AuthError::TooManyAttempts { .. })
        ));
    }
}
