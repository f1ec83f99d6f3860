//! Contacts: ask, accept, refuse, remove; name, group, VIP, hide.

mod list;
mod rules;

use crate::account::{self, Account, AccountState};
use crate::clock::Millis;
use crate::error::{Error, ErrorCode, Whose};
use crate::event::log::{LockedAccounts, NewEvent};
use crate::messenger::{Inner, Messenger};
use crate::names::cut_chars;
use crate::session::Acting;
use crate::store::{StoreError, Transaction, args, transaction};
use crate::view::{Contact, ContactState};

use rules::{Action, Line, Step};

/// Characters of a greeting.
const GREETING_CHARS: usize = 500;
/// Characters of a name or group of one's own.
const LABEL_CHARS: usize = 100;
/// Requests that may wait for one account: a bound against floods, far above any list people read.
const INCOMING_MOST: i64 = 500;

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
    /// `unknown_user`, `ambiguous_name`, `too_many_contacts`, `already_contacts`, `already_asked`, `request_refused`.
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
        let greeting = label(greeting.as_deref(), GREETING_CHARS);
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
    /// `unknown_contact`, `too_many_contacts`, `already_contacts`, `already_asked`.
    pub async fn contact_action(
        &self,
        acting: &Acting,
        user: &str,
        action: ContactAction,
    ) -> Result<Option<Contact>, Error> {
        let action = match action {
            ContactAction::Accept => Action::Accept,
            ContactAction::Refuse => Action::Refuse,
            ContactAction::Rename(name) => Action::Rename(label(name.as_deref(), LABEL_CHARS)),
            ContactAction::Group(group) => Action::Group(label(group.as_deref(), LABEL_CHARS)),
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

fn label(text: Option<&str>, chars: usize) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| cut_chars(text, chars).to_owned())
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
        // A name may hold a colon itself: `realm:name` only with a realm there is, and the whole name otherwise.
        let qualified = name
            .split_once(':')
            .filter(|(realm, _)| self.realms.contains_key(*realm));
        let mut candidates = match qualified {
            Some((realm, name)) => {
                account::by_name(&mut connection, Some(realm), name, AccountState::Active).await?
            }
            None => Vec::new(),
        };
        if candidates.is_empty() {
            candidates =
                account::by_name(&mut connection, None, name, AccountState::Active).await?;
        }
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
            Ok((contact, step))
        })?;
        if matches!(action, Action::Hide(_)) {
            self.tell_hidden(acting, peer).await;
        }
        Ok(done)
    }

    /// Tells a contact's streams what they see now that somebody hides from them, or no longer does.
    async fn tell_hidden(&self, acting: &Acting, peer: i64) {
        if !self.hub.has(peer) {
            return;
        }
        let user = acting.account.public_id.clone();
        match self.presence_for(peer, &user).await {
            Ok(presence) => self
                .hub
                .pass(peer, &crate::event::Event::Presence { user, presence }),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a change of presence was not told"
            ),
        }
    }
}

/// What `owner` has of `peer`.
async fn line(tx: &mut Transaction, owner: i64, peer: i64) -> Result<Option<Line>, StoreError> {
    let row = tx
        .row(
            "SELECT state FROM im_contact WHERE owner_id = ? AND peer_id = ?",
            args![owner, peer],
        )
        .await?;
    row.map(|row| Ok(Line::from_stored(&row.text("state")?)))
        .transpose()
}

/// How many contacts and unanswered requests of one's own an account has.
async fn count(tx: &mut Transaction, owner: i64) -> Result<i64, StoreError> {
    let row = tx
        .row(
            "SELECT COUNT(*) AS held FROM im_contact WHERE owner_id = ? AND state IN ('accepted', 'asked')",
            args![owner],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int("held"))
}

/// A step being taken.
struct Change<'a> {
    inner: &'a Inner,
    acting: &'a Acting,
    me: i64,
    peer: i64,
    now: Millis,
    shared_now: Millis,
}

