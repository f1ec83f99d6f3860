//! How somebody comes in for the first time.

use im_core::Realm;
use im_messenger::{Device, NewcomersExternal, NewcomersLocal, Registration, RegistrationPolicy};

use crate::support::{Place, Site, World, code, on_both_stores};

on_both_stores!(
    own_accounts_at_once,
    own_accounts_after_registering,
    own_accounts_after_approval,
    own_accounts_never,
    forum_members_at_once,
    forum_members_after_approval,
    forum_members_never,
    a_pending_account_is_invisible,
    a_refused_member_stays_out_until_approved,
    a_refused_registration_frees_its_name,
    approval_holds_although_the_site_was_full,
    at_a_full_site_no_own_account_is_made,
);

const PASSWORD: &str = "a good password";

async fn world(place: Place, local: NewcomersLocal, external: NewcomersExternal) -> World {
    let sites = vec![
        Site::of("/own/", "local").with(|options| options.newcomers_local = local),
        Site::of("/a/", "phpbb").with(|options| options.newcomers_external = external),
        Site::of("/open/", "phpbb"),
    ];
    World::with_sites(place, sites).await
}

async fn own(place: Place, local: NewcomersLocal) -> World {
    world(place, local, NewcomersExternal::AtOnce).await
}

async fn try_sign_in(world: &World, name: &str) -> &'static str {
    let messenger = &world.messenger;
    match world.sign_in_by(messenger, "/own/", name, PASSWORD).await {
        Ok(person) if person.new => "new",
        Ok(_) => "known",
        Err(error) => error.code().as_str(),
    }
}

async fn try_register(world: &World, name: &str) -> &'static str {
    let messenger = &world.messenger;
    let answer = messenger.register("/own/", name, PASSWORD.into(), Device::default());
    match answer.await {
        Ok(Registration::SignedIn(_)) => "signed in",
        Ok(Registration::ApprovalPending) => "pending",
        Ok(_) => "something else",
        Err(error) => error.code().as_str(),
    }
}

fn policy(world: &World) -> RegistrationPolicy {
    world
        .messenger
        .site_info("/own/")
        .expect("a site")
        .registration
}

async fn own_accounts_at_once(place: Place) {
    let world = own(place, NewcomersLocal::AtOnce).await;
    assert_eq!(policy(&world), RegistrationPolicy::AtOnce);
    assert_eq!(try_sign_in(&world, "Dana").await, "new");
    assert_eq!(try_sign_in(&world, "dana").await, "known");
    let messenger = &world.messenger;
    let wrong = world
        .sign_in_by(messenger, "/own/", "Dana", "another password")
        .await;
    assert_eq!(code(wrong), "invalid_credentials");
    let short = world.sign_in_by(messenger, "/own/", "Eve", "short").await;
    assert_eq!(code(short), "invalid_password");
    let bad = world
        .sign_in_by(messenger, "/own/", "E\u{7}e", PASSWORD)
        .await;
    assert_eq!(code(bad), "invalid_name");
    assert_eq!(try_register(&world, "Finn").await, "signed in");
}

async fn own_accounts_after_registering(place: Place) {
    let world = own(place, NewcomersLocal::Register).await;
    assert_eq!(policy(&world), RegistrationPolicy::Open);
    assert_eq!(try_sign_in(&world, "Dana").await, "invalid_credentials");
    assert_eq!(try_register(&world, "Dana").await, "signed in");
    assert_eq!(try_register(&world, "Dana").await, "name_taken");
    assert_eq!(try_sign_in(&world, "Dana").await, "known");
    let elsewhere = world
        .messenger
        .register("/a/", "Eve", PASSWORD.into(), Device::default());
    assert_eq!(code(elsewhere.await), "registration_closed");
}

async fn own_accounts_after_approval(place: Place) {
    let world = own(place, NewcomersLocal::Approval).await;
    assert_eq!(policy(&world), RegistrationPolicy::Approval);
    assert_eq!(try_register(&world, "Dana").await, "pending");
    assert_eq!(try_register(&world, "DANA").await, "name_taken");
    assert_eq!(try_sign_in(&world, "Dana").await, "approval_pending");
    let wrong = world.sign_in_by(&world.messenger, "/own/", "Dana", "another password");
    assert_eq!(code(wrong.await), "invalid_credentials");
    let pending = world.messenger.pending().await.expect("pending");
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].user.username, "Dana");
    world
        .messenger
        .approve(&Realm::local(), "dana")
        .await
        .expect("approved");
    assert!(world.messenger.pending().await.expect("pending").is_empty());
    assert_eq!(try_sign_in(&world, "Dana").await, "known");
}

async fn own_accounts_never(place: Place) {
    let world = own(place, NewcomersLocal::Never).await;
    assert_eq!(policy(&world), RegistrationPolicy::Closed);
    assert_eq!(try_register(&world, "Dana").await, "registration_closed");
    assert_eq!(try_sign_in(&world, "Dana").await, "invalid_credentials");
    world
        .messenger
        .create_local("Dana", PASSWORD.into())
        .await
        .expect("created");
    assert_eq!(try_sign_in(&world, "Dana").await, "known");
    let twice = world.messenger.create_local("dana", PASSWORD.into()).await;
    assert_eq!(code(twice), "name_taken");
}

async fn external(place: Place, way: NewcomersExternal) -> World {
    let world = world(place, NewcomersLocal::Register, way).await;
    world.phpbb.add("1", "Alice");
    world
}

async fn forum_members_at_once(place: Place) {
    let world = external(place, NewcomersExternal::AtOnce).await;
    assert!(world.sign_in("/a/", "Alice").await.expect("signed in").new);
}

