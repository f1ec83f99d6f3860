//! The stream of events: numbered without gaps, resumed without loss.

use std::sync::Arc;

use im_messenger::{ContactAction, Event, PresenceState};

use crate::support::world::{Plan, unique};
use crate::support::{Person, Place, Site, World, on_both_stores};

on_both_stores!(
    a_stream_begins_with_how_things_stand,
    a_message_reaches_every_device_of_both,
    a_client_that_comes_back_misses_nothing_and_sees_nothing_twice,
    numbers_have_no_gaps_however_much_happens_at_once,
    contact_events_tell_the_line_as_it_is,
    reading_is_told_to_both,
    a_reader_that_does_not_keep_up_is_closed_and_resumes,
    a_flood_of_passing_events_leaves_the_newest_and_an_open_stream,
    a_number_from_another_world_is_a_reset,
    typing_passes_by,
    stopping_closes_the_streams,
    waiting_for_the_next_event_can_be_given_up,
);

async fn a_stream_begins_with_how_things_stand(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "hello").await.expect("sent");
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    let Event::Snapshot(snapshot) = bob.listen(Some(0)).await.event().await else {
        panic!("a snapshot comes first");
    };
    assert_eq!(snapshot.last_event, last);
    assert_eq!(snapshot.presence[alice.id()].state, PresenceState::Online);
    assert_eq!(snapshot.me.state, PresenceState::Online);
    assert_eq!(
        serde_json::to_value(Event::Snapshot(snapshot)).expect("json"),
        serde_json::json!({"type": "snapshot", "data": {
            "last_event": last,
            "presence": {alice.id(): {"state": "online", "reason": null}},
            "me": {"state": "online", "reason": null},
        }})
    );
}

async fn a_message_reaches_every_device_of_both(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let tablet = world
        .sign_in("/b/", "Alice")
        .await
        .expect("another device, another site");
    let mut streams = [
        alice.listen(None).await,
        tablet.listen(None).await,
        bob.listen(None).await,
    ];
    let sent = alice.say(&bob, "hello").await.expect("sent").message;
    for stream in &mut streams {
        let event = stream.durable().await;
        let Event::Message { seq, message } = &event else {
            panic!("a message, not {event:?}");
        };
        assert_eq!(message, &sent);
        assert_eq!(
            serde_json::to_value(&event).expect("json"),
            serde_json::json!({"type": "message", "seq": seq, "data": {
                "message": sent, "conversation": sent.conversation,
            }})
        );
    }
}

/// Reads until the event of this number.
async fn read_up_to(person: &Person, after: Option<u64>, last: u64) -> Vec<Event> {
    let mut stream = person.listen(after).await;
    let mut events = Vec::new();
    while events.last().and_then(Event::seq) != Some(last) {
        events.push(stream.durable().await);
    }
    events
}

async fn a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    for number in 0..250 {
        let text = number.to_string();
        let client_id = unique();
        let sent = world
            .messenger
            .send(&alice.acting, &conversation, &text, &client_id);
        sent.await.expect("sent");
    }
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    let all = read_up_to(&bob, Some(0), last).await;
    let numbers: Vec<_> = all.iter().filter_map(Event::seq).collect();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    for cut in [1, 2, 100, 101, last - 1] {
        let rest = read_up_to(&bob, Some(cut), last).await;
        assert_eq!(rest, all[usize::try_from(cut).expect("small")..]);
    }
    // And what comes while it catches up follows without a seam.
    let mut stream = bob.listen(Some(0)).await;
    for number in 250..300 {
        let text = number.to_string();
        let client_id = unique();
        let sent = world
            .messenger
            .send(&alice.acting, &conversation, &text, &client_id);
        sent.await.expect("sent");
    }
    for number in 0..300 {
        assert_eq!(stream.text().await, number.to_string());
    }
}

