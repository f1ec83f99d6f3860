//! What a foreign system says of somebody, as the store keeps it.

use im_core::ExternalUser;

use super::{Account, stored_avatar};
use crate::clock::{Millis, to_millis};
use crate::names::{cut, search_key};
use crate::store::{StoreError, Transaction, args};

/// The part of an account that the foreign system decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) registered_at: Option<Millis>,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) avatar: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) forum_admin: bool,
    pub(crate) forum_moderator: bool,
}

impl Profile {
    pub(crate) fn of(user: &ExternalUser) -> Self {
        let short = |text: &String| cut(text, 1020).to_owned();
        Self {
            registered_at: user.registered_at.map(to_millis),
            name: short(&user.name),
            display_name: user
                .display_name
                .as_ref()
                .filter(|name| !name.trim().is_empty())
                .map(short),
            avatar: user.avatar.as_ref().and_then(stored_avatar),
            language: user
                .language
                .as_ref()
                .map(|language| cut(language, 64).to_owned()),
            groups: user.groups.clone(),
            forum_admin: user.is_admin,
            forum_moderator: user.is_moderator,
        }
    }

    fn known(account: &Account) -> Self {
        Self {
            registered_at: account.registered_at,
            name: account.name.clone(),
            display_name: account.display_name.clone(),
            avatar: account.avatar.clone(),
            language: account.language.clone(),
            groups: account.groups.clone(),
            forum_admin: account.forum_admin,
            forum_moderator: account.forum_moderator,
        }
    }

    pub(super) fn name_key(&self) -> String {
        search_key(&self.name)
    }

    pub(super) fn display_key(&self) -> String {
        search_key(self.display_name.as_deref().unwrap_or(&self.name))
    }

    pub(super) fn groups_json(&self) -> String {
        serde_json::Value::from(self.groups.clone()).to_string()
    }

    /// Whether there is anything to take over.
    pub(crate) fn differs(&self, account: &Account) -> bool {
        let mut known = Self::known(account);
        if self.registered_at.is_none() {
            known.registered_at = None;
        }
        known != *self
    }

    /// Takes over what has changed. Tells whether others see a difference: a new name or picture.
    pub(crate) async fn apply(
        mut self,
        tx: &mut Transaction,
        account: &mut Account,
    ) -> Result<bool, StoreError> {
        // A system that stops telling the moment does not unmake it.
        self.registered_at = self.registered_at.or(account.registered_at);
        let known = Self::known(account);
        if known == self {
            return Ok(false);
        }
        tx.run(
            "UPDATE im_account SET registered_at = ?, name = ?, name_key = ?, display_name = ?, display_key = ?, \
             avatar = ?, forum_language = ?, forum_groups = ?, forum_admin = ?, forum_moderator = ? WHERE id = ?",
            args![
                self.registered_at,
                &self.name,
                self.name_key(),
                self.display_name.as_deref(),
                self.display_key(),
                self.avatar.as_deref(),
                self.language.as_deref(),
                self.groups_json(),
                self.forum_admin,
                self.forum_moderator,
                account.id
            ],
        )
        .await?;
        let visible = (&known.name, &known.display_name, &known.avatar)
            != (&self.name, &self.display_name, &self.avatar);
        account.registered_at = self.registered_at;
        account.name = self.name;
        account.display_name = self.display_name;
        account.avatar = self.avatar;
        account.language = self.language;
        account.groups = self.groups;
        account.forum_admin = self.forum_admin;
        account.forum_moderator = self.forum_moderator;
        Ok(visible)
    }
}
