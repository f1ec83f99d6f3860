//! What is too old goes, and nothing else.

use std::time::Duration;

use im_messenger::{Event, Page};

use crate::support::{Place, Site, World, on_both_stores};

const DAY: Duration = Duration::from_secs(86_400);

on_both_stores!(
    old_events_are_gone_and_say_so,
    recent_events_are_kept,
    old_messages_go_when_a_site_says_so,
    messages_stay_by_default,
    unread_counts_follow,
    expired_sessions_are_deleted,
);

fn site() -> Site {
    Site::of("/a/", "phpbb").with(|options| {
        options.event_retention = 2 * DAY;
        options.session_ttl = 300 * DAY;
        options.session_max_ttl = 300 * DAY;
    })
}

fn forgetful() -> Site {
    site().with(|options| options.history_retention = Some(10 * DAY))
}

async fn old_events_are_gone_and_say_so(place: Place) {
    let world = World::with_sites(place, vec![site()]).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "old").await.expect("sent");
    let old = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    world.clock.advance(3 * DAY);
    alice.say(&bob, "new").await.expect("sent");
    world.messenger.maintain().await.expect("upkeep");
    // Who had seen the old ones goes on from there.
    let mut stream = bob.listen(Some(old)).await;
    assert_eq!(stream.text().await, "new");
    // Who had not is told to start over, and hears what comes from now on.
    for after in [0, old - 1] {
        return_to(&world, &bob, after).await;
    }
    let mut stream = bob.listen(Some(0)).await;
    stream
        .until(|event| matches!(event, Event::Reset { .. }).then_some(()))
        .await;
    alice.say(&bob, "after").await.expect("sent");
    assert_eq!(stream.text().await, "after");
    // Everything gone, nothing new since: still a reset for who is behind, and none for who is not.
    world.clock.advance(3 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    return_to(&world, &bob, last - 1).await;
    let mut stream = bob.listen(Some(last)).await;
    alice.say(&bob, "fresh").await.expect("sent");
    let event = stream.durable().await;
    assert_eq!(event.seq(), Some(last + 1));
}

async fn return_to(world: &World, person: &crate::support::Person, after: u64) {
    let last = world
        .messenger
        .me(&person.acting)
        .await
        .expect("me")
        .last_event;
    let mut stream = person.listen(Some(after)).await;
    let reset = stream
        .until(|event| matches!(event, Event::Reset { .. }).then_some(event))
        .await;
    assert_eq!(reset, Event::Reset { last_event: last });
}

async fn recent_events_are_kept(place: Place) {
    let world = World::with_sites(place, vec![site()]).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "one").await.expect("sent");
    world.clock.advance(DAY);
    alice.say(&bob, "two").await.expect("sent");
    world.messenger.maintain().await.expect("upkeep");
    let mut stream = bob.listen(Some(0)).await;
    assert_eq!(
        (stream.text().await, stream.text().await),
        ("one".into(), "two".into())
    );
}

async fn old_messages_go_when_a_site_says_so(place: Place) {
    let world = World::with_sites(place, vec![forgetful()]).await;
    let (alice, bob) = world.friends().await;
    for text in ["one", "two"] {
        alice.say(&bob, text).await.expect("sent");
    }
    world.clock.advance(9 * DAY);
    let kept = alice.say(&bob, "three").await.expect("sent").message;
    world.clock.advance(2 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    let conversation = alice.with(&bob).await;
    let page = world
        .messenger
        .messages(&bob.acting, &conversation, Page::default())
        .await;
    assert_eq!(page.expect("history").messages, [kept]);
    // Places are never given twice.
    assert_eq!(alice.say(&bob, "four").await.expect("sent").message.seq, 4);
    world.clock.advance(400 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    let alice = world.sign_in("/a/", "Alice").await.expect("signed in");
    let listed = world
        .messenger
        .conversations(&alice.acting)
        .await
        .expect("list");
    assert_eq!((listed[0].last_seq, &listed[0].last_message), (4, &None));
}

async fn messages_stay_by_default(place: Place) {
    // One site that keeps them for ever is enough.
    let world = World::with_sites(place, vec![forgetful(), Site::of("/b/", "phpbb")]).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "one").await.expect("sent");
    world.clock.advance(250 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    let conversation = alice.with(&bob).await;
    let page = world
        .messenger
        .messages(&bob.acting, &conversation, Page::default())
        .await;
    assert_eq!(page.expect("history").messages.len(), 1);
}

async fn unread_counts_follow(place: Place) {
    let world = World::with_sites(place, vec![forgetful()]).await;
    let (alice, bob) = world.friends().await;
    for text in ["one", "two"] {
        alice.say(&bob, text).await.expect("sent");
    }
    world.clock.advance(9 * DAY);
    alice.say(&bob, "three").await.expect("sent");
    let unread = async || {
        let list = world
            .messenger
            .conversations(&bob.acting)
            .await
            .expect("list");
        list[0].unread
    };
    assert_eq!(unread().await, 3);
    world.clock.advance(2 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    assert_eq!(unread().await, 1);
}

async fn expired_sessions_are_deleted(place: Place) {
    let world = World::with_sites(place, vec![site()]).await;
    let alice = world.member("1", "Alice").await;
    world.clock.advance(301 * DAY);
    world.messenger.maintain().await.expect("upkeep");
    let bob = world.member("2", "Bob").await;
    assert!(alice.again().await.is_err());
    assert_eq!(
        world
            .messenger
            .sessions(&bob.acting)
            .await
            .expect("sessions")
            .len(),
        1
    );
    let statistics = world.messenger.statistics().await.expect("statistics");
    assert_eq!(statistics.sessions, 1);
}
