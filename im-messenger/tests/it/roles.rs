//! Roles: options for some users, on top of their site's.

use im_core::Realm;
use im_messenger::{OptionOverrides, RoleSetup};

use crate::support::world::Plan;
use crate::support::{Person, Place, Site, World, code, on_both_stores};

on_both_stores!(
    groups_of_the_forum_give_a_role,
    an_administrator_gives_a_role_before_any_group,
    the_first_role_of_several_counts,
    a_role_that_is_gone_is_no_role,
    administrators_are_made_by_name,
);

fn role(name: &str, max_contacts: u32, groups: &[&str]) -> RoleSetup {
    let mut options = OptionOverrides::default();
    options.max_contacts = Some(max_contacts);
    options.message_max_chars = Some(max_contacts);
    let realm = Realm::new("phpbb").expect("a realm name");
    RoleSetup {
        name: name.into(),
        options,
        groups: groups
            .iter()
            .map(|group| (realm.clone(), (*group).to_owned()))
            .collect(),
    }
}

fn plan() -> Plan {
    Plan {
        sites: vec![
            Site::of("/a/", "phpbb").with(|options| options.max_contacts = 3),
            Site::of("/c/", "phorum"),
        ],
        roles: vec![
            role("gold", 50, &["Gold"]),
            role("silver", 10, &["Silver", "Gold"]),
        ],
        ..Plan::default()
    }
}

/// The role and the limit on contacts, asked anew.
async fn bound(person: &Person) -> (Option<String>, u32) {
    let acting = person.again().await.expect("valid");
    let me = person.messenger.me(&acting).await.expect("me");
    assert_eq!(me.limits.max_contacts, acting.options().max_contacts);
    (me.role, me.limits.max_contacts)
}

async fn groups_of_the_forum_give_a_role(place: Place) {
    let world = World::planned(place, plan()).await;
    let alice = world.member("1", "Alice").await;
    assert_eq!(bound(&alice).await, (None, 3));
    world
        .phpbb
        .change("1", |member| member.user.groups = vec!["Silver".into()]);
    world
        .messenger
        .check_standing(world.phpbb.realm())
        .await
        .expect("checked");
    assert_eq!(bound(&alice).await, (Some("silver".into()), 10));
    world.phpbb.change("1", |member| member.user.groups.clear());
    world
        .messenger
        .check_standing(world.phpbb.realm())
        .await
        .expect("checked");
    assert_eq!(bound(&alice).await, (None, 3));
    // A group of the same name in another forum is another group.
    world.phorum.add("1", "Olga");
    world
        .phorum
        .change("1", |member| member.user.groups = vec!["Gold".into()]);
    let olga = world.sign_in("/c/", "Olga").await.expect("signed in");
    assert_eq!(bound(&olga).await.0, None);
}

async fn an_administrator_gives_a_role_before_any_group(place: Place) {
    let world = World::planned(place, plan()).await;
    world.phpbb.add("1", "Alice");
    world
        .phpbb
        .change("1", |member| member.user.groups = vec!["Silver".into()]);
    let alice = world.sign_in("/a/", "Alice").await.expect("signed in");
    let realm = world.phpbb.realm();
    let messenger = &world.messenger;
    messenger
        .set_role(realm, "alice", Some("gold"))
        .await
        .expect("given");
    assert_eq!(bound(&alice).await, (Some("gold".into()), 50));
    messenger
        .set_role(realm, "Alice", None)
        .await
        .expect("taken");
    assert_eq!(bound(&alice).await, (Some("silver".into()), 10));
    assert_eq!(
        code(messenger.set_role(realm, "Alice", Some("tin")).await),
        "unknown_role"
    );
    assert_eq!(
        code(messenger.set_role(realm, "Nobody", None).await),
        "unknown_user"
    );
}

async fn the_first_role_of_several_counts(place: Place) {
    let world = World::planned(place, plan()).await;
    world.phpbb.add("1", "Alice");
    world.phpbb.change("1", |member| {
        member.user.groups = vec!["Silver".into(), "Gold".into()];
    });
    let alice = world.sign_in("/a/", "Alice").await.expect("signed in");
    assert_eq!(bound(&alice).await, (Some("gold".into()), 50));
    let bob = world.member("2", "Bob").await;
    alice.befriend(&bob).await;
    alice
        .say(&bob, &"x".repeat(50))
        .await
        .expect("the role's length");
    let long = alice.say(&bob, &"x".repeat(51)).await;
    assert_eq!(code(long), "message_too_long");
}

async fn a_role_that_is_gone_is_no_role(place: Place) {
    let world = World::planned(place, plan()).await;
    let alice = world.member("1", "Alice").await;
    let messenger = &world.messenger;
    messenger
        .set_role(world.phpbb.realm(), "Alice", Some("gold"))
        .await
        .expect("given");
    let without = Plan {
        roles: Vec::new(),
        ..plan()
    };
    let other = world.another(without).await;
    let acting = other.acting("/a/", &alice.token).await.expect("valid");
    assert_eq!(acting.options().max_contacts, 3);
}

async fn administrators_are_made_by_name(place: Place) {
    let world = World::planned(place, plan()).await;
    let alice = world.member("1", "Alice").await;
    let (messenger, realm) = (&world.messenger, world.phpbb.realm());
    assert!(!alice.acting.is_admin());
    messenger
        .grant_admin(realm, "ALICE", true)
        .await
        .expect("granted");
    assert!(alice.again().await.expect("valid").is_admin());
    messenger
        .grant_admin(realm, "Alice", false)
        .await
        .expect("taken");
    assert!(!alice.again().await.expect("valid").is_admin());
    let elsewhere = messenger
        .grant_admin(world.phorum.realm(), "Alice", true)
        .await;
    assert_eq!(code(elsewhere), "unknown_user");
}
