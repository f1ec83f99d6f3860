//! Accounts of the messenger's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, Found, Login, Lookup, Password, Probe, Realm,
    Rejection, Verdict,
};
use im_messenger::{
    Device, LocalAccounts, MeUpdate, Messenger, OpenError, Presence, PresenceState, RealmSetup,
    Registration, Setup, SetupError, SiteSetup,
};
use tokio::sync::Notify;

use crate::support::world::Plan;
use crate::support::{Place, Site, World, code, on_both_stores};

on_both_stores!(
    registering_signs_in_and_then_the_password_counts,
    names_are_taken_whatever_their_case_and_width,
    reserved_names_bind_own_accounts_only,
    banned_patterns_bind_everybody,
    names_are_written_as_in_iran_and_india,
    a_forums_names_are_never_refused_for_their_characters,
    passwords_are_long_enough_and_compared_as_typed_on_any_keyboard,
    a_new_password_ends_the_other_devices,
    an_administrators_password_ends_every_device,
    a_password_set_while_a_sign_in_checks_the_old_one_counts,
    the_current_password_cannot_be_guessed_through_a_session,
    a_change_that_is_refused_changes_nothing,
    reserved_patterns_bind_names_and_names_shown,
    the_name_shown_is_ones_own_to_choose,
    they_are_an_authenticator_like_any_other,
    unknown_and_wrong_do_the_same_work,
);

const GOOD: &str = "a good password";

async fn register(world: &World, name: &str) -> Result<Registration, im_messenger::Error> {
    let messenger = &world.messenger;
    messenger
        .register("/own/", name, GOOD.into(), Device::default())
        .await
}

async fn registering_signs_in_and_then_the_password_counts(place: Place) {
    let world = World::new(place).await;
    let Ok(Registration::SignedIn(signed_in)) = register(&world, "Dana Smith").await else {
        panic!("registered and signed in");
    };
    assert!(signed_in.new);
    assert_eq!(signed_in.account.realm, "local");
    let messenger = &world.messenger;
    let again = world
        .sign_in_by(messenger, "/own/", "dana smith", GOOD)
        .await;
    let again = again.expect("names are not compared by case");
    assert_eq!(
        (again.id(), again.new),
        (signed_in.account.id.as_str(), false)
    );
    for (name, password) in [
        ("Dana Smith", "a bad password"),
        ("Dan", GOOD),
        ("Dana  Smith", GOOD),
    ] {
        let answer = world.sign_in_by(messenger, "/own/", name, password).await;
        assert_eq!(code(answer), "invalid_credentials", "{name}");
    }
}

async fn names_are_taken_whatever_their_case_and_width(place: Place) {
    let world = World::new(place).await;
    register(&world, "Élodie").await.expect("registered");
    for name in ["élodie", "E\u{301}LODIE", "Ｅ\u{301}lodie"] {
        assert_eq!(code(register(&world, name).await), "name_taken", "{name}");
    }
    register(&world, "Elodie")
        .await
        .expect("another letter, another name");
    for name in ["", " x", "a\u{7}b", "\u{200e}admin"] {
        assert_eq!(
            code(register(&world, name).await),
            "invalid_name",
            "{name:?}"
        );
    }
    // Many at once: one gets it.
    let world = std::sync::Arc::new(world);
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { register(&world, "Popular").await.is_ok() })
        })
        .collect();
    let mut got = 0;
    for attempt in tries {
        got += usize::from(attempt.await.expect("no panic"));
    }
    assert_eq!(got, 1);
}

fn strict() -> Plan {
    Plan {
        sites: vec![Site::of("/a/", "phpbb"), Site::of("/own/", "local")],
        reserved: vec!["Admin".into(), "Support".into()],
        banned: vec!["*casino*".into()],
        ..Plan::default()
    }
}

async fn reserved_names_bind_own_accounts_only(place: Place) {
    let world = World::planned(place, strict()).await;
    for name in ["admin", "ADMIN", "Ａｄｍｉｎ", "support"] {
        assert_eq!(
            code(register(&world, name).await),
            "name_not_allowed",
            "{name}"
        );
    }
    let created = world.messenger.create_local("Admin", GOOD.into()).await;
    assert_eq!(code(created), "name_not_allowed");
    register(&world, "Administrator")
        .await
        .expect("another name");
    // A forum's Admin is the forum's Admin.
    world.member("1", "Admin").await;
}

async fn banned_patterns_bind_everybody(place: Place) {
    let world = World::planned(place, strict()).await;
    assert_eq!(
        code(register(&world, "Best CASINO").await),
        "name_not_allowed"
    );
    world.phpbb.add("1", "xXcasinoXx");
    assert_eq!(
        code(world.sign_in("/a/", "xXcasinoXx").await),
        "name_not_allowed"
    );
    // Only after the right password: else nobody is told anything.
    let wrong = world
        .sign_in_by(&world.messenger, "/a/", "xXcasinoXx", "wrong")
        .await;
    assert_eq!(code(wrong), "invalid_credentials");
}

