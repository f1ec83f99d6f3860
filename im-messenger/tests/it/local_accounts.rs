//! Accounts of the messenger's own.

use im_core::{ExternalAuthenticator, Login, Password, Realm, Rejection, Verdict};
use im_messenger::{Device, LocalAccounts, MeUpdate, Registration};

use crate::support::world::Plan;
use crate::support::{Place, Site, World, code, on_both_stores};

on_both_stores!(
    registering_signs_in_and_then_the_password_counts,
    names_are_taken_whatever_their_case_and_width,
    reserved_names_bind_own_accounts_only,
    banned_patterns_bind_everybody,
    passwords_are_long_enough_and_compared_as_typed_on_any_keyboard,
    a_new_password_ends_the_other_devices,
    an_administrators_password_ends_every_device,
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
