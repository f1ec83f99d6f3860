//! Presence: who sees whom, and how.

use im_messenger::{ContactAction, Event, MeUpdate, Presence, PresenceState};

use crate::support::{Person, Place, World, code, on_both_stores};

on_both_stores!(
    contacts_see_each_other_come_and_go,
    what_one_chooses_is_what_contacts_see,
    hidden_looks_offline_to_everybody_else,
    one_can_hide_from_one_contact_only,
    only_accepted_contacts_see_anything,
    nobody_chooses_to_be_offline,
    reasons_have_a_length,
    who_is_not_heard_of_for_a_minute_is_offline,
    ones_other_devices_hear_what_was_chosen,
    a_new_name_is_told_to_contacts,
);

async fn choose(person: &Person, state: PresenceState, reason: Option<&str>) {
    let presence = Presence {
        state,
        reason: reason.map(str::to_owned),
    };
    let update = MeUpdate {
        presence: Some(presence),
        ..MeUpdate::default()
    };
    person
        .messenger
        .update_me(&person.acting, update)
        .await
        .expect("chosen");
}

async fn seen(viewer: &Person) -> Presence {
    viewer.contacts().await.remove(0).presence
}

/// The next presence of somebody that a stream tells.
async fn told(stream: &mut crate::support::world::Listening, of: &Person) -> Presence {
    stream
        .until(|event| match event {
            Event::Presence { user, presence } if user == of.id() => Some(presence),
            _ => None,
        })
        .await
}

async fn contacts_see_each_other_come_and_go(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = alice.listen(None).await;
    assert_eq!(seen(&alice).await.state, PresenceState::Online);
    world
        .messenger
        .sign_out(&bob.acting)
        .await
        .expect("signed out");
    assert_eq!(told(&mut stream, &bob).await, Presence::offline());
    assert_eq!(seen(&alice).await, Presence::offline());
    world.sign_in("/a/", "Bob").await.expect("signed in");
    assert_eq!(told(&mut stream, &bob).await.state, PresenceState::Online);
}

async fn what_one_chooses_is_what_contacts_see(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = alice.listen(None).await;
    for (state, reason) in [
        (PresenceState::Away, Some("lunch 🍜")),
        (PresenceState::Busy, None),
        (PresenceState::Dnd, Some("exam")),
        (PresenceState::Online, None),
    ] {
        choose(&bob, state, reason).await;
        let expected = Presence {
            state,
            reason: reason.map(str::to_owned),
        };
        assert_eq!(told(&mut stream, &bob).await, expected);
        assert_eq!(seen(&alice).await, expected);
    }
    // It lasts over a sign-out.
    choose(&bob, PresenceState::Busy, Some("still")).await;
    world
        .messenger
        .sign_out(&bob.acting)
        .await
        .expect("signed out");
    let bob = world.sign_in("/a/", "Bob").await.expect("signed in");
    let me = world.messenger.me(&bob.acting).await.expect("me");
    assert_eq!(
        (me.presence.state, me.presence.reason.as_deref()),
        (PresenceState::Busy, Some("still"))
    );
}

async fn hidden_looks_offline_to_everybody_else(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = alice.listen(None).await;
    choose(&bob, PresenceState::Hidden, Some("secret")).await;
    assert_eq!(told(&mut stream, &bob).await, Presence::offline());
    assert_eq!(seen(&alice).await, Presence::offline());
    let me = world.messenger.me(&bob.acting).await.expect("me");
    assert_eq!(me.presence.state, PresenceState::Hidden);
    let found = world
        .messenger
        .users(&alice.acting, "bob")
        .await
        .expect("users");
    assert_eq!(found[0].presence, Presence::offline());
    let Event::Snapshot(snapshot) = alice.listen(None).await.event().await else {
        panic!("a snapshot");
    };
    assert!(snapshot.presence.is_empty());
}

