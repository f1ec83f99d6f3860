//! Sessions: bound to their site, slide, end.

use std::time::Duration;

use im_core::Login;
use im_messenger::Device;

use crate::support::forum::PASSWORD;
use crate::support::{Place, Site, World, code, on_both_stores};

const DAY: Duration = Duration::from_secs(86_400);

on_both_stores!(
    a_realm_taken_from_a_site_takes_its_sessions_with_it,
    a_token_is_worth_nothing_at_another_site,
    a_session_ends_when_it_is_not_used,
    use_keeps_a_session_going_up_to_its_end,
    sessions_are_listed_and_revoked,
    one_session_too_many_ends_the_one_least_recently_used,
    a_session_used_a_moment_ago_is_not_the_one_that_ends,
    a_session_with_an_open_stream_is_in_use,
    signing_out_ends_one_device_only,
    nonsense_tokens_are_refused,
    wrong_credentials_tell_nothing,
    the_store_keeps_no_token,
);

fn short() -> Site {
    Site::of("/a/", "phpbb").with(|options| {
        options.session_ttl = 2 * DAY;
        options.session_max_ttl = 7 * DAY;
        options.max_sessions = 3;
    })
}

async fn world(place: Place) -> World {
    World::with_sites(place, vec![short(), Site::of("/b/", "phpbb")]).await
}

async fn a_token_is_worth_nothing_at_another_site(place: Place) {
    let world = world(place).await;
    let alice = world.member("1", "Alice").await;
    let elsewhere = world.messenger.acting("/b/", &alice.token).await;
    assert_eq!(code(elsewhere), "session_invalid");
    let nowhere = world.messenger.acting("/z/", &alice.token).await;
    assert_eq!(code(nowhere), "unknown_site");
    alice.again().await.expect("valid at its own");
}

async fn a_session_ends_when_it_is_not_used(place: Place) {
    let world = world(place).await;
    let alice = world.member("1", "Alice").await;
    world.clock.advance(2 * DAY);
    assert_eq!(code(alice.again().await), "session_invalid");
}

async fn use_keeps_a_session_going_up_to_its_end(place: Place) {
    let world = world(place).await;
    let alice = world.member("1", "Alice").await;
    for day in 1..7 {
        world.clock.advance(DAY);
        alice
            .again()
            .await
            .unwrap_or_else(|error| panic!("day {day}: {error}"));
    }
    world.clock.advance(DAY);
    assert_eq!(code(alice.again().await), "session_invalid");
}

async fn sessions_are_listed_and_revoked(place: Place) {
    let world = world(place).await;
    world.phpbb.add("1", "Alice");
    let messenger = &world.messenger;
    let mut devices = Vec::new();
    for name in ["phone", "desktop"] {
        let device = Device {
            user_agent: Some(name.into()),
            address: Some([203, 0, 113, 7].into()),
        };
        let signed_in = messenger
            .sign_in("/a/", Login::new("Alice", PASSWORD), device)
            .await
            .expect("signed in");
        let token = signed_in.token.expose().to_owned();
        devices.push(messenger.acting("/a/", &token).await.expect("valid"));
        world.clock.advance(Duration::from_secs(1));
    }
    let (phone, desktop) = (&devices[0], &devices[1]);
    let sessions = messenger.sessions(desktop).await.expect("sessions");
    let names: Vec<_> = sessions
        .iter()
        .map(|session| (session.user_agent.as_deref(), session.current))
        .collect();
    assert_eq!(names, [(Some("desktop"), true), (Some("phone"), false)]);

    let mut stream = messenger.events(phone, None).await.expect("a stream");
    messenger
        .revoke(desktop, &sessions[1].id)
        .await
        .expect("revoked");
    let mut closed = false;
    for _ in 0..10 {
        if let im_messenger::StreamItem::Closed(reason) = stream.next().await {
            assert_eq!(reason.code(), 4001);
            closed = true;
            break;
        }
    }
    assert!(closed, "the revoked device's stream closes at once");
    let again = messenger.revoke(desktop, &sessions[1].id).await;
    assert_eq!(code(again), "unknown_session");
    // Nobody revokes a stranger's session.
    let bob = world.member("2", "Bob").await;
    let foreign = messenger.revoke(&bob.acting, &sessions[0].id).await;
    assert_eq!(code(foreign), "unknown_session");
    assert_eq!(
        messenger.sessions(desktop).await.expect("sessions").len(),
        1
    );
}

