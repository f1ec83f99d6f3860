//! What the configuration may not say, and what it is told instead.

use im_auth_ldap::{Directory, OneOrMore, Options, Preset, Server};
use im_core::ExternalAuthenticator as _;

use crate::support;

fn good() -> (Server, Options) {
    let mut options = Options::default();
    options.base = Some("ou=people,dc=example,dc=org".into());
    (Server::new("ldaps://ldap.example.org"), options)
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Server, &mut Options)) -> String {
    let (mut server, mut options) = good();
    change(&mut server, &mut options);
    let error = Directory::new(support::config(server, options)).unwrap_err();
    assert_eq!(error.kind(), "configuration");
    error.to_string()
}

#[test]
fn what_is_enough() {
    let (server, options) = good();
    let directory = Directory::new(support::config(server, options)).unwrap();
    assert_eq!(directory.info().system, "ldap");
    assert_eq!(directory.info().realms, [support::realm()]);
}

#[test]
fn an_address_is_a_scheme_a_host_and_a_port() {
    for url in [
        "ldap.example.org",
        "https://ldap.example.org",
        "ldapi:///run/slapd/ldapi",
        "ldap://",
        "",
    ] {
        let text = refused(|server, _| server.url = url.into());
        assert!(text.contains("ldaps://ldap.example.org"), "{url}: {text}");
    }
    let text = refused(|server, _| server.url = "ldap://cn=a:hush@ldap.example.org".into());
    assert!(text.contains("bind_dn") && !text.contains("hush"), "{text}");
    let text = refused(|server, _| server.url = "ldap://host/dc=example,dc=org?uid".into());
    assert!(text.contains("`base`"), "{text}");
}

#[test]
fn a_service_account_and_its_password_go_together() {
    let text = refused(|_, options| options.bind_dn = Some("cn=messenger".into()));
    assert!(text.contains("database_password_file"), "{text}");
    let text = refused(|server, _| server.password = Some("x".into()));
    assert!(text.contains("`bind_dn`"), "{text}");
    let text = refused(|server, options| {
        server.password = Some("".into());
        options.bind_dn = Some("cn=messenger".into());
    });
    assert!(text.contains("empty"), "{text}");
    let text = refused(|server, options| {
        server.password = Some("x".into());
        options.bind_dn = Some("uid={name},dc=example,dc=org".into());
    });
    assert!(text.contains("{name}"), "{text}");
}

#[test]
fn a_filter_has_the_name_in_it_and_can_be_read() {
    let with = |filter: &str| refused(|_, options| options.filter = Some(filter.into()));
    assert!(with("(uid=alice)").contains("{name}"));
    assert!(with("(uid={name}").contains("parenthesis"));
    assert!(with("uid={username}").contains("placeholder"));
    // With a star it would look for a star.
    assert!(with("(uid:caseExactMatch:={name})").contains("accounts_filter"));
    let text = refused(|_, options| options.accounts_filter = Some("(uid={name})".into()));
    assert!(text.contains("accounts_filter"), "{text}");
}

#[test]
fn groups_are_found_in_one_way() {
    let base = || Some("ou=groups,dc=example,dc=org".to_owned());
    let text = refused(|_, options| options.group_filter = Some("(member={dn})".into()));
    assert!(text.contains("needs `group_base`"), "{text}");
    let text = refused(|_, options| options.group_base = Some("groups".into()));
    assert!(text.contains("`group_base`"), "{text}");
    let text = refused(|_, options| {
        options.group_base = base();
        options.group_filter = Some("(cn=x)".into());
    });
    assert!(text.contains("{dn}"), "{text}");
    let text = refused(|_, options| {
        options.group_base = base();
        options.group_filter = Some("(member={dn})".into());
        options.group_attribute = Some("memberOf".into());
    });
    assert!(text.contains("either"), "{text}");
}

#[test]
fn a_group_is_not_named_alone_where_nothing_says_below_what() {
    let own = |options: &mut im_auth_ldap::Options| {
        options.base = None;
        options.bind_dn = Some("uid={name},ou=people,dc=example,dc=org".into());
    };
    let text = refused(|server, options| {
        own(options);
        server.password = None;
        options.required_group = OneOrMore::from(["cn=a,dc=example,dc=org", "staff"]);
    });
    assert!(text.contains("`required_group`"), "{text}");
}

#[test]
fn names_of_entries_and_attributes_are_such() {
    let text = refused(|_, options| options.base = Some("example.org".into()));
    assert!(text.contains("distinguished name"), "{text}");
    let text = refused(|_, options| options.base = None);
    assert!(text.contains("`base` is missing"), "{text}");
    let text = refused(|_, options| options.id_attribute = Some("a)(b".into()));
    assert!(text.contains("`id_attribute`"), "{text}");
    let text = refused(|_, options| options.email_attribute = Some(OneOrMore::from([""])));
    assert!(text.contains("`email_attribute`"), "{text}");
}

#[test]
fn starttls_is_for_plain_connections() {
    let text = refused(|_, options| options.starttls = Some(true));
    assert!(text.contains("ldaps://"), "{text}");
    let text = refused(|server, _| server.max_connections = 0);
    assert!(text.contains("max_connections"), "{text}");
}

#[test]
fn a_preset_is_one_of_those_that_exist() {
    for name in ["openldap", "active-directory", "freeipa", "389ds", "lldap"] {
        assert_eq!(name.parse::<Preset>().unwrap().to_string(), name);
    }
    let text = "novell".parse::<Preset>().unwrap_err().to_string();
    assert!(text.contains("\"active-directory\""), "{text}");
}

#[test]
fn nothing_that_can_be_printed_shows_the_password() {
    let (server, mut options) = good();
    options.bind_dn = Some("cn=messenger,dc=example,dc=org".into());
    let config = support::config(server.password("hush-hush"), options);
    let shown = format!("{config:?} {config:#?}");
    let directory = Directory::new(config).unwrap();
    assert!(!format!("{shown} {directory:?} {directory:#?}").contains("hush"));
}

#[test]
fn every_key_is_explained_in_the_documentation() {
    let page = include_str!("../../../docs/ldap.md");
    for key in Options::KEYS {
        let named = page.contains(&format!("`{key}`")) || page.contains(&format!("`{key} = "));
        assert!(named, "{key}");
    }
}
