//! Contact lists: the state machine, and the limit.

use std::sync::Arc;

use im_messenger::{ContactAction, ContactState, ContactTarget};

use crate::support::world::Plan;
use crate::support::{Person, Place, Site, World, code, on_both_stores};

on_both_stores!(
    every_action_in_every_state,
    ten_requests_at_once_leave_exactly_three,
    ten_requests_at_once_over_two_messengers_leave_exactly_three,
    ten_acceptances_at_once_leave_exactly_three,
    asking_each_other_makes_contacts,
    requests_count_against_the_one_who_asks,
    a_limit_lowered_after_asking_binds_the_one_who_asked,
    a_refusal_lasts_until_the_refuser_asks,
    names_may_be_ambiguous,
    one_cannot_ask_oneself,
    settings_are_ones_own,
    limits_are_those_of_the_acting_site,
    a_request_taken_back_is_not_made_again_at_once,
);

fn three() -> Vec<Site> {
    vec![
        Site::of("/a/", "phpbb").with(|options| options.max_contacts = 3),
        Site::of("/b/", "phpbb").with(|options| options.max_contacts = 20),
        Site::of("/c/", "phorum"),
    ]
}

/// What the first has of the second, by doing what it takes.
async fn bring(alice: &Person, bob: &Person, state: &str) {
    match state {
        "nothing" => {}
        "asked" => drop(alice.ask(bob).await.expect("asked")),
        "incoming" => drop(bob.ask(alice).await.expect("asked")),
        "accepted" => alice.befriend(bob).await,
        "refused" => {
            bob.ask(alice).await.expect("asked");
            alice
                .act(bob, ContactAction::Refuse)
                .await
                .expect("refused");
        }
        "was refused" => {
            alice.ask(bob).await.expect("asked");
            bob.act(alice, ContactAction::Refuse)
                .await
                .expect("refused");
        }
        other => panic!("no state {other}"),
    }
}

/// What both lists say: the first's of the second, and the other way round.
async fn lists(alice: &Person, bob: &Person) -> String {
    let mut lists = Vec::new();
    for person in [alice, bob] {
        let contacts = person.contacts().await;
        assert!(contacts.len() <= 1);
        lists.push(match contacts.first().map(|contact| contact.state) {
            None => "-",
            Some(ContactState::Accepted) => "accepted",
            Some(ContactState::Asked) => "asked",
            Some(ContactState::Incoming) => "incoming",
        });
    }
    lists.join("/")
}

async fn every_action_in_every_state(place: Place) {
    // What it answers, and what the lists say then.
    let table = [
        ("nothing", "ask", "ok", "asked/incoming"),
        ("nothing", "accept", "unknown_contact", "-/-"),
        ("nothing", "refuse", "unknown_contact", "-/-"),
        ("nothing", "remove", "unknown_contact", "-/-"),
        ("nothing", "vip", "unknown_contact", "-/-"),
        ("asked", "ask", "already_asked", "asked/incoming"),
        ("asked", "accept", "already_asked", "asked/incoming"),
        ("asked", "refuse", "already_asked", "asked/incoming"),
        ("asked", "remove", "ok", "-/-"),
        ("asked", "vip", "ok", "asked/incoming"),
        ("incoming", "ask", "ok", "accepted/accepted"),
        ("incoming", "accept", "ok", "accepted/accepted"),
        ("incoming", "refuse", "ok", "-/-"),
        ("incoming", "remove", "ok", "-/-"),
        ("incoming", "vip", "unknown_contact", "incoming/asked"),
        ("accepted", "ask", "already_contacts", "accepted/accepted"),
        (
            "accepted",
            "accept",
            "already_contacts",
            "accepted/accepted",
        ),
        (
            "accepted",
            "refuse",
            "already_contacts",
            "accepted/accepted",
        ),
        ("accepted", "remove", "ok", "-/-"),
        ("accepted", "vip", "ok", "accepted/accepted"),
        ("refused", "ask", "ok", "asked/incoming"),
        ("refused", "accept", "unknown_contact", "-/-"),
        ("refused", "refuse", "unknown_contact", "-/-"),
        ("refused", "remove", "unknown_contact", "-/-"),
        ("refused", "vip", "unknown_contact", "-/-"),
        ("was refused", "ask", "request_refused", "-/-"),
        ("was refused", "accept", "unknown_contact", "-/-"),
        ("was refused", "refuse", "unknown_contact", "-/-"),
        ("was refused", "remove", "unknown_contact", "-/-"),
        ("was refused", "vip", "unknown_contact", "-/-"),
    ];
    let world = World::new(place).await;
    for (number, (state, action, answer, after)) in table.into_iter().enumerate() {
        let alice = world
            .member(&format!("a{number}"), &format!("Alice{number}"))
            .await;
        let bob = world
            .member(&format!("b{number}"), &format!("Bob{number}"))
            .await;
        bring(&alice, &bob, state).await;
        let outcome = match action {
            "ask" => alice.ask(&bob).await.map(|_| ()),
            "accept" => alice.act(&bob, ContactAction::Accept).await.map(|_| ()),
            "refuse" => alice.act(&bob, ContactAction::Refuse).await.map(|_| ()),
            "vip" => alice.act(&bob, ContactAction::Vip(true)).await.map(|_| ()),
            _ => {
                alice
                    .messenger
                    .remove_contact(&alice.acting, bob.id())
                    .await
            }
        };
        let outcome = outcome.map_or_else(|error| error.code().as_str(), |()| "ok");
        assert_eq!(outcome, answer, "{action} when {state}");
        assert_eq!(lists(&alice, &bob).await, after, "{action} when {state}");
    }
}

