//! Contacts: ask, accept, refuse, remove; name, group, VIP, hide.

mod change;
mod list;
mod rules;

use crate::account::{self, Account, AccountState};
use crate::error::{Error, ErrorCode};
use crate::event::log::LockedAccounts;
use crate::messenger::{Inner, Messenger};
use crate::names::optional_text;
use crate::session::Acting;
use crate::store::transaction;
use crate::view::{Contact, ContactState};

use change::{Change, line};
use rules::{Action, Line, Step};

/// Characters of a greeting.
const GREETING_CHARS: usize = 500;
/// Characters of a name or group of one's own.
const LABEL_CHARS: usize = 100;

/// Whom to add to the contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactTarget {
    /// By id.
    User(String),
    /// By name, or `realm:name`.
    Name(String),
}

/// What to do with a line of the contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactAction {
    /// Accept their request.
    Accept,
    /// Refuse their request, also for the future.
    Refuse,
    /// Give them a name of one's own, or take it away.
    Rename(Option<String>),
    /// Put them into a group, or out of it.
    Group(Option<String>),
    /// Let them through do-not-disturb.
    Vip(bool),
    /// Look offline to them.
    Hide(bool),
}

/// A contact list after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedContact {
    /// The line.
    pub contact: Contact,
    /// Whether a request was made (201); otherwise the other had asked before and both are contacts now (200).
    pub asked: bool,
}

impl Messenger {
    /// The acting user's contact list: accepted, asked and incoming, in the order they came.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn contacts(&self, acting: &Acting) -> Result<Vec<Contact>, Error> {
        let shared_now = self.0.store.shared_now().await?;
        let mut connection = self.0.store.read().await?;
        list::all(&self.0, &mut connection, acting.account.id, shared_now).await
    }

    /// Asks somebody to become a contact; accepts, if they had asked before.
    ///
    /// # Errors
    /// `unknown_user`, `ambiguous_name`, `too_many_contacts`, `already_contacts`, `already_asked`, `request_refused`;
    /// `too_many_attempts` within a minute after a request to them was taken back.
    pub async fn add_contact(
        &self,
        acting: &Acting,
        target: ContactTarget,
        greeting: Option<String>,
    ) -> Result<AddedContact, Error> {
        let peer = self.0.target(&target).await?;
        if peer.id == acting.account.id {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                "one cannot add oneself",
            ));
        }
        let greeting =
            optional_text("a greeting", greeting.as_deref(), GREETING_CHARS)?.map(str::to_owned);
        let (contact, step) = self
            .0
            .change_contact(acting, peer.id, &Action::Ask { greeting })
            .await?;
        let contact = contact.ok_or_else(|| Error::internal("a new contact is not there"))?;
        Ok(AddedContact {
            contact,
            asked: step == Step::Ask,
        })
    }

    /// Does something with a line of the contact list. Refusing leaves no line.
    ///
    /// # Errors
    /// `unknown_contact`, `too_many_contacts`, `already_contacts`, `already_asked`; `invalid_request` for a name or group
    /// that is too long.
    pub async fn contact_action(
        &self,
        acting: &Acting,
        user: &str,
        action: ContactAction,
    ) -> Result<Option<Contact>, Error> {
        let action = match action {
            ContactAction::Accept => Action::Accept,
            ContactAction::Refuse => Action::Refuse,
            ContactAction::Rename(name) => Action::Rename(label("a name", name)?),
            ContactAction::Group(group) => Action::Group(label("a group", group)?),
            ContactAction::Vip(vip) => Action::Vip(vip),
            ContactAction::Hide(hidden) => Action::Hide(hidden),
        };
        let peer = self.0.contact_of(user).await?;
        Ok(self.0.change_contact(acting, peer.id, &action).await?.0)
    }

    /// Ends a contact, takes a request back, or refuses one.
    ///
    /// # Errors
    /// `unknown_contact`.
    pub async fn remove_contact(&self, acting: &Acting, user: &str) -> Result<(), Error> {
        let peer = self.0.contact_of(user).await?;
        self.0
            .change_contact(acting, peer.id, &Action::Remove)
            .await?;
        Ok(())
    }
}

