//! The authenticator: find the entry, let the directory check the password, judge, describe.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, ExternalUser, Found, Identity, Login,
    Lookup, Probe, Realm, Rejection, Verdict,
};
use ldap3::Scope;

use crate::account::Account;
use crate::bind::Bound;
use crate::config::Config;
use crate::connection::{Counts, Query, Service, Target};
use crate::entry::Entry;
use crate::error::Asking;
use crate::escape::{NAME, dn_value, fill, filter_value, plain_value};
use crate::groups::Membership;
use crate::plan::{Mode, Plan, address};
use crate::pool::{Asker, Pool};
use crate::probe;
use crate::standing::{self, LockTime};
use crate::tls::Trust;

/// Longer names are nobody's: servers end a connection that brings too much.
const MAX_NAME: usize = 1_024;
/// Longer passwords are wrong.
const MAX_PASSWORD: usize = 4_096;

/// Signs in the people of a directory. Cheap to share in an [`Arc`]; nothing is connected until the first question.
pub struct Directory {
    info: AdapterInfo,
    pub(crate) realm: Realm,
    pub(crate) plan: Plan,
    pub(crate) attributes: Vec<String>,
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Directory {
    /// Takes a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`], naming the key and what to write instead.
    pub fn new(config: Config) -> Result<Self, AuthError> {
        let plan = Plan::new(&config)?;
        let url = address(&config.server.url)?;
        let is_plain = url.scheme() == "ldap";
        if !is_plain && config.options.starttls == Some(true) {
            return Err(AuthError::configuration(
                "ldaps:// is encrypted from the beginning; remove `starttls`, or write ldap://",
            ));
        }
        if config.server.max_connections == 0 {
            return Err(AuthError::configuration(
                "`max_connections` must be at least 1",
            ));
        }
        let service = match (&plan.mode, config.server.password) {
            (Mode::Search { service: Some(dn) }, Some(password)) => {
                use secrecy::ExposeSecret as _;
                if password.expose_secret().is_empty() {
                    return Err(AuthError::configuration(
                        "the service account's password is empty: a directory would take it for nobody in particular",
                    ));
                }
                Some(Service {
                    dn: dn.clone(),
                    password,
                })
            }
            _ => None,
        };
        let target = Target {
            starttls: is_plain && config.options.starttls != Some(false),
            url,
            trust: Trust::new(config.options.ca_file),
            connect_timeout: config.server.connect_timeout,
            operation_timeout: config.server.operation_timeout,
            counts: Counts::default(),
        };
        let connections = usize::try_from(config.server.max_connections).unwrap_or(usize::MAX);
        Ok(Self {
            info: AdapterInfo::new("ldap", "LDAP directory", config.realm.clone()),
            realm: config.realm,
            attributes: plan.attributes(),
            plan,
            pool: Pool::new(
                target,
                service,
                config.server.acquire_timeout,
                connections.min(tokio::sync::Semaphore::MAX_PERMITS),
            ),
            clock: config.clock,
        })
    }

    /// How many searches have been sent. For tests that count.
    #[must_use]
    pub fn searches_run(&self) -> u64 {
        self.pool.target().counts.searches.load(Ordering::Relaxed)
    }

    /// How many passwords the directory has been asked to check, decoys included. For tests that count.
    #[must_use]
    pub fn binds_run(&self) -> u64 {
        self.pool.target().counts.binds.load(Ordering::Relaxed)
    }

    async fn sign_in(&self, login: &Login) -> Result<Verdict, AuthError> {
        let name = login.name();
        if !is_name(name) {
            return Ok(Rejection::UnknownUser.into());
        }
        // An empty password is no password: servers say yes to it, whoever's name it comes with.
        let password = Some(login.password().expose()).filter(|password| is_password(password));
        match &self.plan.mode {
            Mode::Search { .. } => self.search_then_bind(name, password).await,
            Mode::BindAsEntry { template } => {
                let dn = fill(template, &[(NAME, &dn_value(name))]);
                self.bind_as(&dn, password, name).await
            }
            Mode::BindAsLogin { template } => match plain_value(name) {
                Some(plain) => {
                    let login = fill(template, &[(NAME, plain)]);
                    self.bind_as(&login, password, name).await
                }
                None => Ok(Rejection::UnknownUser.into()),
            },
        }
    }

    async fn search_then_bind(
        &self,
        name: &str,
        password: Option<&str>,
    ) -> Result<Verdict, AuthError> {
        let found = {
            let mut lease = self.pool.lease().await?;
            self.entry_of(name, &mut Asker::Service(&mut lease)).await?
        };
        let Some(entry) = found else {
            if let Some(password) = password {
                self.bind(&self.decoy()?, password).await?;
            }
            return Ok(Rejection::UnknownUser.into());
        };
        let Some(password) = password else {
            return Ok(Rejection::WrongPassword.into());
        };
        let bound = self.bind(&entry.dn, password).await?;
        let mut lease = self.pool.lease().await?;
        let asker = &mut Asker::Service(&mut lease);
        match bound {
            Bound::Right => self.verdict(entry, asker).await,
            // The server refused before it looked at the password, and did not say so.
            Bound::No(Rejection::WrongPassword) => {
                let lock = self.lock(&entry, asker, &mut HashMap::new()).await?;
                Ok(lock.unwrap_or(Rejection::WrongPassword).into())
            }
            Bound::No(rejection) => Ok(rejection.into()),
        }
    }

    /// Asks the directory, on a connection of its own, whether this is the password.
    async fn bind(&self, dn: &str, password: &str) -> Result<Bound, AuthError> {
        let (mut connection, _turn) = self.pool.for_member().await?;
        connection
            .bind(self.pool.target(), dn, password)
            .await
            .map_err(|trouble| trouble.explain(Asking::MemberBind))
    }

    /// A name below the base that nobody has.
    fn decoy(&self) -> Result<String, AuthError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| {
            AuthError::unavailable("the system has no random numbers").with_source(error)
        })?;
        Ok(format!("cn={},{}", hex::encode(random), self.plan.base))
    }

    /// The verdict on somebody whose password was right.
    pub(crate) async fn verdict(
        &self,
        entry: Entry,
        asker: &mut Asker<'_, '_>,
    ) -> Result<Verdict, AuthError> {
        let account = Account::read(&self.plan, entry)?;
        if let Some(rejection) =
            standing::refusal(&account.entry, self.plan.preset, self.clock.now())
        {
            return Ok(rejection.into());
        }
        let (user, is_member) = self.describe(&account, asker).await?;
        Ok(if is_member {
            Verdict::accepted(user)
        } else {
            Rejection::Inactive.into()
        })
    }

    /// Who it is, and whether they are in a group that may come in.
    pub(crate) async fn describe(
        &self,
        account: &Account,
        asker: &mut Asker<'_, '_>,
    ) -> Result<(ExternalUser, bool), AuthError> {
        let groups = Membership::of(&self.plan, account, asker).await?;
        let required = &self.plan.required_groups;
        let is_member = required.is_empty() || groups.has_any(required);
        Ok((account.user(&self.realm, &self.plan, &groups), is_member))
    }

    /// Whether the server refuses the account for now. `known` are policies that were read before.
    pub(crate) async fn lock(
        &self,
        entry: &Entry,
        asker: &mut Asker<'_, '_>,
        known: &mut HashMap<String, LockTime>,
    ) -> Result<Option<Rejection>, AuthError> {
        let mut lasts = LockTime::Open;
        if let Some(policy) = standing::lock_policy(entry)
            && let Some(policy) = policy.or(self.plan.default_policy.as_deref())
        {
            lasts = match known.get(policy) {
                Some(lasts) => *lasts,
                None => policy_of(policy, asker).await?,
            };
            known.insert(policy.to_owned(), lasts);
        }
        Ok(standing::lock(entry, lasts, self.clock.now()))
    }

    /// The one entry that answers to a name.
    pub(crate) async fn entry_of(
        &self,
        name: &str,
        asker: &mut Asker<'_, '_>,
    ) -> Result<Option<Entry>, AuthError> {
        let query = Query {
            base: &self.plan.base,
            scope: self.plan.scope,
            filter: &fill(&self.plan.filter, &[(NAME, &filter_value(name.as_bytes()))]),
            attributes: &self.attributes,
            limit: 2,
        };
        let mut page = asker.search(query).await?;
        if page.cut && page.entries.len() < 2 {
            return Err(cut());
        }
        if page.entries.len() > 1 {
            return Err(AuthError::ambiguous(
                "several entries of the directory answer to one name",
            )
            .with("one", page.entries[0].dn.as_str())
            .with("another", page.entries[1].dn.as_str()));
        }
        Ok(page.entries.pop())
    }
}

