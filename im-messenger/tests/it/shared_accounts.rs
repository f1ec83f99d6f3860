//! Accounts that several people use at once, as those of a demonstration.

use im_core::Realm;
use im_messenger::{
    ContactAction, Device, MeUpdate, OfflineMessages, Presence, PresenceState, Registration,
};

use crate::support::world::{Person, Plan};
use crate::support::{Place, Site, World, code, on_both_stores};

on_both_stores!(
    nobody_locks_the_next_one_out,
    nobody_sees_or_ends_the_others_sessions,
    who_comes_next_finds_everything_as_it_was,
    what_others_refused_stays_refused,
);

const GOOD: &str = "a good password";

/// Dora, Emil and the forum's Alice are everybody's; Eve is her own.
async fn world(place: Place) -> World {
    let local = Realm::local();
    let plan = Plan {
        sites: vec![Site::of("/a/", "phpbb"), Site::of("/own/", "local")],
        shared: vec![
            (local.clone(), "Dora".into()),
            (local, "Emil".into()),
            (Realm::new("phpbb").expect("a name"), "Alice".into()),
        ],
        ..Plan::default()
    };
    let world = World::planned(place, plan).await;
    for name in ["Dora", "Emil"] {
        let made = world.messenger.create_local(name, GOOD.into()).await;
        made.expect("made");
    }
    world
}

async fn visit(world: &World, name: &str) -> Person {
    let signed_in = world.sign_in_by(&world.messenger, "/own/", name, GOOD);
    signed_in.await.expect("signed in")
}

async fn leave(world: &World, person: &Person) {
    let left = world.messenger.sign_out(&person.acting).await;
    left.expect("signed out");
}

async fn eve(world: &World) -> Person {
    let registered = world
        .messenger
        .register("/own/", "Eve", GOOD.into(), Device::default())
        .await;
    assert!(matches!(registered, Ok(Registration::SignedIn(_))));
    visit(world, "Eve").await
}

async fn nobody_locks_the_next_one_out(place: Place) {
    let world = world(place).await;
    let dora = visit(&world, "Dora").await;
    let password = MeUpdate {
        password: Some((GOOD.into(), "another password".into())),
        ..MeUpdate::default()
    };
    let shown = MeUpdate {
        display_name: Some("Nobody".into()),
        ..MeUpdate::default()
    };
    for update in [password.clone(), shown.clone()] {
        let answer = world.messenger.update_me(&dora.acting, update).await;
        assert_eq!(code(answer), "shared_account");
    }
    visit(&world, "Dora").await;
    // Who has an account of their own does with it as they like.
    let eve = eve(&world).await;
    for update in [password, shown] {
        let me = world.messenger.update_me(&eve.acting, update).await;
        me.expect("changed");
    }
}

async fn nobody_sees_or_ends_the_others_sessions(place: Place) {
    let world = world(place).await;
    let (one, two) = (visit(&world, "Dora").await, visit(&world, "Dora").await);
    let sessions = |person: &Person| {
        let acting = person.acting.clone();
        let messenger = world.messenger.clone();
        async move { messenger.sessions(&acting).await.expect("sessions") }
    };
    let (of_one, of_two) = (sessions(&one).await, sessions(&two).await);
    assert_eq!((of_one.len(), of_two.len()), (1, 1));
    assert!(of_one[0].current && of_two[0].current);
    let revoked = world.messenger.revoke(&one.acting, &of_two[0].id).await;
    assert_eq!(code(revoked), "unknown_session");
    two.again().await.expect("still signed in");
    let own = world.messenger.revoke(&one.acting, &of_one[0].id).await;
    own.expect("one's own");
    assert_eq!(code(one.again().await), "session_invalid");
}

async fn who_comes_next_finds_everything_as_it_was(place: Place) {
    let world = world(place).await;
    let (dora, emil) = (visit(&world, "Dora").await, visit(&world, "Emil").await);
    let eve = eve(&world).await;
    dora.befriend(&eve).await;
    emil.ask(&dora).await.expect("asked");
    dora.act(&emil, ContactAction::Refuse)
        .await
        .expect("refused");
    assert_eq!(code(emil.ask(&dora).await), "request_refused");
    dora.act(&eve, ContactAction::Hide(true))
        .await
        .expect("hidden");
    let spoilt = MeUpdate {
        presence: Some(Presence {
            state: PresenceState::Hidden,
            reason: Some("gone".into()),
        }),
        offline_messages: Some(OfflineMessages::None),
        language: Some(Some("fr".into())),
        ..MeUpdate::default()
    };
    let me = world.messenger.update_me(&dora.acting, spoilt).await;
    me.expect("changed");

    // While somebody uses it, nothing changes under their hands.
    let second = visit(&world, "Dora").await;
    let me = world.messenger.me(&second.acting).await.expect("me");
    assert_eq!(me.presence.state, PresenceState::Hidden);
    leave(&world, &dora).await;
    leave(&world, &second).await;

    let next = visit(&world, "Dora").await;
    let me = world.messenger.me(&next.acting).await.expect("me");
    assert_eq!(me.presence.state, PresenceState::Online);
    assert_eq!(me.presence.reason, None);
    assert_eq!(me.preferences.language, None);
    assert_eq!(me.preferences.offline_messages, OfflineMessages::All);
    let contacts = next.contacts().await;
    assert_eq!(contacts.len(), 1, "contacts stay");
    assert!(!contacts[0].hidden);
    emil.ask(&next).await.expect("nobody has refused");

    // The one who was refused may also be the next to come.
    next.act(&emil, ContactAction::Refuse)
        .await
        .expect("refused");
    leave(&world, &emil).await;
    let emil = visit(&world, "Emil").await;
    emil.ask(&next).await.expect("nobody has refused");
}

async fn what_others_refused_stays_refused(place: Place) {
    let world = world(place).await;
    let dora = visit(&world, "Dora").await;
    let eve = eve(&world).await;
    dora.ask(&eve).await.expect("asked");
    eve.act(&dora, ContactAction::Refuse)
        .await
        .expect("refused");
    leave(&world, &dora).await;
    let dora = visit(&world, "Dora").await;
    assert_eq!(code(dora.ask(&eve).await), "request_refused");
    // An account of one's own is as its owner left it.
    let hidden = MeUpdate {
        presence: Some(Presence {
            state: PresenceState::Hidden,
            reason: None,
        }),
        ..MeUpdate::default()
    };
    let me = world.messenger.update_me(&eve.acting, hidden).await;
    me.expect("changed");
    leave(&world, &eve).await;
    let eve = visit(&world, "Eve").await;
    let me = world.messenger.me(&eve.acting).await.expect("me");
    assert_eq!(me.presence.state, PresenceState::Hidden);
}
