//! Several realms behind one form.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::guard::{complete, foreign_realm};
use crate::{
    AdapterInfo, AuthError, ExternalAuthenticator, FormatCount, Found, Identity, Login, Lookup,
    Probe, Realm, Rejection, Verdict,
};

/// Asks several authenticators, each for its own realms, in order.
///
/// * A sign-in goes on to the next realm **only** on [`Rejection::UnknownUser`]. A wrong password ends it: a name in
///   an earlier realm shadows the same name in later ones. A sign-in that names its realm
///   ([`Login::in_realm`]) is put to that realm alone; a realm that is not in the chain has no users.
/// * An error ends it with that error: falling through would let an outage of one realm open another.
/// * Look-ups and unread counts go to the account's own realm, which they must name ([`Lookup::in_realm`]) unless the
///   chain has only one; a realm that is not in the chain is [`AuthError::Configuration`], since "no such account"
///   would be acted upon.
/// * The same realm twice is refused when the chain is made.
///
/// A wrong password in an earlier realm is answered without asking the later ones, so it takes less time than an
/// unknown user does. Where that matters, let people name their realm.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use im_core::wrappers::Chain;
/// use im_core::{ExternalAuthenticator, Login, MemoryAuthenticator, Realm, Rejection, Verdict};
///
/// let (red, blue) = (Realm::new("red")?, Realm::new("blue")?);
/// let chain = Chain::new(vec![
///     Arc::new(MemoryAuthenticator::new(red).account("1", "Alice", "horse")),
///     Arc::new(MemoryAuthenticator::new(blue.clone()).account("1", "Alice", "battery")),
/// ])?;
///
/// let login = Login::new("Alice", "battery");
/// assert_eq!(chain.authenticate(&login).await?, Rejection::WrongPassword.into());
///
/// let Verdict::Accepted(user) = chain.authenticate(&login.in_realm(blue)).await? else { panic!() };
/// assert_eq!(user.identity.to_string(), "blue:1");
/// # Ok(())
/// # }
/// ```
pub struct Chain {
    members: Vec<Arc<dyn ExternalAuthenticator>>,
    info: AdapterInfo,
}

impl Chain {
    /// A chain of authenticators, the first asked first.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when there is none, and when a realm is there twice.
    pub fn new(members: Vec<Arc<dyn ExternalAuthenticator>>) -> Result<Self, AuthError> {
        let mut systems = Vec::new();
        let mut names = Vec::new();
        let mut realms: Vec<Realm> = Vec::new();
        for info in members.iter().map(|member| member.info()) {
            for realm in &info.realms {
                if realms.contains(realm) {
                    return Err(AuthError::configuration(
                        "a chain asks each realm once; name this one only once, or give the second another name",
                    )
                    .with("realm", realm.as_str()));
                }
                realms.push(realm.clone());
            }
            systems.push(info.system.as_str());
            names.push(info.name.as_str());
        }
        if realms.is_empty() {
            return Err(AuthError::configuration(
                "a chain needs at least one realm; name those that people may sign in to",
            ));
        }
        let mut info = AdapterInfo::new(systems.join("+"), names.join(", "), realms[0].clone());
        info.realms = realms;
        Ok(Self { members, info })
    }

    fn position(&self, realm: &Realm) -> Option<usize> {
        self.members
            .iter()
            .position(|member| member.info().realms.contains(realm))
    }

    /// Whose account it is; the realm need not be named where there is only one.
    fn owner(&self, realm: Option<&Realm>) -> Result<usize, AuthError> {
        match realm {
            None if self.info.realms.len() == 1 => Some(0),
            None => None,
            Some(realm) => self.position(realm),
        }
        .ok_or_else(|| foreign_realm(realm, &self.info))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ExternalAuthenticator for Chain {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        if let Some(realm) = login.realm() {
            return match self.position(realm) {
                Some(position) => self.members[position].authenticate(login).await,
                None => Ok(Rejection::UnknownUser.into()),
            };
        }
        for member in &self.members {
            match member.authenticate(login).await? {
                Verdict::Rejected(Rejection::UnknownUser) => {}
                decided => return Ok(decided),
            }
        }
        Ok(Rejection::UnknownUser.into())
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let mut of_member: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, lookup) in lookups.iter().enumerate() {
            let owner = self.owner(lookup.realm.as_ref())?;
            of_member.entry(owner).or_default().push(place);
        }
        let mut answers = vec![None; lookups.len()];
        for (owner, places) in of_member {
            let asked: Vec<Lookup> = places.iter().map(|&place| lookups[place].clone()).collect();
            let found = self.members[owner].find(&asked).await?;
            let found = complete(found, asked.len(), self.members[owner].info())?;
            for (place, found) in places.into_iter().zip(found) {
                answers[place] = found;
            }
        }
        Ok(answers)
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let owner = self.owner(Some(&identity.realm))?;
        self.members[owner].unread_private_messages(identity).await
    }

    /// What every realm says, put together; an error of one is the error of all, and says which.
    async fn probe(&self) -> Result<Probe, AuthError> {
        let mut together = Probe::default();
        for member in &self.members {
            let label = labels(member.info());
            let probe = member
                .probe()
                .await
                .map_err(|error| error.with("realm", label.as_str()))?;
            together.accounts = match (together.accounts, probe.accounts) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
            append(&mut together.version, &label, probe.version);
            append(&mut together.server, &label, probe.server);
            merge(&mut together.formats, probe.formats);
            let warnings = probe.warnings.into_iter();
            together
                .warnings
                .extend(warnings.map(|warning| format!("{label}: {warning}")));
        }
        together
            .formats
            .sort_by_key(|f| std::cmp::Reverse(f.accounts));
        Ok(together)
    }
}

fn labels(info: &AdapterInfo) -> String {
    let realms: Vec<&str> = info.realms.iter().map(Realm::as_str).collect();
    realms.join(" ")
}

fn append(text: &mut Option<String>, label: &str, more: Option<String>) {
    let Some(more) = more else { return };
    let more = format!("{label}: {more}");
    *text = Some(match text.take() {
        Some(text) => format!("{text}, {more}"),
        None => more,
    });
}

fn merge(formats: &mut Vec<FormatCount>, more: Vec<FormatCount>) {
    for count in more {
        // The same format may be known in one realm and unknown in another.
        match formats
            .iter_mut()
            .find(|f| f.format == count.format && f.supported == count.supported)
        {
            Some(known) => known.accounts += count.accounts,
            None => formats.push(count),
        }
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<&AdapterInfo> = self.members.iter().map(|member| member.info()).collect();
        f.debug_struct("Chain").field("members", &members).finish()
    }
}