async fn names_are_written_as_in_iran_and_india(place: Place) {
    let world = World::planned(place, strict()).await;
    for name in [
        "علی\u{200c}رضا",
        "क\u{94d}\u{200d}षम\u{93e}",
        "محم\u{651}د کاظمی",
    ] {
        register(&world, name).await.expect("a name");
        let person = world
            .sign_in_by(&world.messenger, "/own/", name, GOOD)
            .await
            .expect("in");
        let shown = MeUpdate {
            display_name: Some(format!("{name} (تهران)")),
            ..MeUpdate::default()
        };
        let me = world.messenger.update_me(&person.acting, shown).await;
        assert_eq!(me.expect("me").user.username, name);
    }
    for name in ["Ad\u{200c}min", "Da\u{200d}na", "علی\u{200c}"] {
        assert_eq!(code(register(&world, name).await), "invalid_name", "{name}");
    }
}

async fn a_forums_names_are_never_refused_for_their_characters(place: Place) {
    let world = World::planned(place, strict()).await;
    for (id, name) in [
        ("1", "Ali\u{200d}Reza"),
        ("2", "\u{200c}علی"),
        ("3", "\u{202e}abc"),
        ("4", "رضاali"),
    ] {
        world.member(id, name).await;
    }
    world.phpbb.add("5", "xXca\u{200d}sinoXx");
    assert_eq!(
        code(world.sign_in("/a/", "xXca\u{200d}sinoXx").await),
        "name_not_allowed"
    );
}

async fn passwords_are_long_enough_and_compared_as_typed_on_any_keyboard(place: Place) {
    let world = World::new(place).await;
    let messenger = &world.messenger;
    for bad in ["short", "a tab\tand more", &"x".repeat(2_000)] {
        let answer = messenger
            .register("/own/", "Dana", bad.into(), Device::default())
            .await;
        assert_eq!(code(answer), "invalid_password", "{} characters", bad.len());
    }
    let composed = "pässwörter";
    let decomposed = "pa\u{308}sswo\u{308}rter";
    let made = messenger
        .register("/own/", "Dana", composed.into(), Device::default())
        .await;
    made.expect("registered");
    let answer = world
        .sign_in_by(messenger, "/own/", "Dana", decomposed)
        .await;
    answer.expect("the same password");
    for wrong in ["Pässwörter", "pässwörter ", "", "passworter"] {
        let answer = world.sign_in_by(messenger, "/own/", "Dana", wrong).await;
        assert_eq!(code(answer), "invalid_credentials", "{wrong}");
    }
}

fn password(current: &str, new: &str) -> MeUpdate {
    MeUpdate {
        password: Some((current.into(), new.into())),
        ..MeUpdate::default()
    }
}

async fn a_new_password_ends_the_other_devices(place: Place) {
    let world = World::new(place).await;
    register(&world, "Dana").await.expect("registered");
    let messenger = &world.messenger;
    let phone = world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in");
    let desktop = world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in");
    let wrong = messenger
        .update_me(&phone.acting, password("guess", "another password"))
        .await;
    assert_eq!(code(wrong), "invalid_password");
    let short = messenger
        .update_me(&phone.acting, password(GOOD, "short"))
        .await;
    assert_eq!(code(short), "invalid_password");
    let changed = messenger
        .update_me(&phone.acting, password(GOOD, "another password"))
        .await;
    changed.expect("changed");
    phone.again().await.expect("this device stays");
    assert_eq!(code(desktop.again().await), "session_invalid");
    let old = world.sign_in_by(messenger, "/own/", "Dana", GOOD).await;
    assert_eq!(code(old), "invalid_credentials");
    let new = world
        .sign_in_by(messenger, "/own/", "Dana", "another password")
        .await;
    new.expect("the new one counts");
    // A forum's member changes it in the forum.
    let alice = world.member("1", "Alice").await;
    let answer = messenger
        .update_me(&alice.acting, password(GOOD, GOOD))
        .await;
    assert_eq!(code(answer), "forbidden");
}

async fn an_administrators_password_ends_every_device(place: Place) {
    let world = World::new(place).await;
    let messenger = &world.messenger;
    let user = messenger
        .create_local("Dana", GOOD.into())
        .await
        .expect("created");
    let dana = world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in");
    assert_eq!((dana.id(), dana.new), (user.id.as_str(), false));
    let new = Password::from("another password");
    messenger.set_password("dana", new).await.expect("set");
    assert_eq!(code(dana.again().await), "session_invalid");
    let answer = world
        .sign_in_by(messenger, "/own/", "Dana", "another password")
        .await;
    answer.expect("the new one counts");
    let unknown = messenger.set_password("nobody", GOOD.into()).await;
    assert_eq!(code(unknown), "unknown_user");
}

