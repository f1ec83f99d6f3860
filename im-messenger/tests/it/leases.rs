//! How many may be connected at once.

use std::sync::Arc;

use im_core::Realm;
use im_messenger::{Messenger, OptionOverrides, RoleSetup};

use crate::support::forum::PASSWORD;
use crate::support::world::Plan;
use crate::support::{Place, Site, World, code, on_both_stores};

on_both_stores!(
    eighty_sign_ins_at_once_leave_exactly_fifty,
    two_messengers_on_one_store_leave_exactly_fifty,
    who_holds_a_place_is_never_turned_away,
    signing_out_of_the_last_session_frees_the_place,
    a_place_that_is_not_renewed_is_free_after_a_minute,
    a_session_outlives_its_place,
    a_full_site_makes_no_session_and_no_account,
    an_open_stream_keeps_its_place,
    a_role_may_come_in_when_the_site_is_full,
    sites_are_counted_for_themselves,
);

fn site(most: u32) -> Site {
    Site::of("/a/", "phpbb").with(|options| options.max_connected = most)
}

fn plan(most: u32) -> Plan {
    Plan {
        sites: vec![site(most)],
        ..Plan::default()
    }
}

/// Signs `count` members in at once, spread over the messengers; tells how many came in.
async fn storm(world: &Arc<World>, messengers: &[Messenger], count: usize) -> usize {
    for number in 0..count {
        world
            .phpbb
            .add(&number.to_string(), &format!("Member{number}"));
    }
    let tries: Vec<_> = (0..count)
        .map(|number| {
            let (world, messenger) = (world.clone(), messengers[number % messengers.len()].clone());
            tokio::spawn(async move {
                let name = format!("Member{number}");
                match world.sign_in_by(&messenger, "/a/", &name, PASSWORD).await {
                    Ok(_) => true,
                    Err(error) => {
                        assert_eq!(error.code().as_str(), "site_full", "{error:?}");
                        false
                    }
                }
            })
        })
        .collect();
    let mut let_in = 0;
    for attempt in tries {
        let_in += usize::from(attempt.await.expect("no panic"));
    }
    let_in
}

async fn eighty_sign_ins_at_once_leave_exactly_fifty(place: Place) {
    let world = Arc::new(World::planned(place, plan(50)).await);
    let let_in = storm(&world, std::slice::from_ref(&world.messenger), 80).await;
    assert_eq!(let_in, 50);
    assert_eq!(world.connected("/a/").await, 50);
    let statistics = world.messenger.statistics().await.expect("statistics");
    assert_eq!(statistics.sessions, 50);
}

async fn two_messengers_on_one_store_leave_exactly_fifty(place: Place) {
    let world = Arc::new(World::planned(place, plan(50)).await);
    let other = world.another(plan(50)).await;
    let let_in = storm(&world, &[world.messenger.clone(), other], 80).await;
    assert_eq!(let_in, 50);
    assert_eq!(world.connected("/a/").await, 50);
}

async fn who_holds_a_place_is_never_turned_away(place: Place) {
    let world = World::planned(place, plan(1)).await;
    let phone = world.member("1", "Alice").await;
    let desktop = world
        .sign_in("/a/", "Alice")
        .await
        .expect("a second device");
    world.phpbb.add("2", "Bob");
    assert_eq!(code(world.sign_in("/a/", "Bob").await), "site_full");
    phone.again().await.expect("still in");
    desktop.again().await.expect("still in");
    assert_eq!(world.connected("/a/").await, 1);
}

async fn signing_out_of_the_last_session_frees_the_place(place: Place) {
    let world = World::planned(place, plan(1)).await;
    let phone = world.member("1", "Alice").await;
    let desktop = world
        .sign_in("/a/", "Alice")
        .await
        .expect("a second device");
    world.phpbb.add("2", "Bob");
    let messenger = &world.messenger;
    messenger.sign_out(&phone.acting).await.expect("signed out");
    assert_eq!(code(world.sign_in("/a/", "Bob").await), "site_full");
    messenger
        .sign_out(&desktop.acting)
        .await
        .expect("signed out");
    world.sign_in("/a/", "Bob").await.expect("there is room");
}

