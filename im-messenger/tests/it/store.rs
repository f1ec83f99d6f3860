//! The store: opened once per file, brought up to date, never lied to about durability.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use im_core::{Clock, ManualClock, Realm, SystemClock};
use im_messenger::{
    Inspection, Messenger, OpenError, RealmSetup, Setup, SiteSetup, Store, StoreConfig, StoreKind,
};
use im_password::VerifyPool;

use crate::support::world::unique;
use crate::support::{Forum, Place, Site, World, on_both_stores};

on_both_stores!(
    everything_is_there_after_a_restart,
    a_realm_that_means_others_is_refused_unless_rebound,
    setups_that_contradict_themselves_are_refused,
    abandoned_calls_leave_the_store_usable,
    looking_at_a_store_says_what_a_start_would_do_and_does_nothing,
);

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(SystemClock.now()))
}

async fn open(url: &str) -> Result<Store, OpenError> {
    Store::open(StoreConfig::new(url.to_owned()), clock()).await
}

async fn everything_is_there_after_a_restart(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "before").await.expect("sent");
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    world.messenger.shutdown().await;
    world.store.close().await;
    assert!(world.messenger.ready().await.is_err());

    let store = Store::open(StoreConfig::new(world.place.url()), world.clock.clone())
        .await
        .expect("opens again");
    let plan = crate::support::world::Plan {
        sites: vec![Site::of("/a/", "phpbb")],
        ..Default::default()
    };
    let messenger = world.started(store, plan).await.expect("starts again");
    messenger.ready().await.expect("answers");
    let acting = messenger
        .acting("/a/", &bob.token)
        .await
        .expect("the session is valid");
    assert_eq!(
        messenger.contacts(&acting).await.expect("contacts").len(),
        1
    );
    let me = messenger.me(&acting).await.expect("me");
    assert_eq!(me.last_event, last);
    let list = messenger.conversations(&acting).await.expect("list");
    assert_eq!(
        list[0].last_message.as_ref().map(|message| &*message.text),
        Some("before")
    );
}

fn realm_setup(system: &str, prefix: &str, rebind: bool) -> Setup {
    let forum = Arc::new(Forum::new("phpbb"));
    let mut setup = Setup::new(VerifyPool::default());
    let mut realm = RealmSetup::new(Realm::new("phpbb").expect("a name"), forum);
    realm.system = system.into();
    realm.prefix = prefix.into();
    realm.rebind = rebind;
    setup.realms.push(realm);
    setup
}

async fn a_realm_that_means_others_is_refused_unless_rebound(place: Place) {
    let store = open(&place.url()).await.expect("opens");
    let start = async |system: &str, prefix: &str, rebind: bool| {
        let started = Messenger::start(store.clone(), realm_setup(system, prefix, rebind)).await;
        started.map(|_| ()).map_err(|error| error.to_string())
    };
    start("phpbb2", "phpbb_", false)
        .await
        .expect("the first time");
    start("phpbb2", "phpbb_", false).await.expect("as before");
    let refused = start("phpbb3", "phpbb_", false)
        .await
        .expect_err("another system");
    for word in ["phpbb2", "phpbb3", "rebind", "`phpbb`"] {
        assert!(refused.contains(word), "{refused}");
    }
    start("phpbb2", "forum_", false)
        .await
        .expect_err("another prefix");
    start("phpbb2", "phpbb_", false)
        .await
        .expect("nothing was changed");
    start("phpbb2", "forum_", true).await.expect("rebound");
    start("phpbb2", "phpbb_", false)
        .await
        .expect_err("now the old one is another");
}

async fn inspect(place: &Place) -> Inspection {
    Store::inspect(&StoreConfig::new(place.url()))
        .await
        .expect("looked at")
}

