//! Every adapter crate is in the registry, and every entry keeps its word.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::Path;

use im_auth::{RealmConfig, Shared, System, build, systems};
use im_core::Realm;

/// Crates named `im-auth-*` that are no adapters.
const OTHERS: [&str; 3] = ["cms", "detect", "sql"];

/// Those with code of their own.
fn adapters() -> impl Iterator<Item = System> {
    systems().filter(|system| matches!(system.spec(), Ok(None)))
}

#[test]
fn the_folders_are_the_registry() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let folders: BTreeSet<String> = std::fs::read_dir(root)
        .expect("the workspace")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_prefix("im-auth-").map(ToOwned::to_owned))
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    let registered: BTreeSet<String> = adapters().map(|system| system.id().to_owned()).collect();
    assert_eq!(folders, registered);
}

#[test]
fn every_system_is_built_under_its_own_name_with_its_default_prefix() {
    let realm = Realm::new("forum").expect("a realm");
    for system in adapters() {
        let config = config(system.id());
        let authenticator = build(&realm, &config, &Shared::default())
            .unwrap_or_else(|error| panic!("{}: {error}", system.id()));
        let info = authenticator.info();
        assert_eq!(info.system, system.id());
        assert_eq!(info.name, system.name());
        assert_eq!(info.realms, std::slice::from_ref(&realm));
        if system.keys().contains(&"prefix") {
            let mut spelled = config.clone();
            spelled.prefix = Some(system.default_prefix().into());
            assert!(build(&realm, &spelled, &Shared::default()).is_ok());
        }
    }
}

/// The least that a realm of the system needs.
fn config(system: &str) -> RealmConfig {
    if system == "ldap" {
        let mut config = RealmConfig::new(system, "ldaps://127.0.0.1");
        config.ldap = Some("base = \"dc=example,dc=org\"".parse().expect("a table"));
        return config;
    }
    RealmConfig::new(system, "mysql://im_ro@127.0.0.1/forum")
}

#[test]
fn every_key_of_a_system_is_a_key_of_a_realm() {
    for system in adapters() {
        for key in system.keys() {
            let known = RealmConfig::keys().iter().any(|known| known.name == *key);
            assert!(known, "{}: {key}", system.id());
        }
    }
}

#[test]
fn ids_are_unique_and_can_be_realms() {
    let ids: BTreeSet<String> = adapters().map(|system| system.id().to_owned()).collect();
    assert_eq!(ids.len(), adapters().count());
    for id in ids {
        assert!(Realm::new(id.as_str()).is_ok(), "{id}");
    }
}
