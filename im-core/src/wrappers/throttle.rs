//! Slows guessing down, without letting strangers lock members out.

mod bucket;
mod name;

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use moka::sync::Cache;

use crate::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, Found, Identity, Login, Lookup, Probe,
    Rejection, Verdict,
};

use bucket::{Bucket, Full, Spelling, Taken, UnderWay};
use name::Name;

/// Answers [`AuthError::TooManyAttempts`] to whoever guesses passwords.
///
/// Three allowances are counted, and a sign-in needs all three; each is a number of wrong tries that may come at once,
/// and one more every so often:
///
/// * **a name from one network**: the tight one. Whoever forgot a password waits a little; nobody else does.
/// * **a network**, over all names: stops one that tries a common password on every member.
/// * **a name**, over all networks: stops guessing from many places. It is looser, and it does not bind a network from
///   which that name has signed in lately: strangers can use it up as often as they like, and the member at home does
///   not notice. A member in a new place, while an attack is on, has to wait for seconds, not hours.
///
/// What counts: only [`Rejection::WrongPassword`] and [`Rejection::UnknownUser`], alike, so that the throttle does not
/// tell who is a member. An error ([`AuthError`], `Busy` included) never counts, nor does a rejection after the right
/// password, nor a sign-in that was given up before its answer: nobody learned anything. A success gives the name's
/// allowances back, but not the network's: else whoever has one account could guess all others.
///
/// Under way: for a name, a sign-in without an answer yet holds a place, so that a thousand guesses at once get no
/// further than one after the other. Who comes while all places are held waits for those answers (at most ten seconds,
/// at most a hundred of them): one person's many devices come back at once after an outage. For a network it does not, since a class that signs in when the lesson begins is
/// no attack; there, only [`ThrottleLimits::under_way`] bounds them. One network that guesses for many names at once
/// can therefore overdraw its allowance by that many, once. Nobody waits for all of that to grow back: the wait is never
/// longer than [`ThrottleLimits::longest_wait`]. What is overdrawn beyond it narrows how many may be under way from
/// there until it has grown back, so that over time the network gets no more than the allowance says.
///
/// Many people share an address: a school, a company, a mobile network. A neighbour who guesses uses up the network's
/// allowance, but does not keep those out who have signed in from there lately: a name that is familiar at a network has
/// one try that the network's allowance does not bind, and another one when it has grown back (a minute after a wrong
/// one). Who guesses from inside such a network gains that one try for each familiar name, which the name's own
/// allowance permits anyway. Whoever is new there waits with the guesser.
///
/// A network is an IPv4 address or an IPv6 /64, what one household is given; a login without an address comes from the
/// one "unknown" network. Set the trusted proxies right, or all the world is one network.
///
/// Names are compared by the beginning of their letters and digits, more loosely than any foreign database does, so
/// that another spelling is no new allowance. Members whose names are so alike share the allowances, but none can give
/// back what was spent under another's name: a success counts only for the spelling and the realm it was given with,
/// and gives nothing back where others have spent too.
///
/// Memory is bounded; what is forgotten first is what has not been used for longest. It is this process's alone, and
/// lost at its end.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use im_core::wrappers::{Throttle, ThrottleLimits};
/// use im_core::{AuthError, ExternalAuthenticator, Login, MemoryAuthenticator, Realm, Rejection, SystemClock};
///
/// let forum = MemoryAuthenticator::new(Realm::new("forum")?).account("1", "Alice", "horse");
/// let forum = Throttle::new(forum, ThrottleLimits::default(), Arc::new(SystemClock));
/// for _ in 0..5 {
///     let guess = Login::new("Alice", "guess").from_address([203, 0, 113, 7]);
///     assert_eq!(forum.authenticate(&guess).await?, Rejection::WrongPassword.into());
/// }
/// let right = Login::new("Alice", "horse").from_address([203, 0, 113, 7]);
/// let refused = forum.authenticate(&right).await;
/// assert!(matches!(refused, Err(AuthError::TooManyAttempts { .. })));
/// // Alice herself, at home, is let in.
/// let at_home = Login::new("Alice", "horse").from_address([198, 51, 100, 1]);
/// assert!(forum.authenticate(&at_home).await.is_ok());
/// # Ok(())
/// # }
/// ```
pub struct Throttle<A> {
    inner: A,
    limits: ThrottleLimits,
    clock: Arc<dyn Clock>,
    pairs: Cache<(Name, Network), Arc<Bucket>>,
    names: Cache<Name, Arc<Bucket>>,
    networks: Cache<Network, Arc<Bucket>>,
    spellings: RandomState,
}