async fn looking_at_a_store_says_what_a_start_would_do_and_does_nothing(place: Place) {
    let before = contents(&place);
    for _ in 0..2 {
        let empty = inspect(&place).await;
        assert_eq!(empty.exists, matches!(place, Place::MySql(_)));
        assert_eq!(empty.pending, ["0001_start", "0002_told_seq"]);
        assert!(empty.realms.is_empty());
    }
    assert_eq!(contents(&place), before);

    let store = open(&place.url()).await.expect("opens");
    let started = Messenger::start(store.clone(), realm_setup("phpbb2", "phpbb_", false)).await;
    started.expect("starts").shutdown().await;
    store.close().await;
    let before = contents(&place);
    let ready = inspect(&place).await;
    assert!(ready.exists && ready.pending.is_empty(), "{ready:?}");
    let realm = &ready.realms[0];
    assert_eq!(
        (&*realm.name, &*realm.system, &*realm.prefix),
        ("phpbb", "phpbb2", "phpbb_")
    );
    assert_eq!(contents(&place), before);

    // As if this program were newer than the store.
    execute(&place, "DELETE FROM im_migration WHERE version = 2").await;
    let before = contents(&place);
    assert_eq!(inspect(&place).await.pending, ["0002_told_seq"]);
    assert_eq!(contents(&place), before);
    execute(
        &place,
        "INSERT INTO im_migration (version, steps) VALUES (9999, 1)",
    )
    .await;
    let newer = Store::inspect(&StoreConfig::new(place.url())).await;
    assert!(
        matches!(newer, Err(OpenError::SchemaNewer { found: 9999, .. })),
        "{newer:?}"
    );
}

/// Every file of a store in a file, with what is in it.
fn contents(place: &Place) -> BTreeMap<PathBuf, Vec<u8>> {
    let Place::Sqlite(folder) = place else {
        return BTreeMap::new();
    };
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("a file").path();
            let bytes = std::fs::read(&path).expect("its bytes");
            (path, bytes)
        })
        .collect()
}

async fn execute(place: &Place, sql: &str) {
    match place {
        Place::Sqlite(folder) => {
            let path = folder.path().join("im.db");
            let output = std::process::Command::new("sqlite3")
                .arg(path)
                .arg(sql)
                .output();
            let output = output.expect("install sqlite3: scripts/install-test-tools");
            assert!(output.status.success(), "{output:?}");
        }
        Place::MySql(database) => database.execute(sql).await,
    }
}

async fn setups_that_contradict_themselves_are_refused(place: Place) {
    let store = open(&place.url()).await.expect("opens");
    let local = || -> Arc<Forum> { Arc::new(Forum::new("phpbb")) };
    let realm = Realm::new("phpbb").expect("a name");
    let site = |path: &str, realms: Vec<Realm>| SiteSetup::new(path, realms, local());
    type Wrong = fn(&mut Setup, &dyn Fn(&str, Vec<Realm>) -> SiteSetup, Realm);
    let cases: [(&str, Wrong); 4] = [
        ("twice", |setup, _, _| {
            let again = setup.realms[0].clone();
            setup.realms.push(again);
        }),
        ("two sites", |setup, site, realm| {
            setup.sites = vec![site("/a/", vec![realm.clone()]), site("/a/", vec![realm])];
        }),
        ("begin and end with", |setup, site, realm| {
            setup.sites = vec![site("/a", vec![realm])];
        }),
        ("not defined", |setup, site, _| {
            setup.sites = vec![site("/a/", vec![Realm::local()])];
        }),
    ];
    for (says, wrong) in cases {
        let mut setup = realm_setup("phpbb2", "", false);
        wrong(&mut setup, &site, realm.clone());
        let error = Messenger::start(store.clone(), setup)
            .await
            .expect_err(says)
            .to_string();
        assert!(error.contains(says), "{error}");
    }
}

