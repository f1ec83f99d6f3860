//! Who somebody is: realm and external id, never the name.

use im_core::Avatar;

use crate::support::{Place, World, code, on_both_stores};

on_both_stores!(
    a_rename_in_the_forum_renames_here_and_makes_no_second_account,
    the_same_name_in_two_forums_is_two_people,
    a_reused_id_is_a_new_person_who_sees_nothing_of_the_first,
    ids_are_compared_byte_for_byte,
    an_unknown_moment_of_registration_changes_nobody,
    names_beyond_the_basic_plane_survive,
    many_first_sign_ins_at_once_make_one_account,
    pictures_are_shown_only_from_the_web,
);

async fn a_rename_in_the_forum_renames_here_and_makes_no_second_account(place: Place) {
    let world = World::new(place).await;
    let before = world.member("1", "Alice").await;
    assert!(before.new);
    world
        .phpbb
        .change("1", |member| member.user.name = "Alicia".into());
    let after = world.sign_in("/a/", "Alicia").await.expect("signed in");
    assert!(!after.new);
    assert_eq!(before.id(), after.id());
    let me = world.messenger.me(&after.acting).await.expect("me");
    assert_eq!(me.user.username, "Alicia");
    let statistics = world.messenger.statistics().await.expect("statistics");
    assert_eq!(statistics.accounts, 1);
}

async fn the_same_name_in_two_forums_is_two_people(place: Place) {
    let world = World::new(place).await;
    world.phpbb.add("7", "Robin");
    world.phorum.add("7", "Robin");
    let first = world.sign_in("/a/", "Robin").await.expect("signed in");
    let second = world.sign_in("/c/", "Robin").await.expect("signed in");
    assert_ne!(first.id(), second.id());
    assert_eq!(
        (first.new, second.new),
        (true, true),
        "each has an account of their own"
    );
}

async fn a_reused_id_is_a_new_person_who_sees_nothing_of_the_first(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    alice.say(&bob, "between us").await.expect("sent");
    let mut streams = (alice.listen(None).await, bob.listen(None).await);
    let conversation = alice.with(&bob).await;

    world.phpbb.delete("1");
    world.phpbb.add_registered("1", "Mallory", 1_500_000_000);
    let mallory = world.sign_in("/a/", "Mallory").await.expect("signed in");

    assert!(mallory.new);
    assert_ne!(mallory.id(), alice.id());
    assert!(mallory.contacts().await.is_empty());
    let messenger = &world.messenger;
    assert!(
        messenger
            .conversations(&mallory.acting)
            .await
            .expect("conversations")
            .is_empty()
    );
    let page = messenger.messages(&mallory.acting, &conversation, Default::default());
    assert_eq!(code(page.await), "unknown_conversation");
    assert_eq!(code(alice.again().await), "session_invalid");
    assert_eq!(streams.0.end().await.code(), 4001);
    // Bob keeps what was said, but the first is off his list and cannot be found.
    assert!(bob.contacts().await.is_empty());
    let removed = streams.1.durable().await;
    assert_eq!(
        serde_json::to_value(&removed).expect("json")["data"]["removed"],
        alice.id()
    );
    let history = messenger.messages(&bob.acting, &conversation, Default::default());
    assert_eq!(history.await.expect("history").messages.len(), 1);
    let found = messenger.users(&bob.acting, "Al").await.expect("users");
    assert!(found.is_empty());
    let opened = messenger.open_conversation(&bob.acting, alice.id()).await;
    assert_eq!(code(opened), "unknown_user");
    let sent = messenger
        .send(&bob.acting, &conversation, "hello?", "1")
        .await;
    assert_eq!(code(sent), "not_a_contact");
}

async fn ids_are_compared_byte_for_byte(place: Place) {
    let world = World::new(place).await;
    let ids = [
        "1", "01", "1 ", "a", "A", "á", "a\u{301}", "a ", "ss", "ß", "007", "7",
    ];
    let mut seen = std::collections::HashSet::new();
    for (number, id) in ids.iter().enumerate() {
        let person = world.member(id, &format!("Member{number}")).await;
        assert!(person.new, "{id:?} is its own");
        assert!(seen.insert(person.id().to_owned()));
    }
    for (number, _) in ids.iter().enumerate() {
        let name = format!("Member{number}");
        let again = world.sign_in("/a/", &name).await.expect("signed in");
        assert!(!again.new && seen.contains(again.id()));
    }
}

async fn an_unknown_moment_of_registration_changes_nobody(place: Place) {
    let world = World::new(place).await;
    let before = world.member("1", "Alice").await;
    world
        .phpbb
        .change("1", |member| member.user.registered_at = None);
    let after = world.sign_in("/a/", "Alice").await.expect("signed in");
    assert_eq!(before.id(), after.id());
    // And what was known once still tells the next person of this id from this one.
    world.phpbb.delete("1");
    world.phpbb.add_registered("1", "Alice", 1_700_000_000);
    let other = world.sign_in("/a/", "Alice").await.expect("signed in");
    assert_ne!(before.id(), other.id());
}

async fn names_beyond_the_basic_plane_survive(place: Place) {
    let world = World::new(place).await;
    let name = "𝓐𝓵𝓲𝓬𝓮 🦊 Łódź ";
    let alice = world.member("1", name).await;
    let me = world.messenger.me(&alice.acting).await.expect("me");
    assert_eq!(me.user.username, name);
    let bob = world.member("2", "Bob").await;
    let found = world.messenger.users(&bob.acting, "alice").await;
    assert_eq!(found.expect("users").len(), 1, "found by its plain letters");
}

async fn many_first_sign_ins_at_once_make_one_account(place: Place) {
    let world = World::new(place).await;
    world.phpbb.add("1", "Alice");
    let world = std::sync::Arc::new(world);
    let tries = (0..8).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.sign_in("/a/", "Alice").await.expect("signed in") })
    });
    let mut ids = std::collections::HashSet::new();
    let mut new = 0;
    for person in tries.collect::<Vec<_>>() {
        let person = person.await.expect("no panic");
        new += usize::from(person.new);
        ids.insert(person.id().to_owned());
    }
    assert_eq!((ids.len(), new), (1, 1));
}

async fn pictures_are_shown_only_from_the_web(place: Place) {
    let world = World::new(place).await;
    world.phpbb.add("1", "Alice");
    for (avatar, shown) in [
        (
            Avatar::Url("https://pics.example/a.png".into()),
            Some("https://pics.example/a.png"),
        ),
        (Avatar::Url("javascript:alert(1)".into()), None),
        (Avatar::Path("images/a.png".into()), None),
    ] {
        world
            .phpbb
            .change("1", |member| member.user.avatar = Some(avatar.clone()));
        let alice = world.sign_in("/a/", "Alice").await.expect("signed in");
        let me = world.messenger.me(&alice.acting).await.expect("me");
        assert_eq!(me.user.avatar_url.as_deref(), shown, "{avatar:?}");
    }
}
