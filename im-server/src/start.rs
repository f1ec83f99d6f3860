//! From a configuration to a running [`App`].

use std::collections::BTreeMap;
use std::sync::Arc;

use im_auth::Shared;
use im_core::wrappers::{Allowance, ThrottleLimits};
use im_core::{AuthError, Clock, ExternalAuthenticator, Realm, SystemClock};
use im_messenger::{
    LocalAccounts, Messenger, OpenError, RealmSetup, RoleSetup, Setup, SiteSetup, Store,
    StoreConfig,
};
use im_password::{PoolLimits, VerifyPool};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, Links, Settings, Site};
use crate::config::{Config, Passwords, RealmBlock, SiteKeys};
use crate::events::Seats;
use crate::metrics::Metrics;
use crate::middleware::Window;
use crate::web::Web;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store cannot be opened, or is not what the configuration says.
    #[error("the store")]
    Store(#[from] OpenError),
    /// A realm or the chain of a site cannot be made.
    #[error(transparent)]
    Realm(#[from] AuthError),
    /// Something of the configuration does not fit.
    #[error("{0}")]
    Config(String),
}

/// How to start, besides what the configuration says.
#[derive(Debug, Clone)]
pub struct Start {
    /// Realms that may have another system or prefix than the store remembers: the ids still mean the same people.
    pub rebind: Vec<Realm>,
    /// Accounts that several people use at once, by realm and name: see [`Setup::shared_accounts`].
    pub shared_accounts: Vec<(Realm, String)>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            rebind: Vec::new(),
            shared_accounts: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// The authenticators of a configuration, by realm, and the pool they verify passwords on.
#[derive(Clone)]
pub struct Realms {
    /// One pool for the process.
    pub pool: VerifyPool,
    /// One authenticator for each `[realm.NAME]`.
    pub external: BTreeMap<Realm, Arc<dyn ExternalAuthenticator>>,
}

impl std::fmt::Debug for Realms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.external.keys()).finish()
    }
}

impl Realms {
    /// Makes them; nothing is connected to yet.
    ///
    /// # Errors
    /// When a block makes no sense to its adapter.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, AuthError> {
        let pool = VerifyPool::new(pool_limits(&config.passwords));
        let shared = Shared::new(pool.clone(), clock);
        let external = config
            .realms
            .iter()
            .map(|block| {
                let authenticator = im_auth::build(&block.name, &block.adapter, &shared)?;
                Ok((block.name.clone(), authenticator))
            })
            .collect::<Result<_, AuthError>>()?;
        Ok(Self { pool, external })
    }
}

fn pool_limits(keys: &Passwords) -> PoolLimits {
    let mut limits = PoolLimits::default();
    if let Some(threads) = keys.threads {
        limits.threads = threads.max(1);
    }
    if let Some(mib) = keys.memory_mib {
        limits.memory_bytes = mib.saturating_mul(1024 * 1024);
    }
    if let Some(queue) = keys.queue {
        limits.queue = queue;
    }
    limits
}

/// Opens the store of a configuration.
///
/// # Errors
/// When it cannot be reached, is in use by another program that cannot share it, or is newer than this program.
pub async fn open_store(config: &Config, clock: Arc<dyn Clock>) -> Result<Store, OpenError> {
    Store::open(store_config(config), clock).await
}

/// Where the store is.
pub(crate) fn store_config(config: &Config) -> StoreConfig {
    let mut store = StoreConfig::new(store_url(config));
    store.password = config
        .root
        .database_password
        .as_ref()
        .map(|password| password.0.clone());
    store.max_connections = config.root.database_connections.max(1);
    store
}

/// A relative path of a SQLite store starts in the configuration's folder.
fn store_url(config: &Config) -> SecretString {
    let url = config.root.database.0.expose_secret();
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.starts_with(['/', ':']) => {
            let path = config.resolve(path.trim_start_matches("./").as_ref());
            format!("sqlite:{}", path.display()).into()
        }
        _ => url.to_owned().into(),
    }
}

/// Starts everything that does not listen.
///
/// # Errors
/// [`StartError`]. A foreign database that does not answer is none: its members cannot sign in until it does.
pub async fn start(config: &Config, start: Start) -> Result<Arc<App>, StartError> {
    check_web_dir(config).map_err(StartError::Config)?;
    let realms = Realms::new(config, Arc::clone(&start.clock))?;
    let store = open_store(config, Arc::clone(&start.clock)).await?;
    let setup = setup(config, &realms, &store, &start)?;
    let realm_titles = setup
        .realms
        .iter()
        .map(|realm| (realm.name.to_string(), realm.title.clone()))
        .collect();
    let messenger = Messenger::start(store, setup).await?;
    let sites = config.sites.iter().map(|site| view(config, site)).collect();
    let limits = &config.limits;
    Ok(Arc::new(App {
        messenger,
        pool: realms.pool,
        settings: Settings::new(config),
        sites,
        realm_titles,
        web: Web::new(
            config
                .root
                .web_dir
                .as_ref()
                .map(|folder| config.resolve(folder)),
            config.root.public_url.as_ref(),
        ),
        seats: Arc::new(Seats::new(
            limits.max_sockets_per_session,
            limits.max_sockets_per_address,
        )),
        registrations: Window::new(
            limits.registrations_per_address,
            limits.registration_window.0,
        ),
        metrics: Metrics::default(),
        stop: CancellationToken::new(),
        sockets: TaskTracker::new(),
    }))
}

