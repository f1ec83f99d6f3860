//! A messenger with forums and sites, and people who use it.

use std::sync::Arc;
use std::time::Duration;

use im_core::{Clock, ExternalAuthenticator, Login, ManualClock, Realm, SystemClock};
use im_messenger::{
    Acting, CloseReason, Contact, ContactAction, ContactTarget, Device, Error, Event, EventStream,
    LocalAccounts, Messenger, OpenError, Options, RealmSetup, RoleSetup, Sent, Setup, SignedIn,
    SiteSetup, Store, StoreConfig, StreamItem,
};
use im_password::{PoolLimits, VerifyPool};

use super::Place;
use super::forum::{Forum, PASSWORD};

/// A site of a world: its path, which forum (none: own accounts), its options.
pub(crate) struct Site {
    pub(crate) path: &'static str,
    pub(crate) realm: &'static str,
    pub(crate) options: Options,
}

impl Site {
    pub(crate) fn of(path: &'static str, realm: &'static str) -> Self {
        Self {
            path,
            realm,
            options: Options::default(),
        }
    }

    pub(crate) fn with(mut self, set: impl FnOnce(&mut Options)) -> Self {
        set(&mut self.options);
        self
    }
}

/// A running messenger and everything around it. Fields are public: a case turns what it needs.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: VerifyPool,
    pub(crate) phpbb: Arc<Forum>,
    pub(crate) phorum: Arc<Forum>,
    pub(crate) messenger: Messenger,
    pub(crate) store: Store,
}

/// What a world starts with, beside its place.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) sites: Vec<Site>,
    pub(crate) roles: Vec<RoleSetup>,
    pub(crate) reserved: Vec<String>,
    pub(crate) banned: Vec<String>,
    pub(crate) shared: Vec<(Realm, String)>,
    pub(crate) outbox: Option<usize>,
}

impl World {
    /// `/a/` and `/b/` for phpBB members, `/c/` for Phorum members, `/own/` for own accounts, default options.
    pub(crate) async fn new(place: Place) -> Self {
        Self::with_sites(
            place,
            vec![
                Site::of("/a/", "phpbb"),
                Site::of("/b/", "phpbb"),
                Site::of("/c/", "phorum"),
                Site::of("/own/", "local"),
            ],
        )
        .await
    }

    pub(crate) async fn with_sites(place: Place, sites: Vec<Site>) -> Self {
        Self::planned(
            place,
            Plan {
                sites,
                ..Plan::default()
            },
        )
        .await
    }

    pub(crate) async fn planned(place: Place, plan: Plan) -> Self {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let pool = VerifyPool::new(PoolLimits {
            threads: 2,
            ..PoolLimits::default()
        });
        let (phpbb, phorum) = (
            Arc::new(Forum::new("phpbb")),
            Arc::new(Forum::new("phorum")),
        );
        let store = Store::open(StoreConfig::new(place.url()), clock.clone())
            .await
            .expect("the store opens");
        let setup = setup(&store, &pool, &phpbb, &phorum, &plan);
        let messenger = Messenger::start(store.clone(), setup)
            .await
            .expect("the messenger starts");
        Self {
            place,
            clock,
            pool,
            phpbb,
            phorum,
            messenger,
            store,
        }
    }

    /// Another messenger on the same store: on MySQL with connections of its own, as another process has.
    pub(crate) async fn another(&self, plan: Plan) -> Messenger {
        let store = if self.place.is_mysql() {
            Store::open(StoreConfig::new(self.place.url()), self.clock.clone())
                .await
                .expect("the store opens")
        } else {
            self.store.clone()
        };
        self.started(store, plan)
            .await
            .expect("the messenger starts")
    }

    pub(crate) async fn started(&self, store: Store, plan: Plan) -> Result<Messenger, OpenError> {
        let setup = setup(&store, &self.pool, &self.phpbb, &self.phorum, &plan);
        Messenger::start(store, setup).await
    }

    /// Lets the moment pass after which leases that were not renewed are over. A file has this process's clock; on a
    /// server the server's own clock counts, so there the leases are moved instead.
    pub(crate) async fn let_leases_run_out(&self) {
        match &self.place {
            Place::Sqlite(_) => self.clock.advance(Duration::from_secs(61)),
            Place::MySql(database) => {
                database
                    .execute("UPDATE im_lease SET expires_at = expires_at - 61000")
                    .await;
            }
        }
    }

    /// How many leases there are at a site that have not run out.
    pub(crate) async fn connected(&self, path: &str) -> u64 {
        let statistics = self.messenger.statistics().await.expect("statistics");
        let site = statistics.connected.iter().find(|(site, _)| site == path);
        site.expect("a site of this path").1
    }

    /// Adds a member to the phpBB forum and signs them in at `/a/`.
    pub(crate) async fn member(&self, id: &str, name: &str) -> Person {
        self.phpbb.add(id, name);
        self.sign_in("/a/", name).await.expect("signed in")
    }

    pub(crate) async fn sign_in(&self, site: &'static str, name: &str) -> Result<Person, Error> {
        self.sign_in_by(&self.messenger, site, name, PASSWORD).await
    }

    pub(crate) async fn sign_in_by(
        &self,
        messenger: &Messenger,
        site: &'static str,
        name: &str,
        password: &str,
    ) -> Result<Person, Error> {
        let signed_in = messenger
            .sign_in(site, Login::new(name, password), Device::default())
            .await?;
        Person::of(messenger, site, signed_in).await
    }