async fn one_session_too_many_ends_the_one_least_recently_used(place: Place) {
    let world = world(place).await;
    let mut people = vec![world.member("1", "Alice").await];
    for _ in 0..2 {
        world.clock.advance(Duration::from_secs(3_600));
        people.push(world.sign_in("/a/", "Alice").await.expect("signed in"));
    }
    world.clock.advance(Duration::from_secs(3_600));
    people[0].again().await.expect("the first is used again");
    people.push(world.sign_in("/a/", "Alice").await.expect("signed in"));
    assert_eq!(code(people[1].again().await), "session_invalid");
    for index in [0, 2, 3] {
        people[index].again().await.expect("still valid");
    }
}

async fn a_session_used_a_moment_ago_is_not_the_one_that_ends(place: Place) {
    let world = world(place).await;
    let mut people = vec![world.member("1", "Alice").await];
    for _ in 0..2 {
        world.clock.advance(Duration::from_millis(50));
        people.push(world.sign_in("/a/", "Alice").await.expect("signed in"));
    }
    world.clock.advance(Duration::from_millis(50));
    people[0].again().await.expect("the first is used again");
    let listed = world.messenger.sessions(&people[2].acting).await;
    let newest = &listed.expect("sessions")[0];
    assert_eq!(
        newest.last_seen_at - newest.created_at,
        Duration::from_millis(150)
    );
    people.push(world.sign_in("/a/", "Alice").await.expect("signed in"));
    assert_eq!(code(people[1].again().await), "session_invalid");
    for index in [0, 2, 3] {
        people[index].again().await.expect("still valid");
    }
}

async fn a_session_with_an_open_stream_is_in_use(place: Place) {
    let world = world(place).await;
    let mut people = vec![world.member("1", "Alice").await];
    let _stream = people[0].listen(None).await;
    for _ in 0..3 {
        world.clock.advance(Duration::from_secs(1));
        people.push(world.sign_in("/a/", "Alice").await.expect("signed in"));
    }
    assert_eq!(code(people[1].again().await), "session_invalid");
    for index in [0, 2, 3] {
        people[index].again().await.expect("still valid");
    }
}

async fn signing_out_ends_one_device_only(place: Place) {
    let world = world(place).await;
    let phone = world.member("1", "Alice").await;
    let desktop = world.sign_in("/a/", "Alice").await.expect("signed in");
    let mut stream = phone.listen(None).await;
    world
        .messenger
        .sign_out(&phone.acting)
        .await
        .expect("signed out");
    assert_eq!(stream.end().await.code(), 4001);
    assert_eq!(code(phone.again().await), "session_invalid");
    desktop.again().await.expect("the other stays");
    // Twice does no harm.
    world
        .messenger
        .sign_out(&phone.acting)
        .await
        .expect("nothing to do");
}

async fn nonsense_tokens_are_refused(place: Place) {
    let world = world(place).await;
    let alice = world.member("1", "Alice").await;
    let longer = format!("{}0", alice.token);
    let long = "x".repeat(100_000);
    for token in [
        "",
        " ",
        "'",
        &alice.token[1..],
        &longer,
        &long,
        &alice.token.to_uppercase(),
    ] {
        let acting = world.messenger.acting("/a/", token).await;
        assert_eq!(code(acting), "session_invalid", "{} bytes", token.len());
    }
}

async fn wrong_credentials_tell_nothing(place: Place) {
    let world = world(place).await;
    world.phpbb.add("1", "Alice");
    let messenger = &world.messenger;
    let mut told = Vec::new();
    for (name, password) in [("Alice", "wrong"), ("Nobody", PASSWORD)] {
        let answer = world.sign_in_by(messenger, "/a/", name, password).await;
        let error = answer.map(|_| ()).expect_err("refused");
        told.push((error.code(), error.to_string(), error.extra().clone()));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].0.as_str(), "invalid_credentials");
}

async fn the_store_keeps_no_token(place: Place) {
    let world = world(place).await;
    let alice = world.member("1", "Alice").await;
    assert_eq!(alice.token.len(), 64, "256 bits in hexadecimal");
    match &world.place {
        Place::Sqlite(folder) => {
            world.store.close().await;
            for entry in std::fs::read_dir(folder.path()).expect("a folder") {
                let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
                assert!(!contains(&bytes, alice.token.as_bytes()));
            }
        }
        Place::MySql(database) => {
            let found = database
                .value(&format!(
                    "SELECT COUNT(*) FROM im_session WHERE token_hash = '{0}' OR public_id LIKE '%{0}%'",
                    alice.token
                ))
                .await;
            assert_eq!(found.as_deref(), Some("0"));
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

async fn a_realm_taken_from_a_site_takes_its_sessions_with_it(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let plan = crate::support::world::Plan {
        sites: vec![crate::support::Site::of("/a/", "phorum")],
        ..Default::default()
    };
    let without = world.another(plan).await;
    let answer = without.acting("/a/", &alice.token).await;
    assert_eq!(code(answer), "session_invalid");
    alice.again().await.expect("valid where the realm still is");
}