async fn forum_members_after_approval(place: Place) {
    let world = external(place, NewcomersExternal::Approval).await;
    for _ in 0..2 {
        assert_eq!(
            code(world.sign_in("/a/", "Alice").await),
            "approval_pending"
        );
    }
    let wrong = world
        .sign_in_by(&world.messenger, "/a/", "Alice", "wrong")
        .await;
    assert_eq!(code(wrong), "invalid_credentials");
    assert_eq!(world.messenger.pending().await.expect("pending").len(), 1);
    world
        .messenger
        .approve(world.phpbb.realm(), "Alice")
        .await
        .expect("approved");
    world.sign_in("/a/", "Alice").await.expect("signed in");
}

async fn forum_members_never(place: Place) {
    let world = external(place, NewcomersExternal::Never).await;
    assert_eq!(
        code(world.sign_in("/a/", "Alice").await),
        "registration_closed"
    );
    let wrong = world
        .sign_in_by(&world.messenger, "/a/", "Alice", "wrong")
        .await;
    assert_eq!(code(wrong), "invalid_credentials");
    assert!(world.messenger.pending().await.expect("pending").is_empty());
    // Whoever is known from elsewhere may come in.
    world.sign_in("/open/", "Alice").await.expect("signed in");
    world.sign_in("/a/", "Alice").await.expect("known by now");
}

async fn a_pending_account_is_invisible(place: Place) {
    let world = external(place, NewcomersExternal::Approval).await;
    world.phpbb.add("2", "Alicia");
    let alicia = world.sign_in("/open/", "Alicia").await.expect("signed in");
    assert_eq!(
        code(world.sign_in("/a/", "Alice").await),
        "approval_pending"
    );
    let pending = world
        .messenger
        .pending()
        .await
        .expect("pending")
        .remove(0)
        .user;
    let messenger = &world.messenger;
    assert!(
        messenger
            .users(&alicia.acting, "alice")
            .await
            .expect("users")
            .is_empty()
    );
    for target in [
        im_messenger::ContactTarget::User(pending.id.clone()),
        im_messenger::ContactTarget::Name("Alice".into()),
        im_messenger::ContactTarget::Name("phpbb:Alice".into()),
    ] {
        let asked = messenger.add_contact(&alicia.acting, target, None).await;
        assert_eq!(code(asked), "unknown_user");
    }
    let opened = messenger
        .open_conversation(&alicia.acting, &pending.id)
        .await;
    assert_eq!(code(opened), "unknown_user");
    let statistics = messenger.statistics().await.expect("statistics");
    assert_eq!((statistics.accounts, statistics.sessions), (1, 1));
}

async fn a_refused_member_stays_out_until_approved(place: Place) {
    let world = external(place, NewcomersExternal::Approval).await;
    assert_eq!(
        code(world.sign_in("/a/", "Alice").await),
        "approval_pending"
    );
    let messenger = &world.messenger;
    messenger
        .refuse(world.phpbb.realm(), "Alice")
        .await
        .expect("refused");
    assert_eq!(
        code(world.sign_in("/a/", "Alice").await),
        "registration_closed"
    );
    assert!(messenger.pending().await.expect("pending").is_empty());
    let again = messenger.refuse(world.phpbb.realm(), "Alice").await;
    assert_eq!(code(again), "unknown_user");
    messenger
        .approve(world.phpbb.realm(), "Alice")
        .await
        .expect("approved after all");
    world.sign_in("/a/", "Alice").await.expect("signed in");
}

async fn a_refused_registration_frees_its_name(place: Place) {
    let world = own(place, NewcomersLocal::Approval).await;
    assert_eq!(try_register(&world, "Dana").await, "pending");
    world
        .messenger
        .refuse(&Realm::local(), "Dana")
        .await
        .expect("refused");
    assert_eq!(try_sign_in(&world, "Dana").await, "invalid_credentials");
    assert_eq!(try_register(&world, "Dana").await, "pending");
}

async fn approval_holds_although_the_site_was_full(place: Place) {
    let sites = vec![Site::of("/own/", "local").with(|options| {
        options.newcomers_local = NewcomersLocal::Approval;
        options.max_connected = 1;
    })];
    let world = World::with_sites(place, sites).await;
    world
        .messenger
        .create_local("First", PASSWORD.into())
        .await
        .expect("created");
    assert_eq!(try_sign_in(&world, "First").await, "known");
    assert_eq!(try_register(&world, "Dana").await, "pending");
    assert_eq!(try_sign_in(&world, "Dana").await, "approval_pending");
}

async fn at_a_full_site_no_own_account_is_made(place: Place) {
    let site = |path, way| {
        Site::of(path, "local").with(|options| {
            options.newcomers_local = way;
            options.max_connected = 1;
        })
    };
    let sites = vec![
        site("/own/", NewcomersLocal::Register),
        site("/once/", NewcomersLocal::AtOnce),
    ];
    let world = World::with_sites(place, sites).await;
    let messenger = &world.messenger;
    messenger
        .create_local("First", PASSWORD.into())
        .await
        .expect("created");
    let sign_in = |path, name| world.sign_in_by(messenger, path, name, PASSWORD);
    let first = sign_in("/own/", "First").await.expect("in");
    let there = sign_in("/once/", "First").await.expect("in");
    for _ in 0..2 {
        assert_eq!(try_register(&world, "Dana").await, "site_full");
        assert_eq!(
            crate::support::code(sign_in("/once/", "Eve").await),
            "site_full"
        );
    }
    let statistics = messenger.statistics().await.expect("statistics");
    assert_eq!(statistics.accounts, 1);
    for person in [first, there] {
        messenger.sign_out(&person.acting).await.expect("out");
    }
    assert_eq!(try_register(&world, "Dana").await, "signed in");
    assert!(sign_in("/once/", "Eve").await.expect("in").new);
}