fn asked_lately(wait: std::time::Duration) -> Error {
    Error::new(
        ErrorCode::TooManyAttempts,
        "you have just taken a request to them back; ask again later",
    )
    .with_retry_after(wait)
}

fn label(what: &str, text: Option<String>) -> Result<Option<String>, Error> {
    Ok(optional_text(what, text.as_deref(), LABEL_CHARS)?.map(str::to_owned))
}

impl Inner {
    async fn contact_of(&self, user: &str) -> Result<Account, Error> {
        let mut connection = self.store.read().await?;
        account::active_by_public_id(&mut connection, user)
            .await?
            .ok_or_else(rules::unknown)
    }

    /// The one account that a request means.
    async fn target(&self, target: &ContactTarget) -> Result<Account, Error> {
        let unknown = || Error::new(ErrorCode::UnknownUser, "there is no such user");
        let mut connection = self.store.read().await?;
        let name = match target {
            ContactTarget::User(id) => {
                return account::active_by_public_id(&mut connection, id)
                    .await?
                    .ok_or_else(unknown);
            }
            ContactTarget::Name(name) => name.trim(),
        };
        // A name may hold a colon itself: `realm:name` only with a realm there is, and then nothing else, or whoever
        // calls themselves `phpbb2:Bob` elsewhere would be taken for a Bob who has not been here yet.
        let (realm, name) = name
            .split_once(':')
            .filter(|(realm, _)| self.realms.contains_key(*realm))
            .map_or((None, name), |(realm, name)| (Some(realm), name));
        let mut candidates =
            account::by_name(&mut connection, realm, name, AccountState::Active).await?;
        if candidates.len() > 1 {
            let users = candidates
                .iter()
                .map(|account| self.user(account))
                .collect();
            return Err(Error::new(
                ErrorCode::AmbiguousName,
                "several users have this name; say which one",
            )
            .with_candidates(users));
        }
        candidates.pop().ok_or_else(unknown)
    }

    /// One action on the pair (acting user, peer), with both accounts' rows held.
    async fn change_contact(
        &self,
        acting: &Acting,
        peer: i64,
        action: &Action,
    ) -> Result<(Option<Contact>, Step), Error> {
        let me = acting.account.id;
        let shared_now = self.store.shared_now().await?;
        let done = transaction!(self.store, |tx| {
            let now = self.store.now_millis();
            let mut locked = LockedAccounts::lock(tx, &[me, peer]).await?;
            let mine = line(tx, me, peer).await?;
            let theirs = line(tx, peer, me).await?;
            let step = rules::decide(mine, theirs, action)?;
            if step == Step::Ask {
                self.withdrawn
                    .check(&(me, peer), now)
                    .map_err(asked_lately)?;
            }
            let change = Change {
                inner: self,
                acting,
                me,
                peer,
                now,
                shared_now,
            };
            change.apply(tx, &mut locked, step, action).await?;
            let contact = list::one(self, tx, me, peer, shared_now).await?;
            Ok((contact, step, mine))
        })?;
        let (contact, step, mine) = done;
        if step == Step::Remove && mine == Some(Line::Asked) {
            // Whether it was there to take or not: from now on it is used.
            let _ = self.withdrawn.take((me, peer), self.store.now_millis());
        }
        if matches!(action, Action::Hide(_)) {
            self.tell_presence(me).await;
        }
        Ok((contact, step))
    }
}

impl Line {
    pub(crate) fn state(self) -> Option<ContactState> {
        match self {
            Self::Accepted => Some(ContactState::Accepted),
            Self::Asked => Some(ContactState::Asked),
            Self::Incoming => Some(ContactState::Incoming),
            Self::Refused => None,
        }
    }
}

pub(crate) use rules::Line as ContactLine;
