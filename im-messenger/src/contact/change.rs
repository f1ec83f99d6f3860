//! Taking a step: both lists changed, both limits kept, both accounts told, in one transaction.

use super::list;
use super::rules::{self, Action, Line, Step};
use crate::account;
use crate::clock::Millis;
use crate::error::{Error, ErrorCode, Whose};
use crate::event::log::{LockedAccounts, NewEvent};
use crate::messenger::Inner;
use crate::presence;
use crate::session::Acting;
use crate::store::{StoreError, Transaction, args};

/// Requests that may wait for one account: a bound against floods, far above any list people read.
const INCOMING_MOST: i64 = 500;

/// What `owner` has of `peer`.
pub(super) async fn line(
    tx: &mut Transaction,
    owner: i64,
    peer: i64,
) -> Result<Option<Line>, StoreError> {
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
pub(super) struct Change<'a> {
    pub(super) inner: &'a Inner,
    pub(super) acting: &'a Acting,
    pub(super) me: i64,
    pub(super) peer: i64,
    pub(super) now: Millis,
    pub(super) shared_now: Millis,
}

impl Change<'_> {
    pub(super) async fn apply(
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
                if matches!(action, Action::Hide(_)) {
                    // Other processes look for changes of presence: theirs may hold the contact's streams.
                    presence::touch(tx, me, self.shared_now).await?;
                }
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