async fn the_name_shown_is_ones_own_to_choose(place: Place) {
    let world = World::planned(place, strict()).await;
    register(&world, "Dana").await.expect("registered");
    let messenger = &world.messenger;
    let dana = world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in");
    let shown = |name: &str| MeUpdate {
        display_name: Some(name.into()),
        ..MeUpdate::default()
    };
    let me = messenger
        .update_me(&dana.acting, shown("Dana the Great"))
        .await
        .expect("me");
    assert_eq!(
        (me.user.username.as_str(), me.user.display_name.as_str()),
        ("Dana", "Dana the Great")
    );
    let alice = world.member("1", "Alice").await;
    let found = messenger
        .users(&alice.acting, "dana the")
        .await
        .expect("users");
    assert_eq!(found.len(), 1);
    assert_eq!(
        code(messenger.update_me(&dana.acting, shown("ADMIN")).await),
        "name_not_allowed"
    );
    assert_eq!(
        code(messenger.update_me(&alice.acting, shown("A")).await),
        "forbidden"
    );
    let again = world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in");
    let me = messenger
        .update_me(&again.acting, shown(""))
        .await
        .expect("me");
    assert_eq!(me.user.display_name, "Dana");
}

async fn they_are_an_authenticator_like_any_other(place: Place) {
    let world = World::new(place).await;
    register(&world, "Dana").await.expect("registered");
    let local = LocalAccounts::new(world.store.clone(), world.pool.clone());
    assert_eq!(local.info().realms, [Realm::local()]);
    let verdict = local
        .authenticate(&Login::new("DANA", GOOD))
        .await
        .expect("an answer");
    let Verdict::Accepted(user) = verdict else {
        panic!("the password is right");
    };
    assert_eq!(user.name, "Dana");
    let lookups = [
        im_core::Lookup::by_id(user.identity.id.as_str()),
        im_core::Lookup::by_name("dana"),
        im_core::Lookup::by_name("nobody"),
    ];
    let found = local.find(&lookups).await.expect("an answer");
    assert_eq!(found[0].as_ref().map(|found| &found.user), Some(&*user));
    assert_eq!(found[0], found[1]);
    assert!(found[2].is_none());
    assert_eq!(local.probe().await.expect("an answer").accounts, Some(1));
}

async fn unknown_and_wrong_do_the_same_work(place: Place) {
    let world = World::new(place).await;
    register(&world, "Dana").await.expect("registered");
    let local = LocalAccounts::new(world.store.clone(), world.pool.clone());
    for (name, password, answer) in [
        ("Dana", "a bad password", Rejection::WrongPassword),
        ("Nobody", "a bad password", Rejection::UnknownUser),
        ("  ", "a bad password", Rejection::UnknownUser),
        ("Dana", "a\tbad password", Rejection::WrongPassword),
        ("Nobody", "a\tbad password", Rejection::UnknownUser),
    ] {
        let before = world.pool.stats();
        let verdict = local.authenticate(&Login::new(name, password)).await;
        assert_eq!(verdict.expect("an answer"), Verdict::Rejected(answer));
        let after = world.pool.stats();
        let done = (after.verified + after.decoys) - (before.verified + before.decoys);
        assert_eq!(done, 1, "{name} {password}");
    }
}

/// Own accounts, where the first sign-in waits after its password was checked.
struct Pausing {
    accounts: LocalAccounts,
    paused: AtomicBool,
    checked: Notify,
    go: Notify,
}

#[async_trait]
impl ExternalAuthenticator for Pausing {
    fn info(&self) -> &AdapterInfo {
        self.accounts.info()
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let verdict = self.accounts.authenticate(login).await;
        if !self.paused.swap(true, Ordering::AcqRel) {
            self.checked.notify_one();
            self.go.notified().await;
        }
        verdict
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        self.accounts.find(lookups).await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        self.accounts.probe().await
    }
}