    /// Two members who are contacts.
    pub(crate) async fn friends(&self) -> (Person, Person) {
        let alice = self.member("1", "Alice").await;
        let bob = self.member("2", "Bob").await;
        alice.befriend(&bob).await;
        (alice, bob)
    }
}

fn setup(
    store: &Store,
    pool: &VerifyPool,
    phpbb: &Arc<Forum>,
    phorum: &Arc<Forum>,
    plan: &Plan,
) -> Setup {
    let local: Arc<dyn ExternalAuthenticator> =
        Arc::new(LocalAccounts::new(store.clone(), pool.clone()));
    let authenticator = |realm: &str| -> Arc<dyn ExternalAuthenticator> {
        match realm {
            "phpbb" => phpbb.clone(),
            "phorum" => phorum.clone(),
            _ => local.clone(),
        }
    };
    let mut setup = Setup::new(pool.clone());
    for realm in ["phpbb", "phorum", "local"] {
        let name = Realm::new(realm).expect("a realm name");
        setup
            .realms
            .push(RealmSetup::new(name, authenticator(realm)));
    }
    for site in &plan.sites {
        let realm = Realm::new(site.realm).expect("a realm name");
        let mut made = SiteSetup::new(site.path, vec![realm], authenticator(site.realm));
        made.options = site.options.clone();
        setup.sites.push(made);
    }
    setup.roles.clone_from(&plan.roles);
    setup.reserved_names.clone_from(&plan.reserved);
    setup.banned_names.clone_from(&plan.banned);
    setup.shared_accounts.clone_from(&plan.shared);
    setup.poll_interval = Duration::from_millis(50);
    if let Some(outbox) = plan.outbox {
        setup.outbox = outbox;
    }
    setup
}

/// Somebody who is signed in.
pub(crate) struct Person {
    pub(crate) messenger: Messenger,
    pub(crate) site: &'static str,
    pub(crate) token: String,
    pub(crate) new: bool,
    pub(crate) acting: Acting,
}

impl Person {
    pub(crate) async fn of(
        messenger: &Messenger,
        site: &'static str,
        signed_in: SignedIn,
    ) -> Result<Self, Error> {
        let token = signed_in.token.expose().to_owned();
        let acting = messenger.acting(site, &token).await?;
        Ok(Self {
            messenger: messenger.clone(),
            site,
            token,
            new: signed_in.new,
            acting,
        })
    }

    pub(crate) fn id(&self) -> &str {
        self.acting.user_id()
    }

    /// The session, checked again.
    pub(crate) async fn again(&self) -> Result<Acting, Error> {
        self.messenger.acting(self.site, &self.token).await
    }

    pub(crate) async fn ask(&self, other: &Self) -> Result<Contact, Error> {
        let target = ContactTarget::User(other.id().to_owned());
        let added = self.messenger.add_contact(&self.acting, target, None);
        Ok(added.await?.contact)
    }

    pub(crate) async fn act(
        &self,
        other: &Self,
        action: ContactAction,
    ) -> Result<Option<Contact>, Error> {
        self.messenger
            .contact_action(&self.acting, other.id(), action)
            .await
    }

    pub(crate) async fn befriend(&self, other: &Self) {
        self.ask(other).await.expect("asked");
        other
            .act(self, ContactAction::Accept)
            .await
            .expect("accepted");
    }

    pub(crate) async fn contacts(&self) -> Vec<Contact> {
        self.messenger
            .contacts(&self.acting)
            .await
            .expect("contacts")
    }

    /// The conversation with somebody.
    pub(crate) async fn with(&self, other: &Self) -> String {
        let opened = self
            .messenger
            .open_conversation(&self.acting, other.id())
            .await
            .expect("opened");
        opened.conversation.id
    }

    pub(crate) async fn say(&self, other: &Self, text: &str) -> Result<Sent, Error> {
        let conversation = self.with(other).await;
        let client_id = unique();
        self.messenger
            .send(&self.acting, &conversation, text, &client_id)
            .await
    }

    pub(crate) async fn listen(&self, after: Option<u64>) -> Listening {
        let stream = self
            .messenger
            .events(&self.acting, after)
            .await
            .expect("a stream");
        Listening(stream)
    }
}

/// A `client_id` nobody has used.
pub(crate) fn unique() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("client-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A stream that fails a test which waits too long.
pub(crate) struct Listening(pub(crate) EventStream);

impl Listening {
    pub(crate) async fn item(&mut self) -> StreamItem {
        tokio::time::timeout(Duration::from_secs(20), self.0.next())
            .await
            .expect("an event within 20 seconds")
    }

    pub(crate) async fn event(&mut self) -> Event {
        match self.item().await {
            StreamItem::Event(event) => event,
            StreamItem::Closed(reason) => panic!("the stream closed: {reason:?}"),
        }
    }

    /// The next event that `pick` wants; others pass by.
    pub(crate) async fn until<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            if let Some(picked) = pick(self.event().await) {
                return picked;
            }
        }
    }

    /// The next event with a number.
    pub(crate) async fn durable(&mut self) -> Event {
        self.until(|event| event.seq().is_some().then_some(event))
            .await
    }

    pub(crate) async fn text(&mut self) -> String {
        self.until(|event| match event {
            Event::Message { message, .. } => Some(message.text),
            _ => None,
        })
        .await
    }

    /// Why it closes; events pass by.
    pub(crate) async fn end(&mut self) -> CloseReason {
        loop {
            if let StreamItem::Closed(reason) = self.item().await {
                return reason;
            }
        }
    }
}