/// How much a [`Throttle`] allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThrottleLimits {
    /// For a name from one network. Default: 5 at once, one more a minute.
    pub name_and_network: Allowance,
    /// For a name over all networks that it has not signed in from. Default: 50 at once, one more every 20 s.
    pub name: Allowance,
    /// For a network over all names. Default: 50 at once, one more every 10 s.
    pub network: Allowance,
    /// How many sign-ins of a network may be under way at once. Default: 1000: schools and mobile networks put many
    /// people behind one address.
    pub under_way: u32,
    /// The longest wait that anybody is told, unless a single try takes longer to grow back. Default: 10 minutes.
    pub longest_wait: Duration,
    /// How long a network that a name has signed in from is not bound by the name's allowance. Default: 30 days.
    pub familiar_for: Duration,
    /// How many names, networks and pairs of them are remembered at most, each. Default: 100,000, some tens of
    /// megabytes when full.
    pub entries: u64,
}

impl Default for ThrottleLimits {
    fn default() -> Self {
        Self {
            name_and_network: Allowance::new(5, Duration::from_secs(60)),
            name: Allowance::new(50, Duration::from_secs(20)),
            network: Allowance::new(50, Duration::from_secs(10)),
            under_way: 1_000,
            longest_wait: Duration::from_secs(10 * 60),
            familiar_for: Duration::from_secs(30 * 24 * 60 * 60),
            entries: 100_000,
        }
    }
}

/// A number of wrong tries that may come at once, and how long it takes until there is one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    tries: u32,
    one_more_every: Duration,
}

impl Allowance {
    /// `tries` at once (at least one), and one more every so often (at least every millisecond).
    #[must_use]
    pub const fn new(tries: u32, one_more_every: Duration) -> Self {
        Self {
            tries: if tries == 0 { 1 } else { tries },
            one_more_every: if one_more_every.as_millis() == 0 {
                Duration::from_millis(1)
            } else {
                one_more_every
            },
        }
    }

    /// Wrong tries that are counted at most, so that nobody waits for longer than this for the next one, or one step.
    fn most(self, longest: Duration) -> u32 {
        let steps = longest.as_nanos() / self.one_more_every.as_nanos();
        let beyond = u32::try_from(steps.saturating_sub(1)).unwrap_or(u32::MAX);
        self.tries.saturating_add(beyond)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    Unknown,
    V4(Ipv4Addr),
    /// The upper half of the address.
    V6(u64),
}

impl Network {
    fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            None => Self::Unknown,
            Some(IpAddr::V4(address)) => Self::V4(address),
            Some(IpAddr::V6(address)) => Self::V6(upper_half(address)),
        }
    }
}

fn upper_half(address: Ipv6Addr) -> u64 {
    (address.to_bits() >> 64) as u64
}

/// How long a sign-in waits for those under way.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a sign-in has to do with.
struct Buckets {
    network: Arc<Bucket>,
    name: Arc<Bucket>,
    pair: Arc<Bucket>,
}

type Places = Vec<(Taken, Allowance)>;

/// Why a sign-in has no places.
#[derive(Default)]
struct Refused {
    /// How long until there are some.
    wait: Option<Duration>,
    /// Where to stand in line, if only tries under way are in the way.
    line: Option<Arc<Bucket>>,
}

impl Refused {
    /// `line`: where to stand in line for this place, if that can be.
    fn by(&mut self, full: Full, line: Option<&Arc<Bucket>>) {
        let was_free = self.wait.is_none();
        self.wait = self.wait.max(Some(full.wait()));
        let may_wait = was_free || self.line.is_some();
        self.line = match (full, line) {
            (Full::UnderWay(_), Some(bucket)) if may_wait => Some(Arc::clone(bucket)),
            _ => None,
        };
    }
}

