//! Roles: options for some users, on top of their site's. An account has at most one.

use crate::account::Account;
use crate::setup::RoleSetup;

/// The role of an account: the one an administrator gave it, else the first that one of its groups has.
pub(crate) fn of<'a>(roles: &'a [RoleSetup], account: &Account) -> Option<&'a str> {
    let given = account.role_name.as_deref();
    let role = roles
        .iter()
        .find(|role| given == Some(role.name.as_str()))
        .or_else(|| {
            roles.iter().find(|role| {
                role.groups.iter().any(|(realm, group)| {
                    realm.as_str() == account.realm && account.groups.contains(group)
                })
            })
        })?;
    Some(&role.name)
}