async fn a_password_set_while_a_sign_in_checks_the_old_one_counts(place: Place) {
    let world = World::new(place).await;
    let pausing = Arc::new(Pausing {
        accounts: LocalAccounts::new(world.store.clone(), world.pool.clone()),
        paused: AtomicBool::new(false),
        checked: Notify::new(),
        go: Notify::new(),
    });
    let mut setup = Setup::new(world.pool.clone());
    setup
        .realms
        .push(RealmSetup::new(Realm::local(), pausing.clone()));
    setup.sites.push(SiteSetup::new(
        "/own/",
        vec![Realm::local()],
        pausing.clone(),
    ));
    let messenger = Messenger::start(world.store.clone(), setup)
        .await
        .expect("starts");
    messenger
        .create_local("Dana", GOOD.into())
        .await
        .expect("created");
    let sign_in = tokio::spawn({
        let messenger = messenger.clone();
        async move {
            messenger
                .sign_in("/own/", Login::new("Dana", GOOD), Device::default())
                .await
        }
    });
    pausing.checked.notified().await;
    messenger
        .set_password("Dana", "another password".into())
        .await
        .expect("set");
    pausing.go.notify_one();
    let answer = sign_in.await.expect("no panic");
    assert_eq!(code(answer), "invalid_credentials");
    let statistics = messenger.statistics().await.expect("statistics");
    assert_eq!(statistics.sessions, 0);
    messenger
        .sign_in(
            "/own/",
            Login::new("Dana", "another password"),
            Device::default(),
        )
        .await
        .expect("the new one counts");
}

async fn dana(world: &World) -> crate::support::Person {
    register(world, "Dana").await.expect("registered");
    world
        .sign_in_by(&world.messenger, "/own/", "Dana", GOOD)
        .await
        .expect("in")
}

fn new_password(current: &str, new: &str) -> MeUpdate {
    MeUpdate {
        password: Some((current.into(), new.into())),
        ..MeUpdate::default()
    }
}

async fn the_current_password_cannot_be_guessed_through_a_session(place: Place) {
    let world = World::new(place).await;
    let dana = dana(&world).await;
    let guess = |current: &'static str| {
        let update = new_password(current, "another password");
        world.messenger.update_me(&dana.acting, update)
    };
    for _ in 0..4 {
        assert_eq!(code(guess("a guess").await), "invalid_password");
    }
    guess(GOOD).await.expect("the fifth is right");
    for _ in 0..5 {
        assert_eq!(code(guess("a guess").await), "invalid_password");
    }
    let checked = world.pool.stats().verified;
    let error = guess("another password").await.expect_err("too many");
    assert_eq!(error.code().as_str(), "too_many_attempts");
    assert_eq!(error.extra().retry_after, Some(60));
    assert_eq!(world.pool.stats().verified, checked, "nothing is checked");
    world.clock.advance(Duration::from_secs(60));
    guess("another password").await.expect("a minute later");
}

async fn a_change_that_is_refused_changes_nothing(place: Place) {
    let world = World::planned(place, strict()).await;
    let dana = dana(&world).await;
    let messenger = &world.messenger;
    let busy = Presence {
        state: PresenceState::Busy,
        reason: None,
    };
    for (name, current, refused) in [
        ("Support", GOOD, "name_not_allowed"),
        ("A\u{202e}b", GOOD, "invalid_name"),
        (&"ö".repeat(65), GOOD, "invalid_name"),
        ("Dana the Great", "a guess", "invalid_password"),
    ] {
        let update = MeUpdate {
            presence: Some(busy.clone()),
            display_name: Some(name.into()),
            ..new_password(current, "another password")
        };
        assert_eq!(
            code(messenger.update_me(&dana.acting, update).await),
            refused
        );
    }
    let me = messenger.me(&dana.acting).await.expect("me");
    assert_eq!(me.user.display_name, "Dana");
    assert_eq!(me.presence.state, PresenceState::Online);
    world
        .sign_in_by(messenger, "/own/", "Dana", GOOD)
        .await
        .expect("the password is the old one");
}

async fn reserved_patterns_bind_names_and_names_shown(place: Place) {
    let plan = || Plan {
        reserved: vec!["*admin*".into()],
        ..strict()
    };
    let world = World::planned(place, plan()).await;
    for name in ["The Admin", "Administrator", "xＡＤＭＩＮx"] {
        assert_eq!(
            code(register(&world, name).await),
            "name_not_allowed",
            "{name}"
        );
    }
    let dana = dana(&world).await;
    for (name, refused) in [
        ("The ADMIN", "name_not_allowed"),
        ("Ad\u{fe0f}min", "name_not_allowed"),
        ("Ad\u{200b}min", "invalid_name"),
        ("\u{202e}nimdA", "invalid_name"),
    ] {
        let update = MeUpdate {
            display_name: Some(name.into()),
            ..MeUpdate::default()
        };
        let answer = world.messenger.update_me(&dana.acting, update).await;
        assert_eq!(code(answer), refused, "{name:?}");
    }
    let mut wrong = plan();
    wrong.reserved.push("no\ttab".into());
    let started = world.started(world.store.clone(), wrong).await;
    assert!(matches!(
        started,
        Err(OpenError::Setup(SetupError::ReservedName(name))) if name == "no\ttab"
    ));
}