async fn a_place_that_is_not_renewed_is_free_after_a_minute(place: Place) {
    let world = World::planned(place, plan(1)).await;
    world.member("1", "Alice").await;
    world.phpbb.add("2", "Bob");
    assert_eq!(code(world.sign_in("/a/", "Bob").await), "site_full");
    world.let_leases_run_out().await;
    world.sign_in("/a/", "Bob").await.expect("there is room");
    assert_eq!(world.connected("/a/").await, 1);
}

async fn a_session_outlives_its_place(place: Place) {
    let world = World::planned(place, plan(1)).await;
    let alice = world.member("1", "Alice").await;
    world.let_leases_run_out().await;
    world.phpbb.add("2", "Bob");
    let bob = world.sign_in("/a/", "Bob").await.expect("there is room");
    // Alice's session is as valid as before, but her place is taken.
    assert_eq!(code(alice.again().await), "site_full");
    let unconnected = world
        .messenger
        .acting_unconnected("/a/", &alice.token)
        .await;
    assert_eq!(unconnected.expect("the session").user_id(), alice.id());
    world
        .messenger
        .sign_out(&bob.acting)
        .await
        .expect("signed out");
    alice.again().await.expect("a place again");
    assert_eq!(world.connected("/a/").await, 1);
}

async fn a_full_site_makes_no_session_and_no_account(place: Place) {
    let world = World::planned(place, plan(1)).await;
    world.member("1", "Alice").await;
    world.phpbb.add("2", "Bob");
    let error = world
        .sign_in("/a/", "Bob")
        .await
        .map(|_| ())
        .expect_err("full");
    assert_eq!(error.extra().limit, Some(1));
    let statistics = world.messenger.statistics().await.expect("statistics");
    assert_eq!((statistics.sessions, statistics.accounts), (1, 1));
}

async fn an_open_stream_keeps_its_place(place: Place) {
    let world = World::planned(place, plan(1)).await;
    let alice = world.member("1", "Alice").await;
    let mut stream = alice.listen(None).await;
    world.phpbb.add("2", "Bob");
    for _ in 0..3 {
        // Less than a minute passes, upkeep renews, and again.
        match &world.place {
            Place::Sqlite(_) => world.clock.advance(std::time::Duration::from_secs(45)),
            Place::MySql(database) => {
                database
                    .execute("UPDATE im_lease SET expires_at = expires_at - 45000")
                    .await;
            }
        }
        world.messenger.maintain().await.expect("upkeep");
        assert_eq!(code(world.sign_in("/a/", "Bob").await), "site_full");
    }
    // Had it run out all the same, and the place been taken, the stream would learn it.
    world.let_leases_run_out().await;
    world.sign_in("/a/", "Bob").await.expect("there is room");
    world.messenger.maintain().await.expect("upkeep");
    assert_eq!(stream.end().await.code(), 4013);
}

async fn a_role_may_come_in_when_the_site_is_full(place: Place) {
    let mut options = OptionOverrides::default();
    options.max_connected = Some(2);
    let guests = RoleSetup {
        name: "patron".into(),
        options,
        groups: vec![(Realm::new("phpbb").expect("a realm name"), "Patrons".into())],
    };
    let plan = Plan {
        sites: vec![site(1)],
        roles: vec![guests],
        ..Plan::default()
    };
    let world = World::planned(place, plan).await;
    world.member("1", "Alice").await;
    world.phpbb.add("2", "Bob");
    world.phpbb.add("3", "Carol");
    for id in ["2", "3"] {
        world
            .phpbb
            .change(id, |member| member.user.groups = vec!["Patrons".into()]);
    }
    world.sign_in("/a/", "Bob").await.expect("a patron");
    assert_eq!(code(world.sign_in("/a/", "Carol").await), "site_full");
}

async fn sites_are_counted_for_themselves(place: Place) {
    let sites = vec![
        site(1),
        Site::of("/b/", "phpbb").with(|options| options.max_connected = 1),
    ];
    let world = World::with_sites(place, sites).await;
    let alice = world.member("1", "Alice").await;
    world.phpbb.add("2", "Bob");
    assert_eq!(code(world.sign_in("/a/", "Bob").await), "site_full");
    let bob = world
        .sign_in("/b/", "Bob")
        .await
        .expect("room at the other");
    assert_eq!(code(world.sign_in("/b/", "Alice").await), "site_full");
    alice.again().await.expect("still in");
    bob.again().await.expect("still in");
}