async fn numbers_have_no_gaps_however_much_happens_at_once(place: Place) {
    let world = World::new(place).await;
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(Arc::new(
            world
                .member(&number.to_string(), &format!("M{number}"))
                .await,
        ));
    }
    for (index, person) in people.iter().enumerate() {
        for other in &people[..index] {
            person.befriend(other).await;
        }
    }
    let mut streams = Vec::new();
    for person in &people {
        streams.push(person.listen(Some(0)).await);
    }
    // Every person does something to every other, all at the same time, in an order nobody chose.
    let mut doings = Vec::new();
    let mut random = 0x9e37_79b9_u64;
    for round in 0..10 {
        for (i, person) in people.iter().enumerate() {
            for (j, other) in people.iter().enumerate().filter(|(j, _)| *j != i) {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(j as u64);
                let (person, other, what) = (person.clone(), other.clone(), random >> 60);
                doings.push(tokio::spawn(async move {
                    match what % 4 {
                        0 => drop(person.act(&other, ContactAction::Vip(round % 2 == 0)).await),
                        1 => {
                            let conversation = person.with(&other).await;
                            let messenger = &person.messenger;
                            messenger
                                .mark_read(&person.acting, &conversation, u64::MAX)
                                .await
                                .expect("marked");
                        }
                        _ => drop(person.say(&other, &format!("{round}")).await.expect("sent")),
                    }
                }));
            }
        }
    }
    for doing in doings {
        doing.await.expect("no panic");
    }
    for (person, stream) in people.iter().zip(&mut streams) {
        let last = world
            .messenger
            .me(&person.acting)
            .await
            .expect("me")
            .last_event;
        assert!(last > 30, "much has happened: {last}");
        let mut live = Vec::new();
        while live.last() != Some(&last) {
            live.extend(stream.durable().await.seq());
        }
        assert_eq!(live, (1..=last).collect::<Vec<_>>(), "live");
        let again = read_up_to(person, Some(0), last).await;
        let again: Vec<_> = again.iter().filter_map(Event::seq).collect();
        assert_eq!(again, live, "from the store");
    }
}

async fn contact_events_tell_the_line_as_it_is(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let bob = world.member("2", "Bob").await;
    let (mut at_alice, mut at_bob) = (alice.listen(None).await, bob.listen(None).await);
    alice.ask(&bob).await.expect("asked");
    bob.act(&alice, ContactAction::Accept)
        .await
        .expect("accepted");
    alice
        .act(&bob, ContactAction::Vip(true))
        .await
        .expect("set");
    world
        .messenger
        .remove_contact(&bob.acting, alice.id())
        .await
        .expect("removed");
    let mut states = Vec::new();
    for stream in [&mut at_alice, &mut at_bob] {
        let mut told = Vec::new();
        loop {
            match stream.durable().await {
                Event::Contact { contact, .. } => {
                    told.push((contact.state, contact.vip));
                }
                Event::ContactRemoved { user, .. } => {
                    assert!([alice.id(), bob.id()].contains(&&*user));
                    break;
                }
                other => panic!("unexpected: {other:?}"),
            }
        }
        states.push(serde_json::to_value(told).expect("json"));
    }
    let expected = serde_json::json!([
        [["asked", false], ["accepted", false], ["accepted", true]],
        [["incoming", false], ["accepted", false]]
    ]);
    assert_eq!(serde_json::Value::from(states), expected);
}

async fn reading_is_told_to_both(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "hello").await.expect("sent");
    let conversation = alice.with(&bob).await;
    let (mut at_alice, mut at_bob) = (alice.listen(None).await, bob.listen(None).await);
    world
        .messenger
        .mark_read(&bob.acting, &conversation, 1)
        .await
        .expect("marked");
    for stream in [&mut at_alice, &mut at_bob] {
        let event = serde_json::to_value(stream.durable().await).expect("json");
        assert_eq!(event["type"], "read");
        assert_eq!(
            event["data"],
            serde_json::json!({"conversation": conversation, "user": bob.id(), "read_seq": 1})
        );
    }
}

fn narrow() -> Plan {
    Plan {
        sites: vec![Site::of("/a/", "phpbb")],
        outbox: Some(10),
        ..Plan::default()
    }
}

