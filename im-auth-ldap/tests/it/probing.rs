//! What an administrator is told.

use im_auth_ldap::OneOrMore;
use im_core::{ExternalAuthenticator as _, Probe};

use crate::place::Place;

fn warns(probe: &Probe, of: &str) -> bool {
    probe.warnings.iter().any(|text| text.contains(of))
}

#[tokio::test]
async fn a_healthy_directory_is_counted_and_nothing_is_warned_of() {
    let place = Place::new().await;
    let people: Vec<_> = (0..7)
        .map(|i| place.person(&format!("p{i}"), "x"))
        .collect();
    place.add(&people).await;
    let probe = place.directory().probe().await.unwrap();
    assert_eq!(probe.server.as_deref(), Some("OpenLDAP"));
    assert_eq!(probe.accounts, Some(7));
    assert!(probe.formats.is_empty());
    assert!(probe.warnings.is_empty(), "{:?}", probe.warnings);
}

#[tokio::test]
async fn more_accounts_than_the_server_tells_are_warned_of() {
    let place = Place::new().await;
    let people: Vec<_> = (0..5)
        .map(|i| place.person(&format!("p{i}"), "x"))
        .collect();
    place.add(&people).await;
    let small = place.server.small().clone();
    let mut config = place.config();
    config.options.bind_dn = Some(small.dn);
    config.server.password = Some(small.password.into());
    let directory = im_auth_ldap::Directory::new(config).unwrap();
    let probe = directory.probe().await.unwrap();
    assert_eq!(probe.accounts, Some(3));
    assert!(
        warns(&probe, "more than 3 accounts"),
        "{:?}",
        probe.warnings
    );
}

#[tokio::test]
async fn a_filter_that_nobody_fits_is_warned_of() {
    let place = Place::new().await;
    let probe = place.directory().probe().await.unwrap();
    assert_eq!(probe.accounts, Some(0));
    assert!(
        warns(&probe, "(&(objectClass=inetOrgPerson)(uid=*))"),
        "{:?}",
        probe.warnings
    );
}

#[tokio::test]
async fn a_group_that_is_not_there_is_warned_of() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "x")]).await;
    let group = format!("cn=admin,{}", place.unit);
    let directory = place.directory_with(|options| {
        options.admin_groups = OneOrMore::from([group.clone(), "by name".into()]);
    });
    let probe = directory.probe().await.unwrap();
    assert_eq!(probe.warnings.len(), 1);
    assert!(warns(&probe, &group), "{:?}", probe.warnings);
}

#[tokio::test]
async fn a_directory_without_a_service_account_says_what_that_means() {
    let place = Place::new().await;
    let directory = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
    });
    let probe = directory.probe().await.unwrap();
    assert_eq!(probe.accounts, None);
    assert!(
        warns(&probe, "without a service account"),
        "{:?}",
        probe.warnings
    );
}