async fn one_can_hide_from_one_contact_only(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let carol = world.member("3", "Carol").await;
    carol.befriend(&bob).await;
    let mut stream = alice.listen(None).await;
    bob.act(&alice, ContactAction::Hide(true))
        .await
        .expect("hidden");
    assert_eq!(told(&mut stream, &bob).await, Presence::offline());
    assert_eq!(seen(&alice).await, Presence::offline());
    assert_eq!(seen(&carol).await.state, PresenceState::Online);
    choose(&bob, PresenceState::Away, None).await;
    // Still offline to her: nothing to tell.
    bob.act(&alice, ContactAction::Hide(false))
        .await
        .expect("shown");
    assert_eq!(told(&mut stream, &bob).await.state, PresenceState::Away);
}

async fn only_accepted_contacts_see_anything(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let bob = world.member("2", "Bob").await;
    let found = world
        .messenger
        .users(&alice.acting, "BO")
        .await
        .expect("users")
        .remove(0);
    assert_eq!(
        (found.user.id.as_str(), found.presence, found.contact),
        (bob.id(), Presence::offline(), None)
    );
    alice.ask(&bob).await.expect("asked");
    assert_eq!(seen(&alice).await, Presence::offline());
    assert_eq!(seen(&bob).await, Presence::offline());
    bob.act(&alice, ContactAction::Accept)
        .await
        .expect("accepted");
    assert_eq!(seen(&alice).await.state, PresenceState::Online);
    assert_eq!(seen(&bob).await.state, PresenceState::Online);
}

async fn nobody_chooses_to_be_offline(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let update = MeUpdate {
        presence: Some(Presence::offline()),
        ..MeUpdate::default()
    };
    let answer = world.messenger.update_me(&alice.acting, update).await;
    assert_eq!(code(answer), "invalid_request");
}

async fn reasons_have_a_length(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let longest = "𝕏".repeat(120);
    choose(&bob, PresenceState::Away, Some(&longest)).await;
    assert_eq!(seen(&alice).await.reason, Some(longest));
    let update = MeUpdate {
        presence: Some(Presence {
            state: PresenceState::Busy,
            reason: Some("𝕏".repeat(121)),
        }),
        ..MeUpdate::default()
    };
    let long = world.messenger.update_me(&bob.acting, update).await;
    assert_eq!(code(long), "invalid_request");
    assert_eq!(seen(&alice).await.state, PresenceState::Away);
    choose(&bob, PresenceState::Away, Some("  ")).await;
    assert_eq!(seen(&alice).await.reason, None);
}

async fn who_is_not_heard_of_for_a_minute_is_offline(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = alice.listen(None).await;
    world.let_leases_run_out().await;
    // Without anybody sweeping: it is the lease that tells.
    assert_eq!(seen(&alice).await, Presence::offline());
    world.messenger.maintain().await.expect("upkeep");
    assert_eq!(told(&mut stream, &bob).await, Presence::offline());
    bob.again().await.expect("back");
    assert_eq!(told(&mut stream, &bob).await.state, PresenceState::Online);
}

async fn ones_other_devices_hear_what_was_chosen(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let mut stream = alice.listen(None).await;
    let other = world.sign_in("/a/", "Alice").await.expect("another device");
    choose(&other, PresenceState::Hidden, None).await;
    assert_eq!(told(&mut stream, &alice).await.state, PresenceState::Hidden);
}

async fn a_new_name_is_told_to_contacts(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = alice.listen(None).await;
    world
        .phpbb
        .change("2", |member| member.user.name = "Robert".into());
    world
        .messenger
        .check_standing(world.phpbb.realm())
        .await
        .expect("checked");
    let user = stream
        .until(|event| match event {
            Event::Profile { user } => Some(user),
            _ => None,
        })
        .await;
    assert_eq!(
        (user.id.as_str(), user.username.as_str()),
        (bob.id(), "Robert")
    );
    assert_eq!(alice.contacts().await[0].user.username, "Robert");
}
