//! A site: an address people connect to, and what it allows.

use std::collections::HashMap;
use std::sync::Arc;

use im_core::{ExternalAuthenticator, Realm};

use crate::account::Account;
use crate::option::{NewcomersLocal, Options};
use crate::role;
use crate::setup::RoleSetup;
use crate::view::{RegistrationPolicy, SiteLimits};

pub(crate) struct Site {
    pub(crate) id: i64,
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) realms: Vec<Realm>,
    pub(crate) authenticator: Arc<dyn ExternalAuthenticator>,
    pub(crate) options: Arc<Options>,
    /// The options with each role's on top.
    pub(crate) roles: HashMap<String, Arc<Options>>,
}

impl Site {
    /// What binds an account here: its role, and the options.
    pub(crate) fn binding(
        &self,
        roles: &[RoleSetup],
        account: &Account,
    ) -> (Option<String>, Arc<Options>) {
        let role = role::of(roles, account);
        let options = role
            .and_then(|role| self.roles.get(role))
            .unwrap_or(&self.options);
        (role.map(str::to_owned), options.clone())
    }

    pub(crate) fn has_realm(&self, name: &str) -> bool {
        self.realms.iter().any(|realm| realm.as_str() == name)
    }

    pub(crate) fn registration(&self) -> RegistrationPolicy {
        if !self.has_realm(Realm::LOCAL) {
            return RegistrationPolicy::Closed;
        }
        match self.options.newcomers_local {
            NewcomersLocal::AtOnce => RegistrationPolicy::AtOnce,
            NewcomersLocal::Register => RegistrationPolicy::Open,
            NewcomersLocal::Approval => RegistrationPolicy::Approval,
            NewcomersLocal::Never => RegistrationPolicy::Closed,
        }
    }

    pub(crate) fn limits(&self) -> SiteLimits {
        SiteLimits {
            message_max_chars: self.options.message_max_chars,
            max_contacts: self.options.max_contacts,
            max_connected: self.options.max_connected,
        }
    }
}
