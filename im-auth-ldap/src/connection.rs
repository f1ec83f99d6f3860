//! One connection to a directory.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use im_core::Rejection;
use ldap3::controls::RawControl;
use ldap3::{
    DerefAliases, Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchOptions,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;
use url::Url;

use crate::bind::{self, Bound};
use crate::entry::Entry;
use crate::error::{Asking, Trouble, code};
use crate::tls::Trust;

/// Where and how to connect.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) starttls: bool,
    pub(crate) trust: Trust,
    pub(crate) connect_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) counts: Counts,
}

/// What has been asked so far. For tests that count.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) searches: AtomicU64,
    pub(crate) binds: AtomicU64,
}

/// Who searches.
pub(crate) struct Service {
    pub(crate) dn: String,
    pub(crate) password: SecretString,
}

/// A search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    pub(crate) base: &'a str,
    pub(crate) scope: Scope,
    pub(crate) filter: &'a str,
    pub(crate) attributes: &'a [String],
    /// More entries than this are not waited for.
    pub(crate) limit: usize,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// There are more than were asked for, or than the server gives.
    pub(crate) cut: bool,
}

/// An open connection. Dropping it closes it.
pub(crate) struct Connection {
    ldap: Ldap,
    used: Instant,
    /// Answers are still on their way that nobody waits for.
    pub(crate) is_spent: bool,
}

impl Connection {
    /// Connects, with TLS where it is wanted; nobody is signed in yet.
    pub(crate) async fn open(target: &Target) -> Result<Self, Trouble> {
        let encrypted = target.starttls || target.url.scheme() == "ldaps";
        let mut settings = LdapConnSettings::new().set_starttls(target.starttls);
        if encrypted {
            settings = settings.set_config(target.trust.config().await?);
        }
        let opening = guarded(LdapConnAsync::from_url_with_settings(settings, &target.url));
        let (driver, ldap) = within(target.connect_timeout, opening)
            .await
            .map_err(|trouble| match trouble {
                // At this point only StartTLS can have been refused.
                refused @ Trouble::Refused { .. } => refused.explain(Asking::StartTls).into(),
                other => other,
            })?;
        // It ends when the connection does, or when the last handle is dropped.
        tokio::spawn(async move {
            if let Err(error) = driver.drive().await {
                tracing::debug!(%error, "a connection to the directory broke off");
            }
        });
        Ok(Self {
            ldap,
            used: Instant::now(),
            is_spent: false,
        })
    }

    /// Connects and signs the service account in, if there is one.
    pub(crate) async fn open_service(
        target: &Target,
        service: Option<&Service>,
    ) -> Result<Self, Trouble> {
        let opening = async {
            let mut connection = Self::open(target).await?;
            if let Some(service) = service {
                let password = service.password.expose_secret();
                let result = connection.simple_bind(&service.dn, password).await?;
                if result.rc != code::SUCCESS {
                    let trouble = Trouble::from(result);
                    return Err(trouble.explain(Asking::ServiceBind).into());
                }
            }
            Ok(connection)
        };
        within(target.connect_timeout, opening).await
    }

    /// Whether the server still answers. Only asked of a connection that was idle for a while.
    pub(crate) async fn is_alive(&mut self, patience: Duration) -> bool {
        if self.ldap.is_closed() {
            return false;
        }
        const FRESH: Duration = Duration::from_secs(5);
        if self.used.elapsed() < FRESH {
            return true;
        }
        let root = Query {
            base: "",
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &["1.1".to_owned()],
            limit: 1,
        };
        // Whether the root may be read is of no interest.
        matches!(
            within(patience, self.run(root)).await,
            Ok(_) | Err(Trouble::Refused { .. })
        )
    }

    /// Asks whether a member's password is right. An empty one, and one for no name, are not sent: servers say yes.
    pub(crate) async fn bind(
        &mut self,
        target: &Target,
        dn: &str,
        password: &str,
    ) -> Result<Bound, Trouble> {
        if password.is_empty() || dn.is_empty() {
            return Ok(Bound::No(Rejection::WrongPassword));
        }
        target.counts.binds.fetch_add(1, Ordering::Relaxed);
        let result = within(target.operation_timeout, self.simple_bind(dn, password)).await?;
        bind::read(&result)
    }

    async fn simple_bind(&mut self, dn: &str, password: &str) -> Result<LdapResult, Trouble> {
        self.used = Instant::now();
        let policy = RawControl {
            ctype: bind::POLICY.into(),
            crit: false,
            val: None,
        };
        let binding = self.ldap.with_controls(vec![policy]);
        guarded(binding.simple_bind(dn, password)).await
    }

    /// Searches. Referrals to other servers are left out.
    pub(crate) async fn search(
        &mut self,
        target: &Target,
        query: Query<'_>,
    ) -> Result<Page, Trouble> {
        target.counts.searches.fetch_add(1, Ordering::Relaxed);
        within(target.operation_timeout, self.run(query)).await
    }

    async fn run(&mut self, query: Query<'_>) -> Result<Page, Trouble> {
        self.used = Instant::now();
        // OpenLDAP refuses to answer when asked for more than it would give; without a number it gives what it may.
        const MODEST: usize = 250;
        let limit = match i32::try_from(query.limit) {
            Ok(limit) if query.limit <= MODEST => limit,
            _ => 0,
        };
        let options = SearchOptions::new()
            .deref(DerefAliases::Never)
            .sizelimit(limit);
        let spent = &mut self.is_spent;
        guarded(async {
            let mut stream = self
                .ldap
                .with_search_options(options)
                .streaming_search(query.base, query.scope, query.filter, query.attributes)
                .await?;
            let mut page = Page::default();
            while let Some(result) = stream.next().await? {
                if result.is_ref() || result.is_intermediate() {
                    continue;
                }
                if page.entries.len() >= query.limit {
                    // The server does not keep to the limit.
                    *spent = true;
                    page.cut = true;
                    return Ok(Ok(page));
                }
                match Entry::read(result) {
                    Some(entry) => page.entries.push(entry),
                    None => return Ok(Err(Trouble::Unreadable)),
                }
            }
            let result = stream.finish().await;
            match result.rc {
                code::SUCCESS => {}
                code::SIZE_LIMIT | code::ADMIN_LIMIT => page.cut = true,
                _ => return Ok(Err(result.into())),
            }
            Ok(Ok(page))
        })
        .await?
    }
}

/// Gives up after `limit`.
async fn within<T>(
    limit: Duration,
    question: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    timeout(limit, question).await.unwrap_or(Err(Trouble::Late))
}

/// The library panics over answers that are no LDAP. What it was working on is not used again.
async fn guarded<T>(
    question: impl Future<Output = Result<T, ldap3::LdapError>>,
) -> Result<T, Trouble> {
    match AssertUnwindSafe(question).catch_unwind().await {
        Ok(answer) => answer.map_err(Trouble::from),
        Err(_) => Err(Trouble::Unreadable),
    }
}
