//! Which groups an account is in.

use std::collections::{BTreeSet, HashSet};

use im_core::AuthError;
use ldap3::Scope;

use crate::account::Account;
use crate::connection::Query;
use crate::dn;
use crate::entry::Entry;
use crate::escape::{DN, NAME, fill, filter_value};
use crate::plan::{Groups, Plan, comparable};
use crate::pool::Asker;

/// Nobody is in more groups than this.
const MOST: usize = 1_000;

/// The groups of one account.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    names: BTreeSet<String>,
    /// Names and distinguished names, as they are compared.
    keys: HashSet<String>,
}

impl Membership {
    /// As the plan says.
    ///
    /// # Errors
    /// When groups are searched and there is no answer.
    pub(crate) async fn of(
        plan: &Plan,
        account: &Account,
        asker: &mut Asker<'_, '_>,
    ) -> Result<Self, AuthError> {
        let (base, filter) = match &plan.groups {
            Groups::Attribute(attribute) => {
                return Ok(Self::of_attribute(
                    &account.entry,
                    attribute,
                    &plan.names_base,
                ));
            }
            Groups::Search { base, filter } => (base, filter),
        };
        let name = filter_value(account.name.as_bytes());
        let entry_dn = filter_value(account.entry.dn.as_bytes());
        let query = Query {
            base,
            scope: Scope::Subtree,
            filter: &fill(filter, &[(NAME, &name), (DN, &entry_dn)]),
            attributes: std::slice::from_ref(&plan.group_name),
            limit: MOST,
        };
        let page = asker.search(query).await?;
        if page.cut {
            return Err(AuthError::configuration(format!(
                "an account is in more than {MOST} groups, or in more than the directory tells; write a narrower `group_filter`"
            )));
        }
        let mut membership = Self::default();
        for group in &page.entries {
            membership.add(&group.dn, group.text(&plan.group_name), &plan.names_base);
        }
        Ok(membership)
    }

    /// As the account's own entry says.
    pub(crate) fn of_attribute(entry: &Entry, attribute: &str, names_base: &str) -> Self {
        let mut membership = Self::default();
        for group in entry.texts(attribute) {
            let name = dn::first(group).into_iter().next().map(|part| part.value);
            membership.add(group, Some(name.as_deref().unwrap_or(group)), names_base);
        }
        membership
    }

    /// A group's name means it only below `names_base`: elsewhere others may make groups, and name them as they like.
    fn add(&mut self, group: &str, name: Option<&str>, names_base: &str) {
        let key = comparable(group);
        let is_named = dn::is_below(&key, names_base);
        self.keys.insert(key);
        if let Some(name) = name {
            if is_named {
                self.keys.insert(dn::folded(name));
            }
            self.names.insert(name.to_owned());
        }
    }

    /// The groups' names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.iter().cloned().collect()
    }

    /// Whether it is one of these groups, as [`comparable`] writes them.
    pub(crate) fn has_any(&self, groups: &[String]) -> bool {
        groups.iter().any(|group| self.keys.contains(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_meant_by_its_name_or_by_its_distinguished_name() {
        let entry = Entry::recorded(
            "uid=a",
            &[("memberOf", &["cn=Site Admins,ou=groups,dc=example,dc=org"])],
        );
        let base = comparable("DC=example,dc=org");
        let membership = Membership::of_attribute(&entry, "memberof", &base);
        for group in [
            "site admins",
            "Site  Admins",
            "CN=site admins, OU=Groups, DC=example, DC=org",
        ] {
            assert!(membership.has_any(&[comparable(group)]), "{group}");
        }
        for group in [
            "admins",
            "cn=Site Admins,ou=other,dc=example,dc=org",
            "cn=Site Admins",
        ] {
            assert!(!membership.has_any(&[comparable(group)]), "{group}");
        }
        assert!(!membership.has_any(&[]));
    }

    #[test]
    fn a_name_counts_only_below_the_base_of_names() {
        let group = "cn=Admins,ou=projects,dc=example,dc=org";
        let entry = Entry::recorded("uid=a", &[("memberOf", &[group])]);
        for (base, is_meant) in [
            ("dc=example,dc=org", true),
            ("OU=Projects, dc=example,dc=org", true),
            ("ou=groups,dc=example,dc=org", false),
            ("ou=projects,dc=example,dc=com", false),
        ] {
            let membership = Membership::of_attribute(&entry, "memberOf", &comparable(base));
            assert_eq!(
                membership.has_any(&[comparable("admins")]),
                is_meant,
                "{base}"
            );
            assert!(membership.has_any(&[comparable(group)]), "{base}");
            assert_eq!(membership.names(), ["Admins"]);
        }
    }
}
