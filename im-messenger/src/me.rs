//! The acting user's own account, and finding others.

use std::time::Duration;

use im_core::{Identity, Password, Realm, Verdict};

use crate::account::{self, Account, Profile, account_columns};
use crate::contact::ContactLine;
use crate::error::{Error, ErrorCode};
use crate::event::log::LockedAccounts;
use crate::messenger::{Inner, Messenger};
use crate::names::{LOCAL_CHARS, hides_something, search_key, visible};
use crate::presence::{Availability, check_chosen, presence_columns};
use crate::session::Acting;
use crate::store::{args, transaction};
use crate::view::{ContactState, FoundUser, Limits, Me, OfflineMessages, Preferences, Presence};

/// People in one answer.
const MOST: usize = 20;
/// How long the forum is waited for when it only adds a number.
const FORUM_PATIENCE: Duration = Duration::from_secs(2);

/// A change of a user's own account. `None`: leave as it is.
#[derive(Debug, Clone, Default)]
pub struct MeUpdate {
    /// Presence: a state (not `offline`) and the reason.
    pub presence: Option<Presence>,
    /// Whose messages are taken while offline.
    pub offline_messages: Option<OfflineMessages>,
    /// The client's language; `Some(None)`: the browser's.
    pub language: Option<Option<String>>,
    /// The name to show; accounts of the messenger's own only. Empty: the account's name.
    pub display_name: Option<String>,
    /// The current and the new password; accounts of the messenger's own only.
    pub password: Option<(Password, Password)>,
}

impl Messenger {
    /// The acting user's own account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn me(&self, acting: &Acting) -> Result<Me, Error> {
        let mut connection = self.0.store.read().await?;
        let account = account::by_id(&mut connection, acting.account.id)
            .await?
            .ok_or_else(|| Error::new(ErrorCode::SessionInvalid, "this account is gone"))?;
        drop(connection);
        // The forum being away must not take the messenger with it.
        let unread = self.unread_forum_messages(acting).await.unwrap_or_default();
        Ok(Me {
            user: self.0.user(&account),
            presence: self.0.own_presence(account.id).await?,
            preferences: Preferences {
                offline_messages: account.offline_messages,
                language: account.own_language.clone(),
            },
            unread_forum_messages: unread,
            role: acting.role.clone(),
            limits: Limits {
                max_contacts: acting.options.max_contacts,
                message_max_chars: acting.options.message_max_chars,
            },
            is_admin: account.is_admin,
            last_event: account.last_event.unsigned_abs(),
        })
    }

    /// Changes the acting user's own account.
    ///
    /// # Errors
    /// `invalid_request`, `forbidden` for what the foreign system decides, `shared_account`, `invalid_password`, `name_not_allowed`.
    pub async fn update_me(&self, acting: &Acting, update: MeUpdate) -> Result<Me, Error> {
        let inner = &self.0;
        let local = acting.account.realm == Realm::LOCAL;
        if !local && (update.display_name.is_some() || update.password.is_some()) {
            return Err(Error::new(
                ErrorCode::Forbidden,
                "this is changed where the account comes from",
            ));
        }
        let lasting = update.display_name.is_some() || update.password.is_some();
        if lasting && inner.is_shared(&acting.account) {
            return Err(Error::new(
                ErrorCode::SharedAccount,
                "several people use this account: its password and the name shown stay as they are",
            ));
        }
        if let Some(presence) = &update.presence {
            check_chosen(presence)?;
        }
        if let Some(Some(language)) = &update.language
            && !is_language(language)
        {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                "a language is a tag such as `fr` or `en-GB`",
            ));
        }
        if let Some(display_name) = &update.display_name {
            inner.check_display_name(display_name)?;
        }
        // The last thing that may be refused, and then everything is done.
        if let Some((current, new)) = &update.password {
            inner.change_password(acting, current, new).await?;
        }
        if let Some(display_name) = &update.display_name {
            inner.change_display_name(acting, display_name).await?;
        }
        if update.offline_messages.is_some() || update.language.is_some() {
            transaction!(inner.store, |tx| {
                if let Some(offline_messages) = update.offline_messages {
                    tx.run(
                        "UPDATE im_account SET offline_messages = ? WHERE id = ?",
                        args![offline_messages.as_str(), acting.account.id],
                    )
                    .await?;
                }
                if let Some(language) = &update.language {
                    tx.run(
                        "UPDATE im_account SET own_language = ? WHERE id = ?",
                        args![language.as_deref(), acting.account.id],
                    )
                    .await?;
                }
                Ok(())
            })?;
        }
        if let Some(presence) = &update.presence {
            inner.choose_presence(acting, presence).await?;
        }
        self.me(acting).await
    }

    /// How many private messages wait unread in the forum; `None` when it does not tell. Asked at most every half minute.
    ///
    /// # Errors
    /// `directory_unavailable` and the like when the forum could not be asked.
    pub async fn unread_forum_messages(&self, acting: &Acting) -> Result<Option<u32>, Error> {
        let account = &acting.account;
        if let Some(known) = self.0.unread.get(&account.id) {
            return Ok(known);
        }
        let Some(realm) = self.0.realms.get(&account.realm) else {
            return Ok(None);
        };
        let identity = Identity::new(realm.name.clone(), account.external_id.as_str());
        let asked = realm.authenticator.unread_private_messages(&identity);
        let unread = match tokio::time::timeout(FORUM_PATIENCE, asked).await {
            Ok(Ok(unread)) => unread,
            Ok(Err(im_core::AuthError::Unsupported(_))) => None,
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => {
                return Err(im_core::AuthError::unavailable("the forum took too long").into());
            }
        };
        self.0.unread.insert(account.id, unread);
        Ok(unread)
    }

    /// People whose name, or name shown, begins with `query`; oneself and those who wait for approval never.
    ///
    /// # Errors
    /// `invalid_request` unless the query has 1 to 64 characters.
    pub async fn users(&self, acting: &Acting, query: &str) -> Result<Vec<FoundUser>, Error> {
        let query = query.trim();
        if query.is_empty() || query.chars().count() > 64 {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                "a query has 1 to 64 characters",
            ));
        }
        let from = search_key(query);
        let to = format!("{from}\u{10ffff}");
        let me = acting.account.id;
        let shared_now = self.0.store.shared_now().await?;
        let mut connection = self.0.store.read().await?;
        macro_rules! found {
            ($key:literal) => {
                concat!(
                    "SELECT c.state AS c_state, back.hidden AS back_hidden, ",
                    account_columns!(),
                    ", ",
                    presence_columns!("a.id"),
                    " FROM im_account a LEFT JOIN im_presence p ON p.account_id = a.id \
                     LEFT JOIN im_contact c ON c.owner_id = ? AND c.peer_id = a.id \
                     LEFT JOIN im_contact back ON back.owner_id = a.id AND back.peer_id = ? \
                     WHERE a.state = 'active' AND a.id <> ? AND a.",
                    $key,
                    " >= ? AND a.",
                    $key,
                    " < ? ORDER BY a.",
                    $key,
                    ", a.id LIMIT 20"
                )
            };
        }
        let mut users: Vec<FoundUser> = Vec::new();
        for sql in [found!("name_key"), found!("display_key")] {
            for row in connection.rows(sql, args![me, me, me, &from, &to]).await? {
                let account = Account::from_row(&row)?;
                let there = users.iter().any(|found| found.user.id == account.public_id);
                if there || users.len() >= MOST {
                    continue;
                }
                let line = row.opt_text("c_state")?;
                let contact = line.and_then(|line| ContactLine::from_stored(&line).state());
                let presence = if contact == Some(ContactState::Accepted) {
                    let hidden = row.opt_int("back_hidden")? == Some(1);
                    Availability::from_row(&row, shared_now)?.seen(hidden)
                } else {
                    Presence::offline()
                };
                users.push(FoundUser {
                    user: self.0.user(&account),
                    presence,
                    contact,
                });
            }
        }
        Ok(users)
    }
}

