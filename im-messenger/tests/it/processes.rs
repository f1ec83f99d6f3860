//! Several processes on one MySQL store: each has its own connections, and looks for what the others did.

use im_messenger::{ContactAction, Event, MeUpdate, Presence, PresenceState};

use crate::support::forum::PASSWORD;
use crate::support::world::{Listening, Plan, unique};
use crate::support::{Person, Place, Site, World};

fn plan() -> Plan {
    Plan {
        sites: vec![Site::of("/a/", "phpbb"), Site::of("/b/", "phpbb")],
        ..Plan::default()
    }
}

/// Alice by the first process, her contact Bob by the second.
async fn apart() -> (World, Person, Person) {
    let world = World::planned(Place::mysql().await, plan()).await;
    let other = world.another(plan()).await;
    world.phpbb.add("1", "Alice");
    world.phpbb.add("2", "Bob");
    let alice = world.sign_in("/a/", "Alice").await.expect("signed in");
    let bob = world
        .sign_in_by(&other, "/a/", "Bob", PASSWORD)
        .await
        .expect("signed in");
    alice.befriend(&bob).await;
    (world, alice, bob)
}

async fn presence(stream: &mut Listening, of: &Person) -> PresenceState {
    stream
        .until(|event| match event {
            Event::Presence { user, presence } if user == of.id() => Some(presence.state),
            _ => None,
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_cross_in_both_directions_in_order_and_once() {
    let (_world, alice, bob) = apart().await;
    let (mut at_alice, mut at_bob) = (alice.listen(None).await, bob.listen(None).await);
    let conversation = alice.with(&bob).await;
    for number in 0..20 {
        let (from, text) = if number % 2 == 0 {
            (&alice, number)
        } else {
            (&bob, number)
        };
        let (text, client_id) = (text.to_string(), unique());
        let sent = from
            .messenger
            .send(&from.acting, &conversation, &text, &client_id);
        sent.await.expect("sent");
    }
    for stream in [&mut at_alice, &mut at_bob] {
        for number in 0..20 {
            assert_eq!(stream.text().await, number.to_string());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_crosses() {
    let (_world, alice, bob) = apart().await;
    let mut stream = alice.listen(None).await;
    let chosen = Presence {
        state: PresenceState::Busy,
        reason: None,
    };
    let update = MeUpdate {
        presence: Some(chosen),
        ..MeUpdate::default()
    };
    bob.messenger
        .update_me(&bob.acting, update)
        .await
        .expect("chosen");
    while presence(&mut stream, &bob).await != PresenceState::Busy {}
    bob.messenger
        .sign_out(&bob.acting)
        .await
        .expect("signed out");
    while presence(&mut stream, &bob).await != PresenceState::Offline {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_died_leaves_nobody_online() {
    let (world, alice, bob) = apart().await;
    let mut stream = alice.listen(None).await;
    let at_bob = bob.listen(None).await;
    // Dies without a word: its streams are not closed, nothing is renewed.
    bob.messenger.shutdown().await;
    drop(at_bob);
    let Place::MySql(database) = &world.place else {
        panic!("this world is on MySQL");
    };
    let expire = format!(
        "UPDATE im_lease SET expires_at = expires_at - 61000 WHERE account_id = \
         (SELECT id FROM im_account WHERE public_id = '{}')",
        bob.id()
    );
    database.execute(&expire).await;
    world.messenger.maintain().await.expect("upkeep");
    while presence(&mut stream, &bob).await != PresenceState::Offline {}
    assert_eq!(world.connected("/a/").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ended_by_one_process_closes_its_stream_at_another() {
    let (world, _alice, bob) = apart().await;
    let mut stream = bob.listen(None).await;
    let elsewhere = world
        .messenger
        .acting("/a/", &bob.token)
        .await
        .expect("valid there too");
    world
        .messenger
        .sign_out(&elsewhere)
        .await
        .expect("signed out");
    assert_eq!(stream.end().await.code(), 4001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_cross() {
    let (world, alice, bob) = apart().await;
    let mut stream = alice.listen(None).await;
    bob.act(&alice, ContactAction::Vip(true))
        .await
        .expect("set");
    bob.messenger
        .remove_contact(&bob.acting, alice.id())
        .await
        .expect("removed");
    let event = stream.durable().await;
    assert!(matches!(event, Event::ContactRemoved { user, .. } if user == bob.id()));
    assert!(alice.contacts().await.is_empty());
    drop(world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_realm_is_told_to_be_another_by_neither() {
    let world = World::planned(Place::mysql().await, plan()).await;
    let (one, two) = tokio::join!(
        world.started(world.store.clone(), plan()),
        world.started(world.store.clone(), plan())
    );
    one.expect("starts");
    two.expect("starts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hiding_from_a_contact_crosses() {
    let (_world, alice, bob) = apart().await;
    let mut stream = alice.listen(None).await;
    bob.act(&alice, ContactAction::Hide(true))
        .await
        .expect("hidden");
    while presence(&mut stream, &bob).await != PresenceState::Offline {}
    bob.act(&alice, ContactAction::Hide(false))
        .await
        .expect("shown");
    while presence(&mut stream, &bob).await != PresenceState::Online {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_are_kept_though_sessions_cannot_be_looked_at() {
    let (world, alice, _bob) = apart().await;
    let _stream = alice.listen(None).await;
    let Place::MySql(database) = &world.place else {
        panic!("this world is on MySQL");
    };
    for statement in [
        "UPDATE im_lease SET expires_at = expires_at - 45000",
        "RENAME TABLE im_session TO im_session_away",
    ] {
        database.execute(statement).await;
    }
    assert!(world.messenger.maintain().await.is_err());
    for statement in [
        "RENAME TABLE im_session_away TO im_session",
        "UPDATE im_lease SET expires_at = expires_at - 30000",
    ] {
        database.execute(statement).await;
    }
    assert_eq!(world.connected("/a/").await, 1, "hers was renewed");
}