async fn a_reader_that_does_not_keep_up_is_closed_and_resumes(place: Place) {
    let world = World::planned(place, narrow()).await;
    let (alice, bob) = world.friends().await;
    let mut stream = bob.listen(None).await;
    let conversation = alice.with(&bob).await;
    let messenger = &world.messenger;
    messenger
        .send(&alice.acting, &conversation, "0", &unique())
        .await
        .expect("sent");
    let Event::Message { seq: seen, .. } = stream.durable().await else {
        panic!("a message");
    };
    // It is up to date, and then reads no more.
    let quiet = std::time::Duration::from_millis(300);
    while tokio::time::timeout(quiet, stream.0.next()).await.is_ok() {}
    for number in 1..=30 {
        let text = number.to_string();
        messenger
            .send(&alice.acting, &conversation, &text, &unique())
            .await
            .expect("sent");
    }
    assert_eq!(stream.end().await.code(), 4008);
    assert_eq!(
        messenger
            .statistics()
            .await
            .expect("statistics")
            .slow_streams,
        1
    );
    let mut again = bob.listen(Some(seen)).await;
    for number in 1..=30 {
        assert_eq!(again.text().await, number.to_string());
    }
}

async fn a_flood_of_passing_events_leaves_the_newest_and_an_open_stream(place: Place) {
    let world = World::planned(place, narrow()).await;
    let (alice, bob) = world.friends().await;
    let mut stream = bob.listen(None).await;
    let conversation = alice.with(&bob).await;
    let messenger = &world.messenger;
    for number in 0..30 {
        messenger
            .typing(&alice.acting, &conversation)
            .await
            .expect("told");
        let presence = im_messenger::Presence {
            state: im_messenger::PresenceState::Busy,
            reason: Some(number.to_string()),
        };
        let update = im_messenger::MeUpdate {
            presence: Some(presence),
            ..Default::default()
        };
        messenger
            .update_me(&alice.acting, update)
            .await
            .expect("chosen");
    }
    let (mut typing, mut reasons) = (0, Vec::new());
    while reasons.last().is_none_or(|reason| reason != "29") {
        match stream.event().await {
            Event::Typing { .. } => typing += 1,
            Event::Presence { presence, .. } => reasons.extend(presence.reason),
            _ => {}
        }
    }
    assert_eq!(typing, 1, "once a second");
    assert_eq!(reasons, ["29"], "only the newest waits");
    world.clock.advance(std::time::Duration::from_secs(1));
    messenger
        .typing(&alice.acting, &conversation)
        .await
        .expect("told");
    stream
        .until(|event| matches!(event, Event::Typing { .. }).then_some(()))
        .await;
}

async fn a_number_from_another_world_is_a_reset(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let last = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    for after in [last + 1, u64::MAX] {
        let mut stream = bob.listen(Some(after)).await;
        let reset = stream
            .until(|event| matches!(event, Event::Reset { .. }).then_some(event))
            .await;
        assert_eq!(reset, Event::Reset { last_event: last });
        assert_eq!(
            serde_json::to_value(&reset).expect("json"),
            serde_json::json!({"type": "reset", "data": {"last_event": last}})
        );
        drop(stream);
    }
    let mut stream = bob.listen(Some(u64::MAX)).await;
    alice.say(&bob, "after all").await.expect("sent");
    assert_eq!(stream.text().await, "after all");
}

