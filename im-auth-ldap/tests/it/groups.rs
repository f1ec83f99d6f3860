//! Groups: what they make of a member, and who must be in one.

use im_auth_ldap::OneOrMore;
use im_core::{ExternalAuthenticator as _, Lookup, Rejection, Standing};

use crate::place::{Place, accepted, rejected};
use crate::support::{Record, uuid};

async fn place() -> Place {
    let place = Place::new().await;
    let groups = format!("ou=groups,{}", place.unit);
    let (alice, bob) = (place.dn("alice"), place.dn("bob"));
    place
        .add(&[
            place.person("alice", "horse").id(51),
            place.person("bob", "staple").id(52),
            Record::unit(&groups),
            Record::group("Admins", &groups, &[&alice]),
            Record::group("Helpers", &groups, &[&bob, &alice]),
            Record::new(format!("cn=unix,{groups}"))
                .with("objectClass", "posixGroup")
                .with("cn", "unix")
                .with("gidNumber", "100")
                .with("memberUid", "bob"),
        ])
        .await;
    place
}

#[tokio::test]
async fn groups_come_from_the_entry_and_make_administrators_and_moderators() {
    let place = place().await;
    let directory = place.directory_with(|options| {
        options.admin_groups = OneOrMore::from([format!("cn=admins, ou=Groups,{}", place.unit)]);
        options.moderator_groups = OneOrMore::from(["helpers"]);
        options.group_base = Some(format!("ou=groups,{}", place.unit));
    });
    let alice = accepted(&directory, "alice", "horse").await;
    assert_eq!(alice.groups, ["Admins", "Helpers"]);
    assert!(alice.is_admin && alice.is_moderator);
    let bob = accepted(&directory, "bob", "staple").await;
    assert!(!bob.is_admin && bob.is_moderator);
}

#[tokio::test]
async fn groups_are_searched_by_the_members_entry() {
    let place = place().await;
    let directory = place.directory_with(|options| {
        options.group_base = Some(format!("ou=groups,{}", place.unit));
        options.group_filter = Some("(member={dn})".into());
    });
    let alice = accepted(&directory, "alice", "horse").await;
    assert_eq!(alice.groups, ["Admins", "Helpers"]);
}

#[tokio::test]
async fn groups_are_searched_by_the_members_name() {
    let place = place().await;
    let directory = place.directory_with(|options| {
        options.group_base = Some(format!("ou=groups,{}", place.unit));
        options.group_filter = Some("(&(objectClass=posixGroup)(memberUid={name}))".into());
        options.admin_groups = OneOrMore::from(["unix"]);
    });
    let bob = accepted(&directory, "BOB", "staple").await;
    assert_eq!(bob.groups, ["unix"]);
    assert!(bob.is_admin);
    assert!(
        accepted(&directory, "alice", "horse")
            .await
            .groups
            .is_empty()
    );
}

#[tokio::test]
async fn a_name_in_a_group_filter_is_never_part_of_it() {
    let place = place().await;
    place.add(&[place.person("x)(cn=*", "pw")]).await;
    let directory = place.directory_with(|options| {
        options.group_base = Some(format!("ou=groups,{}", place.unit));
        options.group_filter = Some("(|(memberUid={name})(member={dn}))".into());
    });
    let user = accepted(&directory, "x)(cn=*", "pw").await;
    assert!(user.groups.is_empty(), "{:?}", user.groups);
}

#[tokio::test]
async fn who_is_not_in_a_required_group_is_told_after_the_right_password_only() {
    let place = place().await;
    let directory = place.directory_with(|options| {
        options.required_group = OneOrMore::from(["nobodys", "admins"]);
        options.group_base = Some(format!("ou=groups,{}", place.unit));
    });
    accepted(&directory, "alice", "horse").await;
    assert_eq!(
        rejected(&directory, "bob", "staple").await,
        Rejection::Inactive
    );
    assert_eq!(
        rejected(&directory, "bob", "wrong").await,
        Rejection::WrongPassword
    );
    let lookups = [Lookup::by_id(uuid(51)), Lookup::by_name("bob")];
    let found = directory.find(&lookups).await.unwrap();
    let standings: Vec<_> = found
        .into_iter()
        .map(|found| found.unwrap().standing)
        .collect();
    assert_eq!(
        standings,
        [Standing::Good, Standing::Refused(Rejection::Inactive)]
    );
}

#[tokio::test]
async fn who_leaves_the_required_group_is_found_out_of_it() {
    let place = place().await;
    let directory = place.directory_with(|options| {
        options.required_group = OneOrMore::from([format!("cn=helpers,ou=groups,{}", place.unit)]);
    });
    accepted(&directory, "bob", "staple").await;
    place
        .server
        .modify(&format!(
            "dn: cn=Helpers,ou=groups,{}\nchangetype: modify\ndelete: member\nmember: {}\n",
            place.unit,
            place.dn("bob")
        ))
        .await;
    let found = directory.find(&[Lookup::by_id(uuid(52))]).await.unwrap();
    let standing = found[0].as_ref().unwrap().standing.clone();
    assert_eq!(standing, Standing::Refused(Rejection::Inactive));
}

#[tokio::test]
async fn a_group_elsewhere_is_not_meant_by_its_name() {
    let place = place().await;
    let elsewhere = format!("ou=projects,{}", place.unit);
    place
        .add(&[
            Record::unit(&elsewhere),
            Record::group("Admins", &elsewhere, &[&place.dn("bob")]),
        ])
        .await;
    let directory = place.directory_with(|options| {
        options.admin_groups = OneOrMore::from(["admins"]);
        options.group_base = Some(format!("ou=groups,{}", place.unit));
    });
    assert!(accepted(&directory, "alice", "horse").await.is_admin);
    assert!(!accepted(&directory, "bob", "staple").await.is_admin);
    // Without `group_base` the accounts' base is meant.
    let directory = place.directory_with(|options| {
        options.admin_groups = OneOrMore::from(["admins"]);
    });
    assert!(!accepted(&directory, "alice", "horse").await.is_admin);
}