async fn members(world: &World, count: usize) -> Vec<Person> {
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

async fn ten_requests_at_once_leave_exactly_three(place: Place) {
    let world = World::with_sites(place, three()).await;
    let mut people = members(&world, 11).await;
    let alice = Arc::new(people.remove(0));
    requests_at_once(std::slice::from_ref(&alice), people).await;
    assert_eq!(alice.contacts().await.len(), 3);
}

async fn ten_requests_at_once_over_two_messengers_leave_exactly_three(place: Place) {
    let world = World::with_sites(place, three()).await;
    let mut people = members(&world, 11).await;
    let alice = Arc::new(people.remove(0));
    let plan = Plan {
        sites: three(),
        ..Plan::default()
    };
    let elsewhere = world.another(plan).await;
    let acting = elsewhere
        .acting("/a/", &alice.token)
        .await
        .expect("valid there too");
    let other = Person {
        messenger: elsewhere,
        site: "/a/",
        token: alice.token.clone(),
        new: false,
        acting,
    };
    requests_at_once(&[alice.clone(), Arc::new(other)], people).await;
    assert_eq!(alice.contacts().await.len(), 3);
}

async fn requests_at_once(from: &[Arc<Person>], to: Vec<Person>) {
    let count = to.len();
    let requests: Vec<_> = to
        .into_iter()
        .enumerate()
        .map(|(number, other)| {
            let asker = from[number % from.len()].clone();
            tokio::spawn(async move { asker.ask(&other).await })
        })
        .collect();
    let mut refused = 0;
    for request in requests {
        if let Err(error) = request.await.expect("no panic") {
            assert_eq!(error.code().as_str(), "too_many_contacts", "{error:?}");
            let extra = serde_json::to_value(error.extra()).expect("json");
            assert_eq!(extra, serde_json::json!({"whose": "yours", "limit": 3}));
            refused += 1;
        }
    }
    assert_eq!(refused, count - 3);
}

async fn ten_acceptances_at_once_leave_exactly_three(place: Place) {
    let world = World::with_sites(place, three()).await;
    let mut people = members(&world, 11).await;
    let alice = Arc::new(people.remove(0));
    for other in &people {
        other
            .ask(&alice)
            .await
            .expect("incoming requests are not counted");
    }
    let answers: Vec<_> = people
        .into_iter()
        .map(|other| {
            let alice = alice.clone();
            tokio::spawn(async move { alice.act(&other, ContactAction::Accept).await })
        })
        .collect();
    for answer in answers {
        if let Err(error) = answer.await.expect("no panic") {
            assert_eq!(error.code().as_str(), "too_many_contacts", "{error:?}");
        }
    }
    let accepted = |state| state == ContactState::Accepted;
    let contacts = alice.contacts().await;
    let accepted = contacts
        .iter()
        .filter(|contact| accepted(contact.state))
        .count();
    assert_eq!((accepted, contacts.len()), (3, 10));
}

async fn asking_each_other_makes_contacts(place: Place) {
    let world = World::new(place).await;
    let alice = Arc::new(world.member("1", "Alice").await);
    let bob = Arc::new(world.member("2", "Bob").await);
    let both = tokio::join!(
        tokio::spawn({
            let (alice, bob) = (alice.clone(), bob.clone());
            async move { alice.ask(&bob).await }
        }),
        tokio::spawn({
            let (alice, bob) = (alice.clone(), bob.clone());
            async move { bob.ask(&alice).await }
        })
    );
    both.0.expect("no panic").expect("asked or accepted");
    both.1.expect("no panic").expect("asked or accepted");
    assert_eq!(lists(&alice, &bob).await, "accepted/accepted");
}

async fn requests_count_against_the_one_who_asks(place: Place) {
    let world = World::with_sites(place, three()).await;
    let people = members(&world, 5).await;
    let (alice, rest) = people.split_first().expect("people");
    for other in &rest[..3] {
        alice.ask(other).await.expect("asked");
    }
    assert_eq!(code(alice.ask(&rest[3]).await), "too_many_contacts");
    // A request taken back makes room, one that is accepted does not.
    rest[0]
        .act(alice, ContactAction::Accept)
        .await
        .expect("accepted");
    assert_eq!(code(alice.ask(&rest[3]).await), "too_many_contacts");
    world
        .messenger
        .remove_contact(&alice.acting, rest[1].id())
        .await
        .expect("taken back");
    alice.ask(&rest[3]).await.expect("asked");
    // Being asked is free; saying yes is not.
    let late = world.member("9", "Late").await;
    late.ask(alice).await.expect("asked");
    assert_eq!(
        code(alice.act(&late, ContactAction::Accept).await),
        "too_many_contacts"
    );
}

async fn a_limit_lowered_after_asking_binds_the_one_who_asked(place: Place) {
    let world = World::with_sites(place, three()).await;
    let people = members(&world, 3).await;
    let (alice, rest) = people.split_first().expect("people");
    for other in rest {
        alice.ask(other).await.expect("asked");
    }
    let plan = Plan {
        sites: vec![Site::of("/a/", "phpbb").with(|options| options.max_contacts = 1)],
        ..Plan::default()
    };
    let messenger = world.another(plan).await;
    let acting = messenger
        .acting("/a/", &rest[0].token)
        .await
        .expect("valid");
    let answer = messenger
        .contact_action(&acting, alice.id(), ContactAction::Accept)
        .await;
    let error = answer.expect_err("alice has two where one is allowed");
    let extra = serde_json::to_value(error.extra()).expect("json");
    assert_eq!(extra, serde_json::json!({"whose": "theirs", "limit": 1}));
}

async fn a_refusal_lasts_until_the_refuser_asks(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let bob = world.member("2", "Bob").await;
    alice.ask(&bob).await.expect("asked");
    let answer = bob
        .act(&alice, ContactAction::Refuse)
        .await
        .expect("refused");
    assert!(answer.is_none());
    for _ in 0..2 {
        assert_eq!(code(alice.ask(&bob).await), "request_refused");
    }
    bob.ask(&alice).await.expect("asked");
    let accepted = alice
        .act(&bob, ContactAction::Accept)
        .await
        .expect("accepted");
    assert_eq!(
        accepted.map(|contact| contact.state),
        Some(ContactState::Accepted)
    );
}

async fn names_may_be_ambiguous(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let first = world.member("2", "Robin").await;
    world.phorum.add("2", "robin");
    let second = world.sign_in("/c/", "robin").await.expect("signed in");
    let add = |name: &str| {
        let target = ContactTarget::Name(name.to_owned());
        world
            .messenger
            .add_contact(&alice.acting, target, Some("  hello  ".into()))
    };
    let error = add("Robin").await.expect_err("which one?");
    assert_eq!(error.code().as_str(), "ambiguous_name");
    let mut candidates: Vec<_> = error
        .extra()
        .candidates
        .iter()
        .map(|user| &*user.id)
        .collect();
    candidates.sort_unstable();
    let mut both = [first.id(), second.id()];
    both.sort_unstable();
    assert_eq!(candidates, both);
    let added = add("phorum:ROBIN").await.expect("asked");
    assert_eq!(added.contact.user.id, second.id());
    assert_eq!(added.contact.greeting.as_deref(), Some("hello"));
    assert!(added.asked);
    assert_eq!(code(add("nobody").await), "unknown_user");
    assert_eq!(code(add("").await), "unknown_user");
    // A name that reads like another realm's member is not taken for one.
    world.phorum.add("9", "phpbb:Zoe");
    let zoe = world.sign_in("/c/", "phpbb:Zoe").await.expect("signed in");
    assert_eq!(code(add("phpbb:Zoe").await), "unknown_user");
    let added = add("phorum:phpbb:Zoe").await.expect("asked");
    assert_eq!(added.contact.user.id, zoe.id());
    // Two spellings in one forum: the exact one is meant.
    let upper = world.member("3", "KIM").await;
    world.member("4", "Kim").await;
    assert_eq!(add("KIM").await.expect("asked").contact.user.id, upper.id());
    assert_eq!(code(add("kim").await), "ambiguous_name");
}

async fn one_cannot_ask_oneself(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    assert_eq!(code(alice.ask(&alice).await), "invalid_request");
}

async fn settings_are_ones_own(place: Place) {
    let world = World::new(place).await;
    let (alice, bob) = world.friends().await;
    for action in [
        ContactAction::Rename(Some(" Bobby ".into())),
        ContactAction::Group(Some("Work".into())),
        ContactAction::Vip(true),
    ] {
        alice.act(&bob, action).await.expect("set");
    }
    let mine = alice.contacts().await.remove(0);
    assert_eq!(
        (
            mine.name.as_deref(),
            mine.group.as_deref(),
            mine.vip,
            mine.hidden
        ),
        (Some("Bobby"), Some("Work"), true, false)
    );
    let theirs = bob.contacts().await.remove(0);
    assert_eq!((theirs.name, theirs.group, theirs.vip), (None, None, false));
    let cleared = alice
        .act(&bob, ContactAction::Rename(Some("  ".into())))
        .await;
    assert_eq!(cleared.expect("set").expect("the line").name, None);
    let longest = "ö".repeat(100);
    let set = alice
        .act(&bob, ContactAction::Group(Some(longest.clone())))
        .await;
    let group = set.expect("set").expect("the line").group;
    assert_eq!(group, Some(longest));
    for action in [ContactAction::Group, ContactAction::Rename] {
        let long = alice.act(&bob, action(Some("ö".repeat(101)))).await;
        assert_eq!(code(long), "invalid_request");
    }
    let carol = world.member("3", "Carol").await;
    let target = ContactTarget::User(carol.acting.user_id().to_owned());
    let long = world
        .messenger
        .add_contact(&alice.acting, target, Some("x".repeat(501)))
        .await;
    assert_eq!(code(long), "invalid_request");
}

async fn limits_are_those_of_the_acting_site(place: Place) {
    let world = World::with_sites(place, three()).await;
    let people = members(&world, 6).await;
    let (alice, rest) = people.split_first().expect("people");
    for other in &rest[..3] {
        alice.ask(other).await.expect("asked");
    }
    assert_eq!(code(alice.ask(&rest[3]).await), "too_many_contacts");
    let at_b = world
        .sign_in("/b/", "Member0")
        .await
        .expect("the same account");
    assert_eq!(at_b.id(), alice.id());
    at_b.ask(&rest[3]).await.expect("twenty are allowed here");
    assert_eq!(code(alice.ask(&rest[4]).await), "too_many_contacts");
}

async fn a_request_taken_back_is_not_made_again_at_once(place: Place) {
    let world = World::new(place).await;
    let alice = world.member("1", "Alice").await;
    let bob = world.member("2", "Bob").await;
    let carol = world.member("3", "Carol").await;
    alice.ask(&bob).await.expect("asked");
    world
        .messenger
        .remove_contact(&alice.acting, bob.id())
        .await
        .expect("taken back");
    let error = alice.ask(&bob).await.expect_err("just taken back");
    assert_eq!(error.code().as_str(), "too_many_attempts");
    assert_eq!(error.extra().retry_after, Some(60));
    alice.ask(&carol).await.expect("somebody else");
    world.clock.advance(std::time::Duration::from_secs(60));
    alice.ask(&bob).await.expect("a minute later");
}
