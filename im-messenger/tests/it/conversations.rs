//! Conversations: sending, reading, who may write to whom.

use std::sync::Arc;

use im_messenger::{
    ContactAction, MeUpdate, Message, MessagePage, OfflineMessages, Page, Presence, PresenceState,
};

use crate::support::world::unique;
use crate::support::{Person, Place, Site, World, code, on_both_stores};

on_both_stores!(
    there_is_one_conversation_for_a_pair,
    both_see_what_was_said_in_order,
    the_same_client_id_and_text_is_the_same_message,
    the_same_client_id_and_another_text_is_refused,
    the_same_message_sent_many_times_at_once_is_kept_once,
    messages_from_both_sides_at_once_have_places_without_gaps,
    only_contacts_are_written_to_but_history_stays,
    unread_messages_are_counted_and_marked,
    read_marks_only_go_forward,
    do_not_disturb_lets_vips_through,
    offline_messages_are_taken_by_preference,
    a_hidden_user_cannot_be_told_from_an_offline_one,
    who_hides_from_a_contact_cannot_write_to_them,
    texts_have_a_length,
    history_comes_by_pages,
    strangers_see_nothing,
    a_stranger_puts_nothing_on_anybodys_list,
    what_is_read_unseen_is_not_told,
);

async fn history(person: &Person, conversation: &str, page: Page) -> MessagePage {
    let page = person
        .messenger
        .messages(&person.acting, conversation, page);
    page.await.expect("history")
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| &*message.text).collect()
}

async fn there_is_one_conversation_for_a_pair(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let (alice, bob) = (Arc::new(alice), Arc::new(bob));
    let opened: Vec<_> = (0..6)
        .map(|number| {
            let (me, other) = if number % 2 == 0 {
                (alice.clone(), bob.clone())
            } else {
                (bob.clone(), alice.clone())
            };
            tokio::spawn(async move {
                let opened = me.messenger.open_conversation(&me.acting, other.id()).await;
                let opened = opened.expect("opened");
                (opened.conversation.id, opened.new)
            })
        })
        .collect();
    let mut ids = std::collections::HashSet::new();
    let mut new = 0;
    for opened in opened {
        let (id, made) = opened.await.expect("no panic");
        ids.insert(id);
        new += usize::from(made);
    }
    assert_eq!((ids.len(), new), (1, 1));
    let messenger = &world.messenger;
    let myself = messenger.open_conversation(&alice.acting, alice.id()).await;
    assert_eq!(code(myself), "unknown_user");
}

async fn both_see_what_was_said_in_order(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let first = alice
        .say(&bob, "hello, 𝕓𝕠𝕓 🦊\u{0}\n 'quoted' %_")
        .await
        .expect("sent");
    let second = bob.say(&alice, "hello").await.expect("sent");
    assert_eq!((first.message.seq, second.message.seq), (1, 2));
    assert_eq!(first.message.sender, alice.id());
    let conversation = alice.with(&bob).await;
    for person in [&alice, &bob] {
        let page = history(person, &conversation, Page::default()).await;
        assert_eq!(
            page.messages,
            [first.message.clone(), second.message.clone()]
        );
        assert!(!page.more);
    }
    let listed = world
        .messenger
        .conversations(&alice.acting)
        .await
        .expect("list");
    assert_eq!(listed[0].last_message.as_ref(), Some(&second.message));
    assert_eq!(
        (listed[0].last_seq, listed[0].members[0].id.as_str()),
        (2, alice.id())
    );
}

async fn the_same_client_id_and_text_is_the_same_message(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let send = |text: &'static str| {
        world
            .messenger
            .send(&alice.acting, &conversation, text, "tab-1:17")
    };
    let first = send("once").await.expect("sent");
    let second = send("once").await.expect("answered as before");
    assert_eq!((first.replay, second.replay), (false, true));
    assert_eq!(first.message, second.message);
    // Even after they are no longer contacts: it had been taken.
    world
        .messenger
        .remove_contact(&alice.acting, bob.id())
        .await
        .expect("removed");
    assert!(send("once").await.expect("answered as before").replay);
    // The id is the sender's, in this conversation.
    bob.befriend(&alice).await;
    let theirs = world
        .messenger
        .send(&bob.acting, &conversation, "mine", "tab-1:17")
        .await;
    assert!(!theirs.expect("sent").replay);
    let carol = world.member("3", "Carol").await;
    alice.befriend(&carol).await;
    let elsewhere = alice.with(&carol).await;
    let sent = world
        .messenger
        .send(&alice.acting, &elsewhere, "other", "tab-1:17")
        .await;
    assert!(!sent.expect("sent").replay);
}