fn is_language(tag: &str) -> bool {
    (2..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

impl Inner {
    /// A new password, for who knows the current one. The account's other sessions end.
    async fn change_password(
        &self,
        acting: &Acting,
        current: &Password,
        new: &Password,
    ) -> Result<(), Error> {
        let account = &acting.account;
        let shortest = acting.options.password_min_chars;
        self.local.check_new(new, shortest)?;
        // Taken before and given back after: many tries at the same moment are as many.
        self.guesses
            .take(account.id, self.store.now_millis())
            .map_err(|wait| {
                Error::new(
                    ErrorCode::TooManyAttempts,
                    "too many wrong passwords; try again later",
                )
                .with_retry_after(wait)
            })?;
        match self.local.check(&account.name, current).await {
            Ok(Verdict::Accepted(_)) => self.guesses.forget(&account.id),
            Ok(_) => {
                return Err(Error::new(
                    ErrorCode::InvalidPassword,
                    "the current password is wrong",
                ));
            }
            Err(error) => {
                // Nothing was learnt.
                self.guesses.give_back(&account.id);
                return Err(error.into());
            }
        }
        self.local
            .set_password(&account.name, new, shortest)
            .await?;
        self.end_other_sessions(account.id, acting.session).await
    }

    /// Whether a name may be shown: nothing in it that cannot be seen, and not one that is reserved or banned.
    fn check_display_name(&self, name: &str) -> Result<(), Error> {
        let name = name.trim();
        if name.chars().nth(LOCAL_CHARS).is_some() {
            return Err(Error::new(
                ErrorCode::InvalidName,
                format!("a name has at most {LOCAL_CHARS} characters"),
            ));
        }
        if hides_something(name) {
            return Err(Error::new(
                ErrorCode::InvalidName,
                "a name has no control characters, and none that cannot be seen and change nothing",
            ));
        }
        let seen = visible(name);
        let key = crate::names::local_key(&seen).unwrap_or_else(|_| search_key(&seen));
        if self.names.is_reserved(&key) || self.names.is_banned(&seen) {
            return Err(Error::new(
                ErrorCode::NameNotAllowed,
                "this name may not be used here",
            ));
        }
        Ok(())
    }

    async fn change_display_name(&self, acting: &Acting, name: &str) -> Result<(), Error> {
        let name = name.trim();
        let user = self
            .local
            .set_display_name(
                &acting.account.external_id,
                Some(name).filter(|name| !name.is_empty()),
            )
            .await?;
        let account = transaction!(self.store, |tx| {
            LockedAccounts::lock(tx, &[acting.account.id]).await?;
            let Some(mut account) = account::by_id(tx, acting.account.id).await? else {
                return Ok(None);
            };
            let visible = Profile::of(&user).apply(tx, &mut account).await?;
            Ok(visible.then_some(account))
        })?;
        if let Some(account) = account {
            self.tell_profile(&account).await;
        }
        Ok(())
    }
}
