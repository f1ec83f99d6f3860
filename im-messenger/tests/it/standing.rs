//! Standing: what happens in the forum reaches who is signed in here.

use std::time::Duration;

use im_core::Rejection;
use im_messenger::{Device, StandingReport};

use crate::support::forum::{Mood, PASSWORD};
use crate::support::{Person, Place, Site, World, code, on_both_stores};

on_both_stores!(
    who_may_no_longer_come_in_loses_their_sessions,
    a_lock_out_ends_nobody,
    a_ban_that_ends_lets_them_in_again,
    nobody_is_ended_while_the_forum_is_down,
    a_grace_ends_who_was_not_verified_for_longer,
    a_forum_that_cannot_be_asked_ends_nobody,
    a_deleted_member_is_signed_out_once_the_table_is_known_not_to_be_empty,
    an_empty_table_ends_nobody,
    many_absent_at_once_end_nobody,
    a_tenth_absent_is_believed,
    a_reused_id_closes_the_first_account,
    new_groups_and_names_are_taken_over,
    other_realms_are_left_alone,
    it_runs_by_itself,
    addresses_are_told_to_the_forum,
);

async fn check(world: &World) -> StandingReport {
    let realm = world.phpbb.realm();
    world
        .messenger
        .check_standing(realm)
        .await
        .expect("checked")
}

async fn signed_in(person: &Person) -> bool {
    match person.again().await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code().as_str(), "session_invalid");
            false
        }
    }
}

async fn people(world: &World, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..count {
        people.push(
            world
                .member(&number.to_string(), &format!("Member{number}"))
                .await,
        );
    }
    people
}

async fn who_may_no_longer_come_in_loses_their_sessions(place: Place) {
    let world = World::new(place).await;
    for (id, rejection) in [
        ("1", Rejection::Inactive),
        ("2", Rejection::PendingActivation),
        ("3", Rejection::Banned { until: None }),
        ("4", Rejection::Deleted),
    ] {
        let name = format!("Member{id}");
        let phone = world.member(id, &name).await;
        let desktop = world.sign_in("/b/", &name).await.expect("signed in");
        let mut streams = [phone.listen(None).await, desktop.listen(None).await];
        assert_eq!(check(&world).await.ended, 0);
        assert!(signed_in(&phone).await);
        world.phpbb.refuse(id, rejection);
        assert_eq!(check(&world).await.ended, 1, "{rejection:?}");
        for stream in &mut streams {
            assert_eq!(stream.end().await.code(), 4001);
        }
        assert!(!signed_in(&phone).await && !signed_in(&desktop).await);
        assert_eq!(world.connected("/a/").await, 0, "the place is free");
    }
}

async fn a_lock_out_ends_nobody(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    for rejection in [
        Rejection::LockedOut { until: None },
        Rejection::PasswordExpired,
    ] {
        world.phpbb.refuse("1", rejection);
        let report = check(&world).await;
        assert_eq!((report.checked, report.ended), (1, 0));
        assert!(signed_in(&alice).await);
    }
    world
        .phpbb
        .refuse("1", Rejection::LockedOut { until: None });
    let answer = world
        .sign_in("/a/", "Alice")
        .await
        .map(|_| ())
        .expect_err("locked out");
    assert_eq!(answer.code().as_str(), "too_many_attempts");
    assert!(answer.extra().retry_after.is_some());
}

async fn a_ban_that_ends_lets_them_in_again(place: Place) {
    let world = World::new(place).await;
    let before = world.member("1", "Alice").await;
    world.phpbb.refuse("1", Rejection::Banned { until: None });
    check(&world).await;
    assert_eq!(code(world.sign_in("/a/", "Alice").await), "account_banned");
    let wrong = world
        .sign_in_by(&world.messenger, "/a/", "Alice", "wrong")
        .await;
    assert_eq!(code(wrong), "invalid_credentials");
    world.phpbb.forgive("1");
    let after = world.sign_in("/a/", "Alice").await.expect("signed in");
    assert_eq!((after.id(), after.new), (before.id(), false));
}