async fn the_same_client_id_and_another_text_is_refused(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let messenger = &world.messenger;
    messenger
        .send(&alice.acting, &conversation, "one", "x")
        .await
        .expect("sent");
    for other in ["two", "One", "one "] {
        let answer = messenger
            .send(&alice.acting, &conversation, other, "x")
            .await;
        assert_eq!(code(answer), "client_id_reused", "{other:?}");
    }
    for bad in ["", &"x".repeat(129)] {
        let answer = messenger
            .send(&alice.acting, &conversation, "one", bad)
            .await;
        assert_eq!(code(answer), "invalid_request");
    }
    assert_eq!(
        history(&alice, &conversation, Page::default())
            .await
            .messages
            .len(),
        1
    );
}

async fn the_same_message_sent_many_times_at_once_is_kept_once(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let alice = Arc::new(alice);
    let sends: Vec<_> = (0..8)
        .map(|_| {
            let (alice, conversation) = (alice.clone(), conversation.clone());
            tokio::spawn(async move {
                alice
                    .messenger
                    .send(&alice.acting, &conversation, "once", "same")
                    .await
            })
        })
        .collect();
    let mut fresh = 0;
    for send in sends {
        fresh += usize::from(!send.await.expect("no panic").expect("sent").replay);
    }
    assert_eq!(fresh, 1);
    assert_eq!(
        history(&bob, &conversation, Page::default())
            .await
            .messages
            .len(),
        1
    );
}

async fn messages_from_both_sides_at_once_have_places_without_gaps(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    let people = [Arc::new(alice), Arc::new(bob)];
    let sends: Vec<_> = (0..60)
        .map(|number| {
            let (person, conversation) = (people[number % 2].clone(), conversation.clone());
            tokio::spawn(async move {
                let text = format!("message {number}");
                let (client_id, me) = (unique(), &person.acting);
                let sent = person
                    .messenger
                    .send(me, &conversation, &text, &client_id)
                    .await;
                sent.expect("sent").message.seq
            })
        })
        .collect();
    let mut places = Vec::new();
    for send in sends {
        places.push(send.await.expect("no panic"));
    }
    places.sort_unstable();
    assert_eq!(places, (1..=60).collect::<Vec<_>>());
    let page = Page {
        limit: Some(200),
        ..Page::default()
    };
    assert_eq!(
        history(&people[0], &conversation, page)
            .await
            .messages
            .len(),
        60
    );
}

async fn only_contacts_are_written_to_but_history_stays(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let bob = world.member("2", "Bob").await;
    assert_eq!(code(alice.say(&bob, "hello").await), "not_a_contact");
    alice.ask(&bob).await.expect("asked");
    assert_eq!(code(alice.say(&bob, "hello").await), "not_a_contact");
    assert_eq!(code(bob.say(&alice, "hello").await), "not_a_contact");
    bob.act(&alice, ContactAction::Accept)
        .await
        .expect("accepted");
    alice.say(&bob, "hello").await.expect("sent");
    world
        .messenger
        .remove_contact(&bob.acting, alice.id())
        .await
        .expect("removed");
    for (me, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(code(me.say(other, "still there?").await), "not_a_contact");
        let conversation = me.with(other).await;
        let page = history(me, &conversation, Page::default()).await;
        assert_eq!(texts(&page.messages), ["hello"]);
    }
}

async fn counts(person: &Person) -> (u64, u64, u64) {
    let list = person
        .messenger
        .conversations(&person.acting)
        .await
        .expect("list");
    (list[0].unread, list[0].read_seq, list[0].peer_read_seq)
}

async fn unread_messages_are_counted_and_marked(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    for text in ["one", "two", "three"] {
        alice.say(&bob, text).await.expect("sent");
    }
    assert_eq!(counts(&bob).await, (3, 0, 3));
    assert_eq!(counts(&alice).await, (0, 3, 0));
    let conversation = bob.with(&alice).await;
    world
        .messenger
        .mark_read(&bob.acting, &conversation, 2)
        .await
        .expect("marked");
    assert_eq!(counts(&bob).await, (1, 2, 3));
    assert_eq!(counts(&alice).await, (0, 3, 2));
    // Answering is not reading; one's own words are never unread.
    bob.say(&alice, "four").await.expect("sent");
    assert_eq!(counts(&bob).await, (1, 2, 3));
    assert_eq!(counts(&alice).await, (1, 3, 2));
    world
        .messenger
        .mark_read(&bob.acting, &conversation, 999)
        .await
        .expect("marked");
    assert_eq!(counts(&bob).await, (0, 4, 3));
}

