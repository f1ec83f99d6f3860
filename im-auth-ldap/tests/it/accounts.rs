//! Who somebody is, and look-ups.

use im_auth_ldap::{OneOrMore, Options};
use im_core::{ExternalAuthenticator as _, Lookup, Standing};

use crate::place::{Place, accepted, failed};
use crate::support::uuid;

#[tokio::test]
async fn the_attributes_can_be_others() {
    let place = Place::new().await;
    place
        .add(&[place
            .person("alice", "horse")
            .with("employeeNumber", "4711")
            .with("title", "Dr. Alice")
            .with("carLicense", "alice@home.example")])
        .await;
    let directory = place.directory_with(|options| {
        options.id_attribute = Some("employeeNumber".into());
        options.name_attribute = Some("cn".into());
        options.display_name_attribute = Some(OneOrMore::from(["departmentNumber", "title"]));
        options.email_attribute = Some(OneOrMore::from(["carLicense"]));
    });
    let user = accepted(&directory, "alice", "horse").await;
    assert_eq!(user.identity.id.as_str(), "4711");
    assert_eq!(user.name, "alice Lastname");
    assert_eq!(user.display_name.as_deref(), Some("Dr. Alice"));
    assert_eq!(user.email.as_deref(), Some("alice@home.example"));
    assert_eq!(user.language, None);
    assert!(user.registered_at.is_some());
    let found = directory.find(&[Lookup::by_id("4711")]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().user, user);
}

#[tokio::test]
async fn an_account_without_an_id_is_an_error_that_says_which_attribute() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let directory =
        place.directory_with(|options| options.id_attribute = Some("employeeNumber".into()));
    let error = failed(&directory, "alice", "horse").await;
    assert_eq!(error.kind(), "schema");
    assert!(error.to_string().contains("employeeNumber"), "{error}");
    // Nothing of it is told without the password.
    crate::place::rejected(&directory, "alice", "wrong").await;
    let probe = directory.probe().await.unwrap();
    assert!(
        probe
            .warnings
            .iter()
            .any(|text| text.contains("1 of 1 accounts have no employeeNumber")),
        "{:?}",
        probe.warnings
    );
}

#[tokio::test]
async fn an_id_that_two_entries_have_is_an_error() {
    let place = Place::new().await;
    place
        .add(&[
            place.person("alice", "horse").with("employeeNumber", "1"),
            place.person("bob", "staple").with("employeeNumber", "1"),
        ])
        .await;
    let directory =
        place.directory_with(|options| options.id_attribute = Some("employeeNumber".into()));
    let error = directory.find(&[Lookup::by_id("1")]).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
}

#[tokio::test]
async fn a_renamed_account_keeps_its_id() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse").id(31)]).await;
    let directory = place.directory();
    let before = accepted(&directory, "alice", "horse").await;
    place.server.rename(&place.dn("alice"), "uid=alicia").await;
    let after = accepted(&directory, "alicia", "horse").await;
    assert_eq!(before.identity, after.identity);
    assert_eq!(after.name, "alicia");
    let found = directory.find(&[Lookup::by_id(uuid(31))]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().user.name, "alicia");
}

#[tokio::test]
async fn many_ids_take_few_searches() {
    let place = Place::new().await;
    let people: Vec<_> = (0..150)
        .map(|i| place.person(&format!("p{i}"), "x").id(1_000 + i))
        .collect();
    place.add(&people).await;
    let directory = place.directory();
    let lookups: Vec<_> = (0..250).map(|i| Lookup::by_id(uuid(1_000 + i))).collect();
    let found = directory.find(&lookups).await.unwrap();
    assert_eq!(found.iter().flatten().count(), 150);
    assert!(found[149].is_some() && found[150].is_none());
    assert!(
        found
            .iter()
            .flatten()
            .all(|found| found.standing == Standing::Good)
    );
    assert_eq!(directory.searches_run(), 3);
}

#[tokio::test]
async fn half_an_answer_to_a_look_up_is_none() {
    let place = Place::new().await;
    let people: Vec<_> = (0..5)
        .map(|i| place.person(&format!("p{i}"), "x").id(40 + i))
        .collect();
    place.add(&people).await;
    let small = place.server.small().clone();
    let mut config = place.config();
    config.options.bind_dn = Some(small.dn);
    config.server.password = Some(small.password.into());
    let directory = im_auth_ldap::Directory::new(config).unwrap();
    let lookups: Vec<_> = (0..5).map(|i| Lookup::by_id(uuid(40 + i))).collect();
    let error = directory.find(&lookups).await.unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("size limit"), "{error}");
    accepted(&directory, "p1", "x").await;
}

#[tokio::test]
async fn unread_messages_are_none_of_a_directorys_business() {
    let place = Place::new().await;
    let identity = im_core::Identity::new(crate::support::realm(), uuid(1));
    let error = place
        .directory()
        .unread_private_messages(&identity)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "unsupported");
}

#[tokio::test]
async fn a_base_that_is_not_there_is_named() {
    let place = Place::new().await;
    let directory = place.directory_with(|options: &mut Options| {
        options.base = Some(format!("ou=nowhere,{}", place.unit));
    });
    for error in [
        failed(&directory, "alice", "x").await,
        directory.probe().await.unwrap_err(),
        directory.find(&[Lookup::by_name("a")]).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), "schema");
        assert!(error.to_string().contains("ou=nowhere"), "{error}");
    }
}