impl<A: ExternalAuthenticator> Throttle<A> {
    /// Throttles sign-ins to `inner`, by this clock.
    pub fn new(inner: A, limits: ThrottleLimits, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            limits,
            clock,
            pairs: Cache::new(limits.entries),
            names: Cache::new(limits.entries),
            networks: Cache::new(limits.entries),
            spellings: RandomState::new(),
        }
    }

    /// How many names, networks and pairs are remembered now.
    pub fn remembered(&self) -> u64 {
        self.pairs.run_pending_tasks();
        self.names.run_pending_tasks();
        self.networks.run_pending_tasks();
        self.pairs.entry_count() + self.names.entry_count() + self.networks.entry_count()
    }

    /// Takes every place that a sign-in needs.
    fn places(&self, of: &Buckets, spelling: Spelling) -> Result<Places, Refused> {
        let now = self.clock.now();
        let limits = &self.limits;
        // Each ends when it is dropped.
        let mut taken = Vec::with_capacity(3);
        let mut refused = Refused::default();
        let is_familiar = of.pair.is_familiar(spelling, limits.familiar_for, now);
        let pair = of.pair.take(limits.name_and_network, UnderWay::Counts, now);
        let of_many = UnderWay::AtMost(limits.under_way);
        let network = match of.network.take(limits.network, of_many, now) {
            // A neighbour's guesses are no reason to keep somebody out who is at home here.
            Err(Full::Spent(_)) if is_familiar && pair.as_ref().is_ok_and(Taken::is_first) => {
                Ok(of.network.take_anyway())
            }
            place => place,
        };
        match pair {
            Ok(place) => taken.push((place, limits.name_and_network)),
            Err(full) => refused.by(full, Some(&of.pair)),
        }
        match network {
            Ok(place) => taken.push((place, limits.network)),
            Err(full) => refused.by(full, None),
        }
        if !is_familiar {
            match of.name.take(limits.name, UnderWay::Counts, now) {
                Ok(place) => taken.push((place, limits.name)),
                Err(full) => refused.by(full, Some(&of.name)),
            }
        }
        match refused.wait {
            None => Ok(taken),
            Some(_) => Err(refused),
        }
    }

    /// The same, waiting for those under way if nothing else is in the way.
    async fn places_soon(&self, of: &Buckets, spelling: Spelling) -> Result<Places, AuthError> {
        let mut refused = match self.places(of, spelling) {
            Ok(places) => return Ok(places),
            Err(refused) => refused,
        };
        let until = tokio::time::Instant::now() + PATIENCE;
        while let Some(bucket) = refused.line.take() {
            let Some(line) = bucket.stand_in_line() else {
                break;
            };
            let mut over = std::pin::pin!(line.next());
            over.as_mut().enable();
            // One may have ended before that.
            match self.places(of, spelling) {
                Ok(places) => return Ok(places),
                Err(now) => refused = now,
            }
            if refused.line.is_none() || tokio::time::timeout_at(until, over).await.is_err() {
                break;
            }
            match self.places(of, spelling) {
                Ok(places) => return Ok(places),
                Err(now) => refused = now,
            }
        }
        Err(AuthError::TooManyAttempts {
            retry_after: refused.wait.unwrap_or_default(),
        })
    }

    /// Whom a success is for. Case does not matter: telephones begin with a capital.
    fn spelling(&self, login: &Login) -> Spelling {
        let name = login.name().trim().to_lowercase();
        Spelling(self.spellings.hash_one((name, login.realm())))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<A: ExternalAuthenticator> ExternalAuthenticator for Throttle<A> {
    fn info(&self) -> &AdapterInfo {
        self.inner.info()
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let name = Name::of(login.name());
        let spelling = self.spelling(login);
        let network = Network::of(login.address());
        let of = Buckets {
            network: self.networks.get_with(network, Arc::default),
            name: self.names.get_with(name.clone(), Arc::default),
            pair: self.pairs.get_with((name, network), Arc::default),
        };
        let taken = self.places_soon(&of, spelling).await?;

        let verdict = self.inner.authenticate(login).await?;
        let now = self.clock.now();
        match &verdict {
            Verdict::Accepted(_) => {
                of.pair.succeeded(spelling, now);
                of.pair.forgive(spelling);
                of.name.forgive(spelling);
            }
            Verdict::Rejected(Rejection::WrongPassword | Rejection::UnknownUser) => {
                for (place, allowance) in taken {
                    place.spend(spelling, allowance, self.limits.longest_wait, now);
                }
            }
            Verdict::Rejected(_) => {}
        }
        Ok(verdict)
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        self.inner.find(lookups).await
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        self.inner.unread_private_messages(identity).await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        self.inner.probe().await
    }
}

impl<A: ExternalAuthenticator> fmt::Debug for Throttle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle")
            .field("inner", self.inner.info())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64() {
        let network = |text: &str| Network::of(Some(text.parse().unwrap()));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_ne!(Network::of(None), network("203.0.113.7"));
    }
}