async fn read_marks_only_go_forward(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    for text in ["one", "two", "three"] {
        alice.say(&bob, text).await.expect("sent");
    }
    let conversation = bob.with(&alice).await;
    let messenger = &world.messenger;
    messenger
        .mark_read(&bob.acting, &conversation, 3)
        .await
        .expect("marked");
    let before = messenger.me(&alice.acting).await.expect("me").last_event;
    for seq in [0, 1, 3, u64::MAX] {
        messenger
            .mark_read(&bob.acting, &conversation, seq)
            .await
            .expect("nothing to do");
    }
    assert_eq!(counts(&bob).await, (0, 3, 3));
    let after = messenger.me(&alice.acting).await.expect("me").last_event;
    assert_eq!(before, after, "what changes nothing is not told");
}

async fn choose(person: &Person, state: PresenceState) {
    let update = MeUpdate {
        presence: Some(Presence {
            state,
            reason: None,
        }),
        ..MeUpdate::default()
    };
    person
        .messenger
        .update_me(&person.acting, update)
        .await
        .expect("chosen");
}

async fn do_not_disturb_lets_vips_through(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    choose(&bob, PresenceState::Dnd).await;
    assert_eq!(code(alice.say(&bob, "hello").await), "do_not_disturb");
    bob.act(&alice, ContactAction::Vip(true))
        .await
        .expect("set");
    alice.say(&bob, "hello").await.expect("a VIP gets through");
    bob.say(&alice, "they may write themselves")
        .await
        .expect("sent");
    for state in [
        PresenceState::Away,
        PresenceState::Busy,
        PresenceState::Online,
    ] {
        bob.act(&alice, ContactAction::Vip(false))
            .await
            .expect("set");
        choose(&bob, state).await;
        alice
            .say(&bob, "hello")
            .await
            .expect("only do-not-disturb keeps out");
    }
}

async fn offline_messages_are_taken_by_preference(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    for (preference, vip, answer) in [
        (OfflineMessages::All, false, "ok"),
        (OfflineMessages::Vips, false, "recipient_offline"),
        (OfflineMessages::Vips, true, "ok"),
        (OfflineMessages::None, true, "recipient_offline"),
        (OfflineMessages::None, false, "recipient_offline"),
    ] {
        let again = world.sign_in("/a/", "Bob").await.expect("signed in");
        let update = MeUpdate {
            offline_messages: Some(preference),
            ..MeUpdate::default()
        };
        let messenger = &world.messenger;
        messenger
            .update_me(&again.acting, update)
            .await
            .expect("chosen");
        again
            .act(&alice, ContactAction::Vip(vip))
            .await
            .expect("set");
        alice.say(&bob, "while you are there").await.expect("sent");
        for session in messenger.sessions(&again.acting).await.expect("sessions") {
            messenger
                .revoke(&again.acting, &session.id)
                .await
                .expect("signed out");
        }
        let sent = messenger
            .send(&alice.acting, &conversation, "while away", &unique())
            .await;
        let got = sent.map_or_else(|error| error.code().as_str(), |_| "ok");
        assert_eq!(got, answer, "{preference:?}, VIP {vip}");
    }
    // What was taken waits for them.
    let bob = world.sign_in("/a/", "Bob").await.expect("signed in");
    assert_eq!(counts(&bob).await.0, 7);
}

async fn a_hidden_user_cannot_be_told_from_an_offline_one(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let update = MeUpdate {
        offline_messages: Some(OfflineMessages::None),
        ..MeUpdate::default()
    };
    world
        .messenger
        .update_me(&bob.acting, update)
        .await
        .expect("chosen");
    alice.say(&bob, "hello").await.expect("sent");
    choose(&bob, PresenceState::Hidden).await;
    assert_eq!(code(alice.say(&bob, "hello").await), "recipient_offline");
    choose(&bob, PresenceState::Online).await;
    bob.act(&alice, ContactAction::Hide(true))
        .await
        .expect("hidden");
    assert_eq!(code(alice.say(&bob, "hello").await), "recipient_offline");
    assert_eq!(alice.contacts().await[0].presence, Presence::offline());
}

async fn who_hides_from_a_contact_cannot_write_to_them(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    alice
        .act(&bob, ContactAction::Hide(true))
        .await
        .expect("hidden");
    assert_eq!(code(alice.say(&bob, "boo").await), "cannot_see_you");
    alice
        .act(&bob, ContactAction::Hide(false))
        .await
        .expect("shown");
    alice.say(&bob, "hello").await.expect("sent");
}

async fn texts_have_a_length(place: Place) {
    let sites = vec![Site::of("/a/", "phpbb").with(|options| options.message_max_chars = 10)];
    let world = World::with_sites(place, sites).await;
    let (alice, bob) = world.friends().await;
    alice
        .say(&bob, &"𝕏".repeat(10))
        .await
        .expect("ten characters are ten");
    for text in ["𝕏".repeat(11), "x".repeat(10_000_000)] {
        let error = alice.say(&bob, &text).await.expect_err("too long");
        assert_eq!(error.code().as_str(), "message_too_long");
        assert_eq!(error.extra().limit, Some(10));
    }
    for text in ["", "  \n\t\u{a0}"] {
        assert_eq!(code(alice.say(&bob, text).await), "empty_message");
    }
}