async fn abandoned_calls_leave_the_store_usable(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let (alice, conversation) = (Arc::new(alice), Arc::new(conversation));
    // Calls are dropped at every point they can have reached, as by clients that disconnect.
    let mut tries = Vec::new();
    for number in 0..300_u64 {
        let (alice, conversation) = (alice.clone(), conversation.clone());
        tries.push(tokio::spawn(async move {
            let text = format!("{number}");
            let client_id = unique();
            let sent = alice
                .messenger
                .send(&alice.acting, &conversation, &text, &client_id);
            let patience = std::time::Duration::from_micros(number * 83 % 20_000);
            match tokio::time::timeout(patience, sent).await {
                Ok(sent) => Some(sent.expect("sent").message),
                Err(_) => None,
            }
        }));
    }
    let mut acknowledged = Vec::new();
    for attempt in tries {
        acknowledged.extend(attempt.await.expect("no panic"));
    }
    let sent = alice
        .say(&bob, "the last")
        .await
        .expect("the store is usable")
        .message;
    let mut kept = Vec::new();
    let mut after = 0;
    loop {
        let page = im_messenger::Page {
            after: Some(after),
            limit: Some(200),
            ..Default::default()
        };
        let page = world
            .messenger
            .messages(&bob.acting, &conversation, page)
            .await;
        let page = page.expect("history");
        kept.extend(page.messages);
        after = kept.last().map_or(0, |message| message.seq);
        if !page.more {
            break;
        }
    }
    let places: Vec<_> = kept.iter().map(|message| message.seq).collect();
    assert_eq!(
        places,
        (1..=sent.seq).collect::<Vec<_>>(),
        "no gaps, none twice"
    );
    for message in acknowledged {
        assert!(kept.contains(&message), "acknowledged means kept");
    }
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    let mut stream = bob.listen(Some(0)).await;
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        numbers.extend(stream.durable().await.seq());
    }
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_second_process_on_a_file_is_refused() {
    let place = Place::sqlite();
    let first = open(&place.url()).await.expect("opens");
    assert_eq!(first.kind(), StoreKind::Sqlite);
    let error = open(&place.url()).await.map(|_| ()).expect_err("in use");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    first.close().await;
    open(&place.url()).await.expect("free again");
}

#[cfg(unix)]
#[tokio::test]
async fn links_lead_to_the_one_store() {
    let place = Place::sqlite();
    let first = open(&place.url()).await.expect("opens");
    let file = place.url().trim_start_matches("sqlite:").to_owned();
    let (link, twin) = (format!("{file}.link"), format!("{file}.twin"));
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    let by_link = format!("sqlite:{link}");
    let error = open(&by_link).await.map(|_| ()).expect_err("in use");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    first.close().await;
    open(&by_link).await.expect("free again").close().await;
    assert!(!std::fs::exists(format!("{link}-wal")).expect("a folder"));

    std::fs::hard_link(&file, &twin).expect("a second name");
    for name in [&file, &twin] {
        let error = open(&format!("sqlite:{name}")).await.map(|_| ());
        let error = error.expect_err("it has two names");
        let source = std::error::Error::source(&error).expect("the reason");
        assert!(source.to_string().contains("hard link"), "{source}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(Place::sqlite()).await;
    world.member("1", "Alice").await;
    let Place::Sqlite(folder) = &world.place else {
        panic!("this world is on SQLite");
    };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let metadata = entry.and_then(|entry| entry.metadata()).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o077, 0);
        files += 1;
    }
    assert!(files >= 3, "the database, its log and its lock");
}

