//! An entry as an account.

use im_core::{AuthError, ExternalUser, Identity, Realm};

use crate::dn;
use crate::entry::Entry;
use crate::groups::Membership;
use crate::language;
use crate::moment::generalized;
use crate::plan::Plan;

/// An entry that has what an account needs.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) entry: Entry,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Account {
    /// Takes an entry.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when it has no id or no name.
    pub(crate) fn read(plan: &Plan, entry: Entry) -> Result<Self, AuthError> {
        let id = entry
            .values(&plan.id)
            .first()
            .and_then(|value| plan.id_form.write(value))
            .ok_or_else(|| missing(&entry, "id_attribute", &plan.id))?;
        let name = name(plan, &entry)
            .ok_or_else(|| missing(&entry, "name_attribute", &plan.name))?
            .to_owned();
        Ok(Self { entry, id, name })
    }

    /// Who it is.
    pub(crate) fn user(&self, realm: &Realm, plan: &Plan, groups: &Membership) -> ExternalUser {
        let first = |attributes: &[String]| {
            attributes
                .iter()
                .find_map(|attribute| self.entry.text(attribute))
                .map(|text| text.trim().to_owned())
        };
        let identity = Identity::new(realm.clone(), self.id.as_str());
        let mut user = ExternalUser::new(identity, self.name.as_str());
        user.registered_at = first(&plan.registered).as_deref().and_then(generalized);
        user.display_name = first(&plan.display_name).filter(|shown| *shown != self.name);
        user.email = first(&plan.email);
        user.language = first(&plan.language).as_deref().and_then(language::tag);
        user.groups = groups.names();
        user.is_admin = groups.has_any(&plan.admin_groups);
        user.is_moderator = groups.has_any(&plan.moderator_groups);
        user
    }
}

/// The canonical name: of several the one in the distinguished name, so that it is always the same.
fn name<'a>(plan: &Plan, entry: &'a Entry) -> Option<&'a str> {
    let naming = dn::first(&entry.dn);
    let naming = naming
        .iter()
        .find(|part| part.attribute.eq_ignore_ascii_case(&plan.name))
        .map(|part| dn::folded(&part.value));
    entry
        .texts(&plan.name)
        .find(|value| {
            naming
                .as_ref()
                .is_some_and(|naming| dn::folded(value) == *naming)
        })
        .or_else(|| entry.text(&plan.name))
}

fn missing(entry: &Entry, key: &'static str, attribute: &str) -> AuthError {
    AuthError::schema(format!(
        "an account has no {attribute}, or the one who asks may not read it; give the right, or write another `{key}`"
    ))
    .with("entry", entry.dn.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Options, Preset, Server};
    use time::macros::datetime;

    fn plan(preset: Preset) -> Plan {
        let options = Options {
            preset,
            base: Some("dc=example,dc=org".into()),
            admin_groups: ["CN=Domain Admins,CN=Users,DC=example,DC=org"].into(),
            moderator_groups: ["helpers"].into(),
            ..Options::default()
        };
        let server = Server::new("ldaps://dc1.example.org");
        Plan::new(&Config::new(Realm::new("corp").unwrap(), server, options)).unwrap()
    }

    fn user(plan: &Plan, entry: Entry) -> ExternalUser {
        let groups = Membership::of_attribute(&entry, "memberOf", &plan.names_base);
        let account = Account::read(plan, entry).unwrap();
        account.user(&Realm::new("corp").unwrap(), plan, &groups)
    }

    #[test]
    fn a_windows_user_is_read_whole() {
        let entry = Entry::recorded(
            "CN=Alice Ångström,OU=Staff,DC=example,DC=org",
            &[
                ("cn", &["Alice Ångström"]),
                ("sAMAccountName", &["AAngstrom"]),
                ("displayName", &["Alice Ångström (Lab)"]),
                ("mail", &["alice@example.org"]),
                ("whenCreated", &["20190304050607.0Z"]),
                (
                    "memberOf",
                    &[
                        "CN=Domain Admins,CN=Users,DC=example,DC=org",
                        "CN=Lab\\, north,OU=Groups,DC=example,DC=org",
                    ],
                ),
            ],
        )
        .with(
            "objectGUID",
            &hex::decode("8a5e2fb1d70c4b4f9c3e000102030405").unwrap(),
        );
        let user = user(&plan(Preset::ActiveDirectory), entry);
        assert_eq!(
            user.identity.id.as_str(),
            "b12f5e8a-0cd7-4f4b-9c3e-000102030405"
        );
        assert_eq!(user.name, "AAngstrom");
        assert_eq!(user.display_name.as_deref(), Some("Alice Ångström (Lab)"));
        assert_eq!(user.email.as_deref(), Some("alice@example.org"));
        assert_eq!(user.registered_at, Some(datetime!(2019-03-04 05:06:07 UTC)));
        assert_eq!(user.groups, ["Domain Admins", "Lab, north"]);
        assert!(user.is_admin);
        assert!(!user.is_moderator);
    }

    #[test]
    fn an_lldap_user_is_read_whole() {
        let entry = Entry::recorded(
            "uid=bob,ou=people,dc=example,dc=org",
            &[
                ("uid", &["bob"]),
                ("cn", &["Bob"]),
                ("entryuuid", &["a3ddb2d1-5f0c-3a4c-a3ca-0c2a1d7f6a51"]),
                ("creationdate", &["2023-04-05T06:07:08.123+00:00"]),
                ("memberof", &["cn=helpers,ou=groups,dc=example,dc=org"]),
            ],
        );
        let user = user(&plan(Preset::Lldap), entry);
        assert_eq!(
            user.identity.id.as_str(),
            "a3ddb2d1-5f0c-3a4c-a3ca-0c2a1d7f6a51"
        );
        assert_eq!(user.display_name.as_deref(), Some("Bob"));
        assert_eq!(
            user.registered_at,
            Some(datetime!(2023-04-05 06:07:08.123 UTC))
        );
        assert!(user.is_moderator);
    }

    #[test]
    fn of_several_names_the_one_in_the_distinguished_name_counts() {
        let entry = |dn| Entry::recorded(dn, &[("uid", &["aaron", "bob"]), ("entryUUID", &["1"])]);
        let name = |dn| {
            Account::read(&plan(Preset::OpenLdap), entry(dn))
                .unwrap()
                .name
        };
        assert_eq!(name("uid=BOB,dc=example,dc=org"), "bob");
        assert_eq!(name("cn=Somebody,dc=example,dc=org"), "aaron");
    }

    #[test]
    fn an_account_without_an_id_is_an_error_that_names_the_attribute() {
        let entry = Entry::recorded("uid=a,dc=org", &[("uid", &["a"])]);
        let error = Account::read(&plan(Preset::OpenLdap), entry).unwrap_err();
        assert_eq!(error.kind(), "schema");
        assert!(error.to_string().contains("entryUUID"), "{error}");
    }
}