async fn history_comes_by_pages(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    for number in 1..=7 {
        alice.say(&bob, &number.to_string()).await.expect("sent");
    }
    let conversation = alice.with(&bob).await;
    for (before, after, limit, expected, more) in [
        (None, None, 3, vec!["5", "6", "7"], true),
        (Some(5), None, 3, vec!["2", "3", "4"], true),
        (Some(2), None, 3, vec!["1"], false),
        (None, Some(0), 3, vec!["1", "2", "3"], true),
        (None, Some(5), 3, vec!["6", "7"], false),
        (Some(4), Some(1), 9, vec!["2", "3"], false),
        (None, Some(u64::MAX), 3, vec![], false),
        (Some(0), None, 3, vec![], false),
    ] {
        let page = Page {
            before,
            after,
            limit: Some(limit),
        };
        let found = history(&bob, &conversation, page).await;
        assert_eq!(texts(&found.messages), expected, "{page:?}");
        assert_eq!(found.more, more, "{page:?}");
    }
    for limit in [0, 201] {
        let page = Page {
            limit: Some(limit),
            ..Page::default()
        };
        let answer = world
            .messenger
            .messages(&bob.acting, &conversation, page)
            .await;
        assert_eq!(code(answer), "invalid_request");
    }
}

async fn strangers_see_nothing(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    let conversation = alice.with(&bob).await;
    alice.say(&bob, "between us").await.expect("sent");
    let eve = world.member("3", "Eve").await;
    let messenger = &world.messenger;
    let unknown = "unknown_conversation";
    let page = messenger.messages(&eve.acting, &conversation, Page::default());
    assert_eq!(code(page.await), unknown);
    assert_eq!(
        code(messenger.send(&eve.acting, &conversation, "hi", "1").await),
        unknown
    );
    assert_eq!(
        code(messenger.mark_read(&eve.acting, &conversation, 1).await),
        unknown
    );
    assert_eq!(
        code(messenger.typing(&eve.acting, &conversation).await),
        unknown
    );
    assert!(
        messenger
            .conversations(&eve.acting)
            .await
            .expect("list")
            .is_empty()
    );
}

async fn listed(person: &Person) -> usize {
    let list = person.messenger.conversations(&person.acting).await;
    list.expect("list").len()
}

async fn a_stranger_puts_nothing_on_anybodys_list(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let eve = world.member("2", "Eve").await;
    eve.with(&alice).await;
    assert_eq!(listed(&alice).await, 0);
    eve.befriend(&alice).await;
    assert_eq!(listed(&alice).await, 1);
    eve.say(&alice, "hello").await.expect("sent");
    world
        .messenger
        .remove_contact(&alice.acting, eve.id())
        .await
        .expect("removed");
    assert_eq!((listed(&alice).await, listed(&eve).await), (1, 1));
}

async fn what_is_read_unseen_is_not_told(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    for text in ["one", "two", "three", "four"] {
        alice.say(&bob, text).await.expect("sent");
    }
    let conversation = bob.with(&alice).await;
    let messenger = &world.messenger;
    let told = async || messenger.me(&alice.acting).await.expect("me").last_event;
    let read = async |seq| {
        messenger
            .mark_read(&bob.acting, &conversation, seq)
            .await
            .expect("marked");
    };
    let before = told().await;
    let own = messenger.me(&bob.acting).await.expect("me").last_event;
    choose(&bob, PresenceState::Hidden).await;
    read(1).await;
    choose(&bob, PresenceState::Online).await;
    bob.act(&alice, ContactAction::Hide(true))
        .await
        .expect("hidden");
    read(2).await;
    assert_eq!(told().await, before, "nothing was told");
    assert_eq!(counts(&alice).await, (0, 4, 0));
    assert_eq!(counts(&bob).await, (2, 2, 4));
    // Two marks and a changed line: their own devices are told.
    assert_eq!(
        messenger.me(&bob.acting).await.expect("me").last_event,
        own + 3
    );
    bob.act(&alice, ContactAction::Hide(false))
        .await
        .expect("shown");
    read(2).await;
    assert_eq!(told().await, before + 1);
    assert_eq!(counts(&alice).await, (0, 4, 2));
    messenger
        .remove_contact(&alice.acting, bob.id())
        .await
        .expect("removed");
    let before = told().await;
    read(3).await;
    assert_eq!(told().await, before, "no contact any more");
    assert_eq!(counts(&alice).await, (0, 4, 2));
}