async fn nobody_is_ended_while_the_forum_is_down(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    world.phpbb.set_mood(Mood::Down);
    world.phpbb.refuse("1", Rejection::Banned { until: None });
    for _ in 0..3 {
        let answer = world.messenger.check_standing(world.phpbb.realm()).await;
        assert_eq!(code(answer), "directory_unavailable");
        world.clock.advance(Duration::from_secs(3_600));
    }
    assert_eq!(
        code(world.sign_in("/a/", "Alice").await),
        "directory_unavailable"
    );
    assert!(signed_in(&alice).await);
    bob.say(&alice, "still talking")
        .await
        .expect("conversations go on");
    assert_eq!(
        world
            .messenger
            .me(&bob.acting)
            .await
            .expect("me")
            .unread_forum_messages,
        None
    );
    world.phpbb.set_mood(Mood::Well);
    assert_eq!(check(&world).await.ended, 1);
    assert!(!signed_in(&alice).await && signed_in(&bob).await);
}

async fn a_grace_ends_who_was_not_verified_for_longer(place: Place) {
    let sites = vec![
        Site::of("/a/", "phpbb")
            .with(|options| options.standing_grace = Some(Duration::from_secs(3_600))),
        Site::of("/b/", "phpbb"),
    ];
    let world = World::with_sites(place, sites).await;
    let alice = world.member("1", "Alice").await;
    let relaxed = world.sign_in("/b/", "Alice").await.expect("signed in");
    let minutes = |minutes: u64| world.clock.advance(Duration::from_secs(60 * minutes));
    minutes(50);
    check(&world).await;
    world.phpbb.set_mood(Mood::Down);
    minutes(50);
    let down = world.messenger.check_standing(world.phpbb.realm()).await;
    assert_eq!(code(down), "directory_unavailable");
    assert!(signed_in(&alice).await, "verified fifty minutes ago");
    minutes(11);
    let mut stream = alice.listen(None).await;
    let down = world.messenger.check_standing(world.phpbb.realm()).await;
    assert_eq!(code(down), "directory_unavailable");
    assert!(!signed_in(&alice).await);
    assert_eq!(stream.end().await.code(), 4001);
    assert!(signed_in(&relaxed).await, "the other site waits longer");
}

async fn a_forum_that_cannot_be_asked_ends_nobody(place: Place) {
    let sites = vec![
        Site::of("/a/", "phpbb")
            .with(|options| options.standing_grace = Some(Duration::from_secs(60))),
    ];
    let world = World::with_sites(place, sites).await;
    let alice = world.member("1", "Alice").await;
    world.phpbb.set_mood(Mood::CannotFind);
    world.phpbb.delete("1");
    world.clock.advance(Duration::from_secs(86_400));
    assert_eq!(check(&world).await, StandingReport::default());
    assert!(signed_in(&alice).await);
}

async fn a_deleted_member_is_signed_out_once_the_table_is_known_not_to_be_empty(place: Place) {
    let world = World::new(place).await;
    let people = people(&world, 2).await;
    world.phpbb.delete("0");
    let report = check(&world).await;
    assert_eq!((report.checked, report.absent, report.ended), (2, 1, 1));
    assert!(!signed_in(&people[0]).await && signed_in(&people[1]).await);
    // The only one left: nobody else was found, so the forum itself must say that there are others.
    world.phpbb.delete("1");
    let report = check(&world).await;
    assert_eq!((report.ended, report.alarm), (0, true));
    world.phpbb.set_probe_accounts(Some(0));
    assert_eq!(check(&world).await.ended, 0);
    assert!(signed_in(&people[1]).await);
    world.phpbb.set_probe_accounts(Some(12));
    assert_eq!(check(&world).await.ended, 1);
    assert!(!signed_in(&people[1]).await);
}