impl Change<'_> {
    async fn apply(
        &self,
        tx: &mut Transaction,
        locked: &mut LockedAccounts,
        step: Step,
        action: &Action,
    ) -> Result<(), Error> {
        let (me, peer) = (self.me, self.peer);
        match step {
            Step::Ask => {
                self.check_my_limit(tx).await?;
                self.check_room_for_request(tx).await?;
                let greeting = match action {
                    Action::Ask { greeting } => greeting.as_deref(),
                    _ => None,
                };
                // A refusal of my own is taken back by asking.
                self.delete(tx, me, peer).await?;
                self.insert(tx, me, peer, Line::Asked, greeting).await?;
                self.insert(tx, peer, me, Line::Incoming, greeting).await?;
                self.tell_both(tx, locked).await
            }
            Step::Accept => {
                self.check_my_limit(tx).await?;
                self.check_their_limit(tx).await?;
                tx.run(
                    "UPDATE im_contact SET state = 'accepted', since = ? \
                     WHERE (owner_id = ? AND peer_id = ?) OR (owner_id = ? AND peer_id = ?)",
                    args![self.now, me, peer, peer, me],
                )
                .await?;
                self.tell_both(tx, locked).await
            }
            Step::Refuse => {
                self.delete(tx, peer, me).await?;
                tx.run(
                    "UPDATE im_contact SET state = 'refused', greeting = NULL, since = ? WHERE owner_id = ? AND peer_id = ?",
                    args![self.now, me, peer],
                )
                .await?;
                self.tell_removed(tx, locked).await
            }
            Step::Remove => {
                self.delete(tx, peer, me).await?;
                self.delete(tx, me, peer).await?;
                self.tell_removed(tx, locked).await
            }
            Step::Set => {
                let (sql, value) = match action {
                    Action::Rename(name) => (
                        "UPDATE im_contact SET own_name = ? WHERE owner_id = ? AND peer_id = ?",
                        crate::store::Value::from(name.clone()),
                    ),
                    Action::Group(group) => (
                        "UPDATE im_contact SET own_group = ? WHERE owner_id = ? AND peer_id = ?",
                        group.clone().into(),
                    ),
                    Action::Vip(vip) => (
                        "UPDATE im_contact SET vip = ? WHERE owner_id = ? AND peer_id = ?",
                        (*vip).into(),
                    ),
                    Action::Hide(hidden) => (
                        "UPDATE im_contact SET hidden = ? WHERE owner_id = ? AND peer_id = ?",
                        (*hidden).into(),
                    ),
                    _ => return Ok(()),
                };
                tx.run(sql, args![value, me, peer]).await?;
                self.tell(tx, locked, me, peer).await
            }
        }
    }

    async fn insert(
        &self,
        tx: &mut Transaction,
        owner: i64,
        peer: i64,
        line: Line,
        greeting: Option<&str>,
    ) -> Result<(), StoreError> {
        tx.run(
            "INSERT INTO im_contact (owner_id, peer_id, state, greeting, site_id, since) VALUES (?, ?, ?, ?, ?, ?)",
            args![
                owner,
                peer,
                line.as_str(),
                greeting,
                self.acting.site.id,
                self.now
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete(&self, tx: &mut Transaction, owner: i64, peer: i64) -> Result<(), StoreError> {
        tx.run(
            "DELETE FROM im_contact WHERE owner_id = ? AND peer_id = ?",
            args![owner, peer],
        )
        .await?;
        Ok(())
    }

    /// One more of mine: under the site of the acting session, the role first.
    async fn check_my_limit(&self, tx: &mut Transaction) -> Result<(), Error> {
        let limit = self.acting.options.max_contacts;
        if count(tx, self.me).await? >= i64::from(limit) {
            return Err(Error::new(
                ErrorCode::TooManyContacts,
                format!("you have as many contacts as you may have here: {limit}"),
            )
            .with_limit(Whose::Yours, u64::from(limit)));
        }
        Ok(())
    }

    /// Accepting gives the one who asked no more than they already count. But a limit that was lowered since they asked
    /// holds: their role's, or that of the site where they asked.
    async fn check_their_limit(&self, tx: &mut Transaction) -> Result<(), Error> {
        let asked_at = tx
            .row(
                "SELECT site_id FROM im_contact WHERE owner_id = ? AND peer_id = ?",
                args![self.peer, self.me],
            )
            .await?;
        let site = asked_at.map(|row| row.int("site_id")).transpose()?;
        let sites = &self.inner.sites;
        let Some(site) = sites.values().find(|known| Some(known.id) == site) else {
            return Ok(()); // A site of another process: it was checked there.
        };
        let Some(peer) = account::by_id(tx, self.peer).await? else {
            return Err(rules::unknown());
        };
        let limit = site.binding(&self.inner.roles, &peer).1.max_contacts;
        if count(tx, self.peer).await? > i64::from(limit) {
            return Err(Error::new(
                ErrorCode::TooManyContacts,
                format!("they have more contacts than they may have: {limit}"),
            )
            .with_limit(Whose::Theirs, u64::from(limit)));
        }
        Ok(())
    }

    async fn check_room_for_request(&self, tx: &mut Transaction) -> Result<(), Error> {
        let row = tx
            .row(
                "SELECT COUNT(*) AS held FROM im_contact WHERE owner_id = ? AND state = 'incoming'",
                args![self.peer],
            )
            .await?;
        if row.map_or(Ok(0), |row| row.int("held"))? >= INCOMING_MOST {
            return Err(Error::new(
                ErrorCode::TooManyContacts,
                "too many requests wait for their answer already",
            )
            .with_limit(Whose::Theirs, INCOMING_MOST.unsigned_abs()));
        }
        Ok(())
    }

    /// Gives `owner` an event with the line of `peer` as it is now.
    async fn tell(
        &self,
        tx: &mut Transaction,
        locked: &mut LockedAccounts,
        owner: i64,
        peer: i64,
    ) -> Result<(), Error> {
        if let Some(contact) = list::one(self.inner, tx, owner, peer, self.shared_now).await? {
            locked
                .append(tx, owner, NewEvent::contact(contact), self.now)
                .await?;
        }
        Ok(())
    }

    async fn tell_both(
        &self,
        tx: &mut Transaction,
        locked: &mut LockedAccounts,
    ) -> Result<(), Error> {
        self.tell(tx, locked, self.me, self.peer).await?;
        self.tell(tx, locked, self.peer, self.me).await
    }

    async fn tell_removed(
        &self,
        tx: &mut Transaction,
        locked: &mut LockedAccounts,
    ) -> Result<(), Error> {
        for (owner, peer) in [(self.me, self.peer), (self.peer, self.me)] {
            let Some(gone) = account::by_id(tx, peer).await? else {
                continue;
            };
            locked
                .append(
                    tx,
                    owner,
                    NewEvent::contact_removed(&gone.public_id),
                    self.now,
                )
                .await?;
        }
        Ok(())
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
