//! Directories: what their realms have instead of tables.

use std::sync::Arc;

use im_auth_ldap::{Config, Directory, Options, Server};
use im_core::AuthError;

use crate::registry::{Adapter, Settings, options_error};

/// The system `ldap`.
pub(crate) const ADAPTER: Adapter = Adapter {
    id: "ldap",
    name: "LDAP directory",
    category: "directory",
    default_prefix: "",
    keys: &[KEY],
    about: im_auth_ldap::ABOUT,
    readme: im_auth_ldap::README,
    build: |settings| Ok(Arc::new(Directory::new(config(settings)?)?)),
};

/// The table `[realm.NAME.ldap]`.
const KEY: &str = "ldap";

fn config(mut settings: Settings<'_>) -> Result<Config, AuthError> {
    let options: Options = match settings.options.remove(KEY) {
        Some(table) => table.try_into().map_err(options_error)?,
        None => Options::default(),
    };
    let database = settings.database;
    let mut server = Server::new(secrecy::ExposeSecret::expose_secret(&database.url));
    server.password = database.password;
    server.max_connections = database.max_connections;
    server.connect_timeout = database.connect_timeout;
    server.acquire_timeout = database.acquire_timeout;
    server.operation_timeout = database.query_timeout;
    let clock = Arc::clone(&settings.shared.clock);
    Ok(Config::new(settings.realm, server, options).clock(clock))
}

#[cfg(test)]
mod tests {
    use im_core::Realm;

    use crate::{RealmConfig, Shared, build};

    fn realm() -> Realm {
        Realm::new("company").unwrap()
    }

    fn refusal(text: &str) -> String {
        let config = RealmConfig::from_table(&realm(), text.parse().unwrap()).unwrap();
        match build(&realm(), &config, &Shared::default()) {
            Err(error) => {
                assert_eq!(error.kind(), "configuration");
                error.to_string()
            }
            Ok(_) => panic!("refused"),
        }
    }

    #[test]
    fn a_directory_is_built_of_its_table() {
        let text = r#"
            system = "ldap"
            database = "ldaps://ldap.example.org"
            database_password = "hush"
            query_timeout = "500ms"
            [ldap]
            preset = "active-directory"
            base = "dc=example,dc=org"
            bind_dn = "cn=messenger,dc=example,dc=org"
            required_group = "messenger"
            admin_groups = ["Domain Admins", "cn=ops,dc=example,dc=org"]
        "#;
        let config = RealmConfig::from_table(&realm(), text.parse().unwrap()).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        let directory = build(&realm(), &config, &Shared::default()).unwrap();
        assert_eq!(directory.info().system, "ldap");
    }

    #[test]
    fn what_is_missing_or_misspelled_is_said() {
        let with = |table: &str| {
            refusal(&format!(
                "system = \"ldap\"\ndatabase = \"ldaps://ldap.example.org\"\n[ldap]\n{table}"
            ))
        };
        assert!(with("").contains("`base` is missing"));
        let text = with("bas = \"dc=org\"");
        assert!(text.contains("unknown field `bas`"), "{text}");
        for key in im_auth_ldap::Options::KEYS {
            assert!(text.contains(&format!("`{key}`")), "{key}: {text}");
        }
        assert!(with("preset = \"novell\"").contains("active-directory"));
        assert!(with("base = \"dc=org\"\nbind_dn = \"cn=a\"").contains("database_password_file"));
        let text =
            refusal("system = \"ldap\"\ndatabase = \"mysql://a@b/c\"\n[ldap]\nbase = \"dc=org\"");
        assert!(text.contains("ldaps://ldap.example.org"), "{text}");
    }

    #[cfg(feature = "phorum")]
    #[test]
    fn another_system_has_no_such_table() {
        let text =
            refusal("system = \"phorum\"\ndatabase = \"sqlite:a\"\n[ldap]\nbase = \"dc=org\"");
        assert!(text.contains("Phorum has no key `ldap`"), "{text}");
    }
}
