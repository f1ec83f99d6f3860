//! The messenger: started on a store with a setup, used by whoever speaks HTTP.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use im_core::Realm;
use moka::sync::Cache;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::allowance::Allowance;
use crate::clock::Millis;
use crate::error::{Error, ErrorCode};
use crate::event::hub::Hub;
use crate::local::LocalAccounts;
use crate::names::NamePolicy;
use crate::setup::{RealmSetup, RoleSetup, Setup};
use crate::site::Site;
use crate::store::{CommitListener, OpenError, Store, StoreError, args, transaction};
use crate::upkeep;
use crate::view::{RealmInfo, RealmKind, SiteInfo, User};

/// The messenger. Cloning shares it.
#[derive(Clone)]
pub struct Messenger(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) realms: HashMap<String, RealmSetup>,
    pub(crate) sites: HashMap<String, Arc<Site>>,
    pub(crate) roles: Vec<RoleSetup>,
    pub(crate) names: NamePolicy,
    pub(crate) local: LocalAccounts,
    /// Realm and name of accounts that several people use.
    pub(crate) shared: HashSet<(String, String)>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) outbox: usize,
    pub(crate) poll_interval: Duration,
    pub(crate) unread: Cache<i64, Option<u32>>,
    /// When a session was last used in this process, by its number: fresher than the store, which hears of it seldom.
    pub(crate) used: Cache<i64, Millis>,
    /// Wrong current passwords, by account: who changes a password must not guess the old one.
    pub(crate) guesses: Allowance<i64>,
    /// Who is told of as writing, by account and conversation.
    pub(crate) typing: Allowance<(i64, i64)>,
    /// Requests taken back, by who asked whom: asking again at once would be a way to ring somebody's bell for ever.
    pub(crate) withdrawn: Allowance<(i64, i64)>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl std::fmt::Debug for Messenger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messenger")
            .field("store", &self.0.store)
            .field("sites", &self.0.sites.keys())
            .finish_non_exhaustive()
    }
}

impl Messenger {
    /// Starts on a store: makes the sites and realms known to it, and begins to keep things up: leases, sessions of open
    /// streams, what other processes did, standing, retention.
    ///
    /// # Errors
    /// When the setup contradicts itself, a realm means other accounts than before, or the store fails.
    pub async fn start(store: Store, setup: Setup) -> Result<Self, OpenError> {
        setup.check()?;
        for realm in &setup.realms {
            remember_realm(&store, realm).await?;
        }
        let mut sites = HashMap::new();
        for site in &setup.sites {
            let id = site_number(&store, &site.path).await?;
            let roles = setup.roles.iter().map(|role| {
                let options = site.options.overridden_by(&role.options);
                (role.name.clone(), Arc::new(options))
            });
            let site = Site {
                id,
                path: site.path.clone(),
                title: site.title.clone(),
                realms: site.realms.clone(),
                authenticator: site.authenticator.clone(),
                options: Arc::new(site.options.clone()),
                roles: roles.collect(),
            };
            sites.insert(site.path.clone(), Arc::new(site));
        }
        let hub = Arc::new(Hub::default());
        let listener: Arc<dyn CommitListener> = hub.clone();
        store.listen(Arc::downgrade(&listener));
        let inner = Arc::new(Inner {
            local: LocalAccounts::new(store.clone(), setup.pool.clone()),
            names: NamePolicy::new(&setup.reserved_names, &setup.banned_names),
            shared: setup
                .shared_accounts
                .into_iter()
                .map(|(realm, name)| (realm.to_string(), name))
                .collect(),
            realms: setup
                .realms
                .into_iter()
                .map(|realm| (realm.name.to_string(), realm))
                .collect(),
            sites,
            roles: setup.roles,
            hub,
            outbox: setup.outbox,
            poll_interval: setup.poll_interval,
            unread: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(30))
                .build(),
            // As long as the store may know less, and some more.
            used: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(Duration::from_secs(600))
                .build(),
            guesses: Allowance::new(5, Duration::from_secs(60)),
            typing: Allowance::new(1, Duration::from_secs(1)),
            withdrawn: Allowance::new(1, Duration::from_secs(60)),
            tasks: Mutex::new(Vec::new()),
            store,
        });
        let tasks = upkeep::start(&inner);
        *inner.tasks.lock().await = tasks;
        Ok(Self(inner))
    }

    /// Closes every stream and stops what runs in the background. Calls still work; leases run out by themselves, so
    /// that users keep their places over a restart.
    pub async fn shutdown(&self) {
        self.0.hub.stop();
        for task in self.0.tasks.lock().await.drain(..) {
            task.abort();
            // Either way it has ended.
            let _ = task.await;
        }
    }

    /// The store it runs on, to close once it is shut down.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Whether the store answers, and keeps what it is given.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        let mut connection = self.0.store.read().await?;
        connection.rows("SELECT 1 AS one", args![]).await?;
        drop(connection);
        if self.0.store.is_full() {
            return Err(StoreError::Full.into());
        }
        Ok(())
    }

    /// What a site tells everybody.
    ///
    /// # Errors
    /// `unknown_site`.
    pub fn site_info(&self, site: &str) -> Result<SiteInfo, Error> {
        let site = self.0.site(site)?;
        let realms = site
            .realms
            .iter()
            .filter_map(|name| self.0.realms.get(name.as_str()))
            .map(|realm| RealmInfo {
                name: realm.name.to_string(),
                title: realm.title.clone(),
                kind: if realm.name.as_str() == Realm::LOCAL {
                    RealmKind::Local
                } else {
                    RealmKind::External
                },
                system: realm.system.clone(),
            });
        let used = |realm: &&RealmSetup| {
            let mut sites = self.0.sites.values();
            sites.any(|site| site.realms.contains(&realm.name))
        };
        Ok(SiteInfo {
            title: site.title.clone(),
            realms: realms.collect(),
            registration: site.registration(),
            show_realms: self.0.realms.values().filter(used).count() > 1,
            limits: site.limits(),
        })
    }
}