/// Whether the folder of the web client, if one is named, is there.
///
/// # Errors
/// When it is not.
pub(crate) fn check_web_dir(config: &Config) -> Result<(), String> {
    let Some(folder) = &config.root.web_dir else {
        return Ok(());
    };
    let folder = config.resolve(folder);
    if folder.is_dir() {
        return Ok(());
    }
    Err(format!(
        "`web_dir`: there is no folder {}; name one with the web client, or leave the key out for the one built in",
        folder.display()
    ))
}

fn setup(
    config: &Config,
    realms: &Realms,
    store: &Store,
    start: &Start,
) -> Result<Setup, StartError> {
    let local: Arc<dyn ExternalAuthenticator> =
        Arc::new(LocalAccounts::new(store.clone(), realms.pool.clone()));
    let mut setup = Setup::new(realms.pool.clone());
    let mut all = realms.external.clone();
    all.insert(Realm::local(), Arc::clone(&local));
    setup.realms.push(RealmSetup::new(Realm::local(), local));
    setup
        .realms
        .extend(realm_setups(config, realms, &start.rebind));
    for keys in &config.sites {
        setup.sites.push(site(config, keys, &all, start)?);
    }
    for (name, keys) in &config.roles {
        let groups = keys.groups.iter().filter_map(|group| {
            let (realm, group) = group.split_once(':')?;
            Some((Realm::new(realm).ok()?, group.to_owned()))
        });
        setup.roles.push(RoleSetup {
            name: name.clone(),
            options: keys.options.clone(),
            groups: groups.collect(),
        });
    }
    setup.reserved_names.clone_from(&config.root.reserved_names);
    setup.banned_names.clone_from(&config.root.banned_names);
    setup.shared_accounts.clone_from(&start.shared_accounts);
    Ok(setup)
}

/// The realms of the configuration as the messenger wants them.
pub(crate) fn realm_setups(config: &Config, realms: &Realms, rebind: &[Realm]) -> Vec<RealmSetup> {
    let blocks = config.realms.iter();
    blocks
        .filter_map(|block| {
            let rebind = rebind.contains(&block.name);
            Some(realm(block, realms.external.get(&block.name)?, rebind))
        })
        .collect()
}

fn realm(
    block: &RealmBlock,
    authenticator: &Arc<dyn ExternalAuthenticator>,
    rebind: bool,
) -> RealmSetup {
    let mut realm = RealmSetup::new(block.name.clone(), Arc::clone(authenticator));
    realm.title = block
        .own
        .title
        .clone()
        .unwrap_or_else(|| authenticator.info().name.clone());
    realm.prefix = block.adapter.prefix.clone().unwrap_or_else(|| {
        // The authenticator was made of it already: it is there.
        im_auth::System::named(&block.adapter.system)
            .ok()
            .flatten()
            .map(|system| system.default_prefix().to_owned())
            .unwrap_or_default()
    });
    realm.public_url = block.own.url.as_ref().map(ToString::to_string);
    realm.rebind = rebind;
    realm
}

fn site(
    config: &Config,
    keys: &SiteKeys,
    all: &BTreeMap<Realm, Arc<dyn ExternalAuthenticator>>,
    start: &Start,
) -> Result<SiteSetup, StartError> {
    let mut names = Vec::new();
    let mut authenticators = Vec::new();
    for name in &keys.realms {
        let found = Realm::new(name)
            .ok()
            .and_then(|name| all.get_key_value(&name));
        let Some((name, authenticator)) = found else {
            return Err(StartError::Config(format!(
                "site {} names the realm {name:?}, which is not there",
                keys.path
            )));
        };
        names.push(name.clone());
        authenticators.push(Arc::clone(authenticator));
    }
    let chain = im_auth::site(authenticators, throttle(config), Arc::clone(&start.clock))?;
    let mut site = SiteSetup::new(keys.path.clone(), names, chain);
    site.title.clone_from(&keys.title);
    site.options = keys.options.clone();
    Ok(site)
}

fn throttle(config: &Config) -> ThrottleLimits {
    let keys = &config.throttle;
    let mut limits = ThrottleLimits::default();
    limits.name_and_network = Allowance::new(keys.name_and_address, keys.name_and_address_every.0);
    limits.name = Allowance::new(keys.name, keys.name_every.0);
    limits.network = Allowance::new(keys.address, keys.address_every.0);
    limits.longest_wait = keys.longest_wait.0;
    limits
}

/// What HTTP needs to know of a site.
fn view(config: &Config, keys: &SiteKeys) -> Arc<Site> {
    let links = keys.realms.iter().map(|name| {
        let own = config
            .realms
            .iter()
            .find(|block| block.name.as_str() == name)
            .map(|block| block.own.clone());
        // Own accounts register on the page itself.
        let links = own.map_or_else(Links::default, |own| Links {
            register: own.register_url.or_else(|| keys.register_url.clone()),
            lost_password: own
                .lost_password_url
                .or_else(|| keys.lost_password_url.clone()),
        });
        (name.clone(), links)
    });
    Arc::new(Site {
        path: keys.path.clone(),
        title: keys.title.clone(),
        language: keys.language.clone(),
        notice: keys.notice.clone(),
        links: links.collect(),
        options: keys.options.clone(),
    })
}
