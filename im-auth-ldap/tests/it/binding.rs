//! Whose name and password go to the directory, and when.

use im_core::{ExternalAuthenticator as _, Lookup, Rejection};
use im_testkit::Slapd;

use crate::place::{Place, accepted, failed, rejected};

#[tokio::test]
async fn a_member_signs_in_by_a_template_without_any_service_account() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse").id(21)]).await;
    let directory = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
        options.base = None;
    });
    let user = accepted(&directory, "Alice", "horse").await;
    assert_eq!(user.name, "alice");
    assert_eq!(user.identity.id.as_str(), crate::support::uuid(21));
    let wrong = rejected(&directory, "alice", "house").await;
    assert_eq!(wrong, Rejection::WrongPassword);
    // The server does not tell who exists.
    let nobody = rejected(&directory, "nobody", "horse").await;
    assert_eq!(nobody, Rejection::WrongPassword);
}

#[tokio::test]
async fn a_name_in_a_template_cannot_leave_its_place() {
    let place = Place::new().await;
    let odd = "Smith, J+x=\"y\"\\";
    place
        .add(&[place.person("alice", "horse"), place.person(odd, "staple")])
        .await;
    let directory = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
    });
    assert_eq!(accepted(&directory, odd, "staple").await.name, odd);
    // The suffix alone would be alice's own name.
    let outside = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.unit));
    });
    let typed = "alice,ou=people";
    assert_eq!(
        rejected(&outside, typed, "horse").await,
        Rejection::WrongPassword
    );
}

#[tokio::test]
async fn a_template_finds_nobody_without_a_password() {
    let place = Place::new().await;
    let directory = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
    });
    let error = directory
        .find(&[Lookup::by_name("alice")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "unsupported");
}

#[tokio::test]
async fn a_template_lets_in_only_entries_that_fit_the_filter() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let directory = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
        options.filter = Some("(&(uid={name})(objectClass=posixAccount))".into());
    });
    assert_eq!(
        rejected(&directory, "alice", "horse").await,
        Rejection::UnknownUser
    );
}

#[tokio::test]
async fn an_empty_password_or_one_with_a_nul_is_never_sent() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let search = place.directory();
    let template = place.without_service(|options| {
        options.bind_dn = Some(format!("uid={{name}},{}", place.people));
    });
    for directory in [&search, &template] {
        for password in ["", "\0", "horse\0"] {
            let rejection = rejected(directory, "alice", password).await;
            assert_eq!(rejection, Rejection::WrongPassword, "{password:?}");
        }
        assert_eq!(directory.binds_run(), 0);
    }
    assert_eq!(
        rejected(&search, "nobody", "").await,
        Rejection::UnknownUser
    );
    assert_eq!(search.binds_run(), 0);
}

#[tokio::test]
async fn an_unknown_name_costs_a_search_and_a_bind_like_a_wrong_password() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let directory = place.directory();
    let mut costs = Vec::new();
    for name in ["alice", "nobody"] {
        let before = (directory.searches_run(), directory.binds_run());
        rejected(&directory, name, "house").await;
        let after = (directory.searches_run(), directory.binds_run());
        costs.push((after.0 - before.0, after.1 - before.1));
    }
    assert_eq!(costs, [(1, 1), (1, 1)]);
}

#[tokio::test]
async fn a_name_is_never_part_of_the_filter() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let directory = place.directory();
    for name in [
        "*",
        "a*",
        "alice)(uid=*",
        "*)(|(uid=alice",
        "al\\69ce",
        "alice)(!(uid=x",
    ] {
        let rejection = rejected(&directory, name, "horse").await;
        assert_eq!(rejection, Rejection::UnknownUser, "{name}");
    }
}

#[tokio::test]
async fn two_entries_for_one_name_are_ambiguous_whatever_the_password() {
    let place = Place::new().await;
    let elsewhere = format!("ou=more,{}", place.people);
    place
        .add(&[
            place.person("alice", "horse"),
            crate::support::Record::unit(&elsewhere),
            crate::support::Record::person("alice", "staple", &elsewhere),
        ])
        .await;
    let directory = place.directory();
    for password in ["horse", "staple", "wrong"] {
        assert_eq!(
            failed(&directory, "alice", password).await.kind(),
            "ambiguous"
        );
    }
    assert_eq!(directory.binds_run(), 0);
    let error = directory
        .find(&[Lookup::by_name("alice")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "ambiguous");
    // Directly below the base there is one.
    let narrow = place.directory_with(|options| options.scope = im_auth_ldap::Scope::One);
    accepted(&narrow, "alice", "horse").await;
}

#[tokio::test]
async fn a_wrong_password_of_the_service_account_is_the_configuration() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let mut config = place.config();
    config.server.password = Some("not it".into());
    let directory = im_auth_ldap::Directory::new(config).unwrap();
    for (name, password) in [("alice", "horse"), ("alice", "wrong"), ("nobody", "x")] {
        let error = failed(&directory, name, password).await;
        assert_eq!(error.kind(), "configuration");
        assert!(error.to_string().contains("service account"), "{error}");
        assert!(!format!("{error:?}").contains("not it"));
    }
    assert_eq!(directory.probe().await.unwrap_err().kind(), "configuration");
}

#[tokio::test]
async fn a_search_without_a_service_account_goes_where_the_directory_lets_it() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let directory = place.without_service(|_| ());
    for error in [
        failed(&directory, "alice", "horse").await,
        directory.probe().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), "configuration");
        assert!(error.to_string().contains("`bind_dn`"), "{error}");
    }
    let open = Place::below(&format!("ou=public,{}", Slapd::SUFFIX)).await;
    open.add(&[open.person("alice", "horse")]).await;
    accepted(&open.without_service(|_| ()), "alice", "horse").await;
}

#[tokio::test]
async fn the_filter_decides_by_what_one_signs_in() {
    let place = Place::new().await;
    place
        .add(&[place
            .person("alice", "horse")
            .with("mail", "Alice@example.org")])
        .await;
    let directory = place.directory_with(|options| {
        options.filter = Some("(&(objectClass=inetOrgPerson)(|(uid={name})(mail={name})))".into());
    });
    for name in ["alice", "alice@example.org"] {
        assert_eq!(accepted(&directory, name, "horse").await.name, "alice");
    }
}