/// How long the locks of a policy last. One that is not there, or may not be read, has no end that is known.
async fn policy_of(dn: &str, asker: &mut Asker<'_, '_>) -> Result<LockTime, AuthError> {
    let query = Query {
        base: dn,
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: &["pwdLockoutDuration".to_owned()],
        limit: 1,
    };
    match asker.search(query).await {
        Ok(page) => Ok(page
            .entries
            .first()
            .map_or(LockTime::Open, standing::lock_time)),
        Err(AuthError::Schema(_) | AuthError::Configuration(_)) => Ok(LockTime::Open),
        Err(error) => Err(error),
    }
}

/// Half an answer is none: who is missing would be taken for deleted.
pub(crate) fn cut() -> AuthError {
    AuthError::configuration(
        "the directory gives fewer entries than are asked for; raise its size limit for the service account",
    )
}

/// Whether somebody could have this name.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && !name.contains('\0')
        && name.chars().any(|letter| !letter.is_whitespace())
}

/// Whether it may be sent as a password.
fn is_password(password: &str) -> bool {
    !password.is_empty() && password.len() <= MAX_PASSWORD && !password.contains('\0')
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ExternalAuthenticator for Directory {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        self.sign_in(login).await
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        self.look_up(lookups).await
    }

    async fn unread_private_messages(&self, _: &Identity) -> Result<Option<u32>, AuthError> {
        Err(AuthError::unsupported(
            "unread_private_messages of a directory, which has none,",
        ))
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        probe::probe(&self.plan, &self.pool).await
    }
}

/// Without credentials.
impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("realm", &self.realm)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}