#[tokio::test]
async fn a_process_that_is_killed_leaves_the_file_free() {
    let place = Place::sqlite();
    let url = place.url();
    open(&url).await.expect("opens").close().await;
    let lock = format!("{}.lock", url.trim_start_matches("sqlite:"));
    // Another process that holds the file as ours does, until it is killed with SIGKILL.
    // (Its own child, which has no hold on the file, ends with this test's end of the pipe.)
    let mut holder = std::process::Command::new("flock")
        .args(["--close", &lock, "sh", "-c", "echo held; read line"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("flock is part of util-linux");
    let mut held = [0; 4];
    let mut output = holder.stdout.take().expect("its output");
    std::io::Read::read_exact(&mut output, &mut held).expect("it says that it holds the file");
    let error = open(&url).await.map(|_| ()).expect_err("in use");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    holder.kill().expect("killed");
    holder.wait().expect("ended");
    open(&url).await.expect("free again");
}

#[tokio::test]
async fn a_store_in_memory_works_and_is_gone_with_its_process() {
    let store = open("sqlite::memory:").await.expect("opens");
    let another = open("sqlite::memory:").await.expect("another is another");
    let mut setup = realm_setup("phpbb2", "", false);
    let forum = Arc::new(Forum::new("phpbb"));
    forum.add("1", "Alice");
    let realm = Realm::new("phpbb").expect("a name");
    setup.sites.push(SiteSetup::new("/a/", vec![realm], forum));
    let messenger = Messenger::start(store, setup).await.expect("starts");
    let login = im_core::Login::new("Alice", crate::support::forum::PASSWORD);
    let signed_in = messenger.sign_in("/a/", login, Default::default()).await;
    let token = signed_in.expect("signed in").token.expose().to_owned();
    messenger.acting("/a/", &token).await.expect("valid");
    drop(another);
}

#[tokio::test]
async fn addresses_that_are_none_say_what_to_write() {
    for url in ["", "im.db", "postgres://x/y", "http://x/", "sqlite:"] {
        let error = open(url).await.map(|_| ()).expect_err(url);
        assert!(error.to_string().contains("sqlite:"), "{url}: {error}");
    }
    let error = open("mysql://user@host").await.map(|_| ());
    let error = error.expect_err("no database").to_string();
    assert!(error.contains("mysql://im@127.0.0.1/im"), "{error}");
    let nowhere = open("sqlite:/no/such/folder/im.db")
        .await
        .map(|_| ())
        .expect_err("no folder");
    assert!(nowhere.to_string().contains("/no/such/folder"), "{nowhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_may_start_at_once_on_an_empty_database() {
    let place = Place::mysql().await;
    let url = place.url();
    let opened = tokio::join!(open(&url), open(&url), open(&url));
    for store in [opened.0, opened.1, opened.2] {
        assert_eq!(store.expect("opens").kind(), StoreKind::MySql);
    }
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused() {
    for place in [Place::sqlite(), Place::mysql().await] {
        let store = open(&place.url()).await.expect("opens");
        store.close().await;
        let newer = "INSERT INTO im_migration (version, steps) VALUES (9999, 1)";
        execute(&place, newer).await;
        let error = open(&place.url()).await.map(|_| ()).expect_err("newer");
        assert!(
            matches!(error, OpenError::SchemaNewer { found: 9999, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_durable_server_is_not_warned_of() {
    let place = Place::mysql().await;
    let store = open(&place.url()).await.expect("opens");
    assert!(store.warnings().is_empty(), "{:?}", store.warnings());
}

#[tokio::test]
async fn a_store_that_cannot_be_used_says_what_to_do_and_no_password() {
    let place = Place::mysql().await;
    let good = place.url();
    let start = good.find("://").expect("an address") + 3;
    let end = good.find('@').expect("an account");
    let account = |account: &str| format!("{}{account}{}", &good[..start], &good[end..]);
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("im.txt");
    std::fs::write(&text, "no database at all, ".repeat(100)).expect("a file");
    for (url, says) in [
        (account("nobody:seeded"), "refuses the name or the password"),
        (
            "mysql://im:seeded@127.0.0.1:1/im".to_owned(),
            "is the database server running",
        ),
        (
            "mysql://im:seeded@no-such-host.invalid/im".to_owned(),
            "is the host's name right",
        ),
        (format!("sqlite:{}", text.display()), "not a database"),
        (format!("sqlite:{}", folder.path().display()), "cannot open"),
    ] {
        let opened = open(&url).await.map(|_| ());
        let looked = Store::inspect(&StoreConfig::new(url.clone()))
            .await
            .map(|_| ());
        for error in [opened, looked].map(|answer| answer.expect_err(&url)) {
            let told = format!("{error} {error:?}");
            assert!(told.contains(says), "{url}: {told}");
            assert!(!told.contains("seeded"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once() {
    // A port nobody listens at: bound for a moment, and free again.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let config = StoreConfig::new(format!("mysql://im@127.0.0.1:{port}/im"));
    let opened = tokio::time::timeout(
        std::time::Duration::from_secs(5),
        Store::open(config, std::sync::Arc::new(im_core::SystemClock)),
    );
    let error = opened.await.expect("soon").expect_err("nobody is there");
    assert!(
        matches!(
            error,
            im_messenger::OpenError::Unusable {
                source: im_messenger::StoreError::Unavailable(_),
                ..
            }
        ),
        "{error:?}"
    );
}