async fn typing_passes_by(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let before = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    let mut stream = bob.listen(None).await;
    alice
        .act(&bob, ContactAction::Hide(true))
        .await
        .expect("hidden");
    world
        .messenger
        .typing(&alice.acting, &conversation)
        .await
        .expect("told nobody");
    alice
        .act(&bob, ContactAction::Hide(false))
        .await
        .expect("shown");
    world.clock.advance(std::time::Duration::from_secs(1));
    world
        .messenger
        .typing(&alice.acting, &conversation)
        .await
        .expect("told");
    let mut typing = 1;
    alice.say(&bob, "hello").await.expect("sent");
    stream
        .until(|event| matches!(event, Event::Typing { .. }).then_some(()))
        .await;
    world.clock.advance(std::time::Duration::from_secs(1));
    world
        .messenger
        .typing(&alice.acting, &conversation)
        .await
        .expect("told");
    while typing < 2 {
        match stream.event().await {
            Event::Typing {
                user,
                conversation: place,
            } => {
                assert_eq!((user.as_str(), &place), (alice.id(), &conversation));
                typing += 1;
            }
            Event::Message { .. } | Event::Presence { .. } | Event::Snapshot(_) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
    let after = world
        .messenger
        .me(&bob.acting)
        .await
        .expect("me")
        .last_event;
    assert_eq!(after, before + 1, "only the message has a number");
    let quiet = tokio::time::timeout(std::time::Duration::from_millis(200), async {
        loop {
            if let Event::Typing { .. } = stream.event().await {
                return;
            }
        }
    });
    assert!(quiet.await.is_err(), "what was hidden was never told");
}

async fn stopping_closes_the_streams(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let mut stream = alice.listen(None).await;
    world.messenger.shutdown().await;
    assert_eq!(stream.end().await.code(), 1012);
    assert_eq!(alice.listen(None).await.end().await.code(), 1012);
    alice
        .again()
        .await
        .expect("the place is kept over a restart");
}

async fn waiting_for_the_next_event_can_be_given_up(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let mut stream = bob.listen(None).await;
    let conversation = alice.with(&bob).await;
    let sender = tokio::spawn({
        let messenger = world.messenger.clone();
        let acting = alice.acting.clone();
        async move {
            for number in 0..50 {
                let text = number.to_string();
                messenger
                    .send(&acting, &conversation, &text, &unique())
                    .await
                    .expect("sent");
            }
        }
    });
    // Given up again and again, at whatever point it has reached.
    let mut heard = Vec::new();
    let mut patience = 0;
    while heard.len() < 50 {
        patience = (patience + 37) % 900;
        let wait = std::time::Duration::from_micros(patience);
        if let Ok(item) = tokio::time::timeout(wait, stream.0.next()).await {
            match item {
                im_messenger::StreamItem::Event(Event::Message { message, .. }) => {
                    heard.push(message.text);
                }
                im_messenger::StreamItem::Event(_) => {}
                im_messenger::StreamItem::Closed(reason) => panic!("closed: {reason:?}"),
            }
        }
    }
    sender.await.expect("no panic");
    assert_eq!(
        heard,
        (0..50).map(|number| number.to_string()).collect::<Vec<_>>()
    );
}

/// A server spawns its calls, on any thread.
#[test]
fn every_call_can_move_between_threads() {
    fn sent<T: Send>(_: fn(&'static World, &'static Person) -> T) {}
    sent(|world, _| {
        world
            .messenger
            .sign_in("/a/", im_core::Login::new("", ""), Default::default())
    });
    sent(|world, _| {
        world
            .messenger
            .register("/a/", "", "".into(), Default::default())
    });
    sent(|world, _| world.messenger.acting("/a/", ""));
    sent(|world, alice| world.messenger.sign_out(&alice.acting));
    sent(|world, alice| world.messenger.sessions(&alice.acting));
    sent(|world, alice| world.messenger.revoke(&alice.acting, ""));
    sent(|world, alice| world.messenger.me(&alice.acting));
    sent(|world, alice| world.messenger.update_me(&alice.acting, Default::default()));
    sent(|world, alice| world.messenger.users(&alice.acting, ""));
    sent(|world, alice| world.messenger.contacts(&alice.acting));
    sent(|world, alice| {
        let target = im_messenger::ContactTarget::User(String::new());
        world.messenger.add_contact(&alice.acting, target, None)
    });
    sent(|world, alice| {
        world
            .messenger
            .contact_action(&alice.acting, "", ContactAction::Accept)
    });
    sent(|world, alice| world.messenger.remove_contact(&alice.acting, ""));
    sent(|world, alice| world.messenger.conversations(&alice.acting));
    sent(|world, alice| world.messenger.open_conversation(&alice.acting, ""));
    sent(|world, alice| {
        world
            .messenger
            .messages(&alice.acting, "", Default::default())
    });
    sent(|world, alice| world.messenger.send(&alice.acting, "", "", ""));
    sent(|world, alice| world.messenger.mark_read(&alice.acting, "", 0));
    sent(|world, alice| world.messenger.typing(&alice.acting, ""));
    sent(|world, alice| world.messenger.events(&alice.acting, None));
    sent(|world, _| world.messenger.statistics());
    sent(|world, _| world.messenger.shutdown());
    sent(|world, _| world.messenger.maintain());
    sent(|world, _| world.messenger.check_standing(world.phpbb.realm()));
    sent(|world, _| world.messenger.create_local("", "".into()));
    sent(|_, alice| async {
        let mut stream = alice.messenger.events(&alice.acting, None).await.ok()?;
        Some(stream.next().await)
    });
}