async fn an_empty_table_ends_nobody(place: Place) {
    let world = World::new(place).await;
    let people = people(&world, 3).await;
    world.phpbb.set_probe_accounts(Some(0));
    for id in ["0", "1", "2"] {
        world.phpbb.delete(id);
    }
    let report = check(&world).await;
    assert_eq!((report.absent, report.ended, report.alarm), (3, 0, true));
    for person in &people {
        assert!(signed_in(person).await);
    }
}

async fn many_absent_at_once_end_nobody(place: Place) {
    let world = World::new(place).await;
    let people = people(&world, 12).await;
    world.phpbb.set_probe_accounts(Some(1_000));
    for id in ["0", "1", "2", "3"] {
        world.phpbb.delete(id);
    }
    let report = check(&world).await;
    assert_eq!((report.checked, report.absent, report.ended), (12, 4, 0));
    assert!(report.alarm);
    assert!(signed_in(&people[0]).await);
    // A ban is something the forum says; it is acted on all the same.
    world.phpbb.refuse("5", Rejection::Banned { until: None });
    assert_eq!(check(&world).await.ended, 1);
    assert!(!signed_in(&people[5]).await && signed_in(&people[0]).await);
}

async fn a_tenth_absent_is_believed(place: Place) {
    let world = World::new(place).await;
    people(&world, 40).await;
    for id in ["0", "1", "2", "3"] {
        world.phpbb.delete(id);
    }
    let report = check(&world).await;
    assert_eq!((report.absent, report.ended, report.alarm), (4, 4, false));
}

async fn a_reused_id_closes_the_first_account(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    world.phpbb.delete("1");
    world.phpbb.add_registered("1", "Mallory", 1_600_000_000);
    assert_eq!(check(&world).await.ended, 1);
    assert!(!signed_in(&alice).await);
    assert!(bob.contacts().await.is_empty());
    let mallory = world.sign_in("/a/", "Mallory").await.expect("signed in");
    assert!(mallory.new && mallory.id() != alice.id());
}

async fn new_groups_and_names_are_taken_over(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    world.phpbb.change("1", |member| {
        member.user.name = "Alicia".into();
        member.user.display_name = Some("Alicia the First".into());
    });
    check(&world).await;
    let me = world.messenger.me(&alice.acting).await.expect("me").user;
    assert_eq!(
        (me.username.as_str(), me.display_name.as_str()),
        ("Alicia", "Alicia the First")
    );
}

async fn other_realms_are_left_alone(place: Place) {
    let world = World::new(place).await;
    world.phorum.add("1", "Olga");
    let olga = world.sign_in("/c/", "Olga").await.expect("signed in");
    let alice = world.member("1", "Alice").await;
    world.phpbb.refuse("1", Rejection::Inactive);
    assert_eq!(check(&world).await.ended, 1);
    assert!(!signed_in(&alice).await && signed_in(&olga).await);
    let unknown = im_core::Realm::new("nowhere").expect("a name");
    let answer = world.messenger.check_standing(&unknown).await;
    assert_eq!(code(answer), "unknown_realm");
}

async fn it_runs_by_itself(place: Place) {
    let sites = vec![
        Site::of("/a/", "phpbb").with(|options| options.standing_interval = Duration::from_secs(1)),
    ];
    let world = World::with_sites(place, sites).await;
    let alice = world.member("1", "Alice").await;
    let mut stream = alice.listen(None).await;
    world.phpbb.refuse("1", Rejection::Banned { until: None });
    assert_eq!(stream.end().await.code(), 4001);
    assert!(!signed_in(&alice).await);
}

async fn addresses_are_told_to_the_forum(place: Place) {
    let world = World::new(place).await;
    world.phpbb.add("1", "Alice");
    let device = Device {
        user_agent: None,
        address: Some([203, 0, 113, 7].into()),
    };
    let login = im_core::Login::new("Alice", PASSWORD);
    world
        .messenger
        .sign_in("/a/", login, device)
        .await
        .expect("signed in");
    check(&world).await;
    assert_eq!(
        world.phpbb.asked_addresses(),
        [Some([203, 0, 113, 7].into())]
    );
}