impl Inner {
    pub(crate) fn site(&self, path: &str) -> Result<Arc<Site>, Error> {
        self.sites.get(path).cloned().ok_or_else(|| {
            Error::new(
                ErrorCode::UnknownSite,
                format!("there is no site at {path}"),
            )
        })
    }

    /// Whether several people use this account.
    pub(crate) fn is_shared(&self, account: &Account) -> bool {
        !self.shared.is_empty()
            && self
                .shared
                .contains(&(account.realm.clone(), account.name.clone()))
    }

    /// An account as others see it.
    pub(crate) fn user(&self, account: &Account) -> User {
        let realm = self.realms.get(&account.realm);
        account.view(realm.and_then(|realm| realm.public_url.as_deref()))
    }
}

/// Makes sure that a realm means the accounts it meant before.
async fn remember_realm(store: &Store, realm: &RealmSetup) -> Result<(), OpenError> {
    let changed: Option<(String, String)> = transaction!(store, |tx| {
        let rows = tx
            .lock(
                "SELECT system_id, prefix FROM im_realm WHERE name = ?",
                args![realm.name.as_str()],
            )
            .await?;
        let Some(row) = rows.first() else {
            tx.run(
                "INSERT INTO im_realm (name, system_id, prefix) VALUES (?, ?, ?)",
                args![realm.name.as_str(), &realm.system, &realm.prefix],
            )
            .await?;
            return Ok(None);
        };
        let was = (row.text("system_id")?, row.text("prefix")?);
        if (&was.0, &was.1) == (&realm.system, &realm.prefix) {
            return Ok(None);
        }
        if realm.rebind {
            tx.run(
                "UPDATE im_realm SET system_id = ?, prefix = ? WHERE name = ?",
                args![&realm.system, &realm.prefix, realm.name.as_str()],
            )
            .await?;
            return Ok(None);
        }
        Ok(Some(was))
    })?;
    match changed {
        None => Ok(()),
        Some((was_system, was_prefix)) => Err(OpenError::RealmChanged {
            realm: realm.name.to_string(),
            was_system,
            was_prefix,
            system: realm.system.clone(),
            prefix: realm.prefix.clone(),
        }),
    }
}

async fn site_number(store: &Store, path: &str) -> Result<i64, OpenError> {
    let id = transaction!(store, |tx| {
        let row = tx
            .row("SELECT id FROM im_site WHERE path = ?", args![path])
            .await?;
        if let Some(row) = row {
            return Ok(row.int("id")?);
        }
        Ok(tx
            .insert("INSERT INTO im_site (path) VALUES (?)", args![path])
            .await?)
    })?;
    Ok(id)
}
