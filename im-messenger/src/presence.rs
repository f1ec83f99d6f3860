//! Presence: who is connected, how available, and who may know.
//!
//! Somebody is connected while they hold a lease at any site. What they chose (away, do not disturb, hidden) is kept
//! beside it. Others see what [`seen`] leaves.

use std::collections::BTreeMap;

use crate::clock::Millis;
use crate::error::{Error, ErrorCode};
use crate::event::Event;
use crate::messenger::Inner;
use crate::names::optional_text;
use crate::session::Acting;
use crate::store::{Connection, Row, StoreError, Transaction, args};
use crate::view::{Presence, PresenceState};

/// Characters of a reason.
const REASON_CHARS: usize = 120;

/// What one needs to know of an account `p_…` to tell its presence: two columns of `im_presence p` and when its last
/// lease ends.
macro_rules! presence_columns {
    ($account:literal) => {
        concat!(
            "p.state AS p_state, p.reason AS p_reason, (SELECT MAX(l.expires_at) FROM im_lease l WHERE l.account_id = ",
            $account,
            ") AS p_connected_until"
        )
    };
}
pub(crate) use presence_columns;

/// How somebody is, before it is decided who may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Availability {
    chosen: PresenceState,
    reason: Option<String>,
    connected: bool,
}

impl Availability {
    pub(crate) fn from_row(row: &Row, shared_now: Millis) -> Result<Self, StoreError> {
        Ok(Self {
            chosen: row
                .opt_text("p_state")?
                .map_or(PresenceState::Online, |state| {
                    PresenceState::from_stored(&state)
                }),
            reason: row.opt_text("p_reason")?,
            connected: row
                .opt_int("p_connected_until")?
                .is_some_and(|until| until > shared_now),
        })
    }

    /// What a contact sees. `hidden`: the account hides from this contact.
    pub(crate) fn seen(&self, hidden: bool) -> Presence {
        if hidden || !self.connected || self.chosen == PresenceState::Hidden {
            return Presence::offline();
        }
        Presence {
            state: self.chosen,
            reason: self.reason.clone(),
        }
    }

    /// What the account itself sees: what it chose, connected or about to be.
    pub(crate) fn own(&self) -> Presence {
        Presence {
            state: self.chosen,
            reason: self.reason.clone(),
        }
    }
}

/// Notes that an account's presence may have changed, for every process to see.
pub(crate) async fn touch(
    tx: &mut Transaction,
    account: i64,
    shared_now: Millis,
) -> Result<(), StoreError> {
    // Never the same moment twice, so that a change is told from the one before.
    tx.run(
        "UPDATE im_presence SET changed_at = CASE WHEN changed_at >= ? THEN changed_at + 1 ELSE ? END WHERE account_id = ?",
        args![shared_now, shared_now, account],
    )
    .await?;
    Ok(())
}

/// How an account is.
pub(crate) async fn of(
    connection: &mut Connection,
    account: i64,
    shared_now: Millis,
) -> Result<Availability, StoreError> {
    let row = connection
        .row(
            concat!(
                "SELECT ",
                presence_columns!("p.account_id"),
                " FROM im_presence p WHERE p.account_id = ?"
            ),
            args![account],
        )
        .await?;
    row.ok_or(StoreError::Content { column: "state" })
        .and_then(|row| Availability::from_row(&row, shared_now))
}

/// Takes a presence somebody chose; its reason, if it has one.
pub(crate) fn check_chosen(presence: &Presence) -> Result<Option<&str>, Error> {
    if presence.state == PresenceState::Offline {
        return Err(Error::new(
            ErrorCode::InvalidRequest,
            "to look offline, choose `hidden`; to be offline, sign out",
        ));
    }
    optional_text("a reason", presence.reason.as_deref(), REASON_CHARS)
}

impl Inner {
    pub(crate) async fn own_presence(&self, account: i64) -> Result<Presence, Error> {
        let shared_now = self.store.shared_now().await?;
        let mut connection = self.store.read().await?;
        Ok(of(&mut connection, account, shared_now).await?.own())
    }

    /// What `viewer` sees of a contact, by the contact's public id.
    pub(crate) async fn presence_for(&self, viewer: i64, user: &str) -> Result<Presence, Error> {
        let shared_now = self.store.shared_now().await?;
        let mut connection = self.store.read().await?;
        let row = connection
            .row(
                concat!(
                    "SELECT c.hidden, ",
                    presence_columns!("a.id"),
                    " FROM im_account a JOIN im_contact c ON c.owner_id = a.id AND c.peer_id = ? AND c.state = 'accepted' \
                     JOIN im_presence p ON p.account_id = a.id WHERE a.public_id = ?"
                ),
                args![viewer, user],
            )
            .await?;
        let Some(row) = row else {
            return Ok(Presence::offline());
        };
        Ok(Availability::from_row(&row, shared_now)?.seen(row.flag("hidden")?))
    }

    /// The presence of every accepted contact that is not offline, by public id.
    pub(crate) async fn presence_of_contacts(
        &self,
        account: i64,
    ) -> Result<BTreeMap<String, Presence>, Error> {
        let shared_now = self.store.shared_now().await?;
        let mut connection = self.store.read().await?;
        let rows = connection
            .rows(
                concat!(
                    "SELECT a.public_id, back.hidden, ",
                    presence_columns!("c.peer_id"),
                    " FROM im_contact c JOIN im_account a ON a.id = c.peer_id \
                     JOIN im_contact back ON back.owner_id = c.peer_id AND back.peer_id = c.owner_id \
                     JOIN im_presence p ON p.account_id = c.peer_id \
                     WHERE c.owner_id = ? AND c.state = 'accepted'"
                ),
                args![account],
            )
            .await?;
        let mut presence = BTreeMap::new();
        for row in &rows {
            let seen = Availability::from_row(row, shared_now)?.seen(row.flag("hidden")?);
            if seen.state != PresenceState::Offline {
                presence.insert(row.text("public_id")?, seen);
            }
        }
        Ok(presence)
    }

    /// Keeps a presence somebody chose, and tells those who may know.
    pub(crate) async fn choose_presence(
        &self,
        acting: &Acting,
        presence: &Presence,
    ) -> Result<(), Error> {
        let reason = check_chosen(presence)?;
        let account = acting.account.id;
        let shared_now = self.store.shared_now().await?;
        crate::store::transaction!(self.store, |tx| {
            tx.run(
                "UPDATE im_presence SET state = ?, reason = ? WHERE account_id = ?",
                args![presence.state.as_str(), reason, account],
            )
            .await?;
            touch(tx, account, shared_now).await?;
            Ok(())
        })?;
        self.tell_presence(account).await;
        Ok(())
    }

    /// Tells the streams of this process what an account's contacts now see of it. Never fails its caller: whoever asks
    /// again is told the truth.
    pub(crate) async fn tell_presence(&self, account: i64) {
        if self.hub.is_empty() {
            return;
        }
        if let Err(error) = self.try_tell_presence(account).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a change of presence was not told"
            );
        }
    }

    async fn try_tell_presence(&self, account: i64) -> Result<(), Error> {
        let _turn = self.hub.turn_to_tell(account).await;
        let shared_now = self.store.shared_now().await?;
        let mut connection = self.store.read().await?;
        let row = connection
            .row(
                concat!(
                    "SELECT a.public_id, p.changed_at, ",
                    presence_columns!("a.id"),
                    " FROM im_account a JOIN im_presence p ON p.account_id = a.id WHERE a.id = ?"
                ),
                args![account],
            )
            .await?;
        let Some(row) = row else { return Ok(()) };
        if !self.hub.tell_presence(account, row.int("changed_at")?) {
            return Ok(());
        }
        let user = row.text("public_id")?;
        let availability = Availability::from_row(&row, shared_now)?;
        let peers = connection
            .rows(
                "SELECT peer_id, hidden FROM im_contact WHERE owner_id = ? AND state = 'accepted'",
                args![account],
            )
            .await?;
        drop(connection);
        for peer in &peers {
            let id = peer.int("peer_id")?;
            if self.hub.has(id) {
                let event = Event::Presence {
                    user: user.clone(),
                    presence: availability.seen(peer.flag("hidden")?),
                };
                self.hub.pass(id, &event);
            }
        }
        // The account's other devices see what was chosen.
        self.hub.pass(
            account,
            &Event::Presence {
                user,
                presence: availability.own(),
            },
        );
        Ok(())
    }

    /// Tells an account's contacts on this process's streams that its name or picture is new.
    pub(crate) async fn tell_profile(&self, account: &crate::account::Account) {
        let told: Result<(), StoreError> = async {
            let mut connection = self.store.read().await?;
            let peers = connection
                .rows(
                    "SELECT peer_id FROM im_contact WHERE owner_id = ? AND state = 'accepted'",
                    args![account.id],
                )
                .await?;
            let event = Event::Profile {
                user: self.user(account),
            };
            for peer in &peers {
                self.hub.pass(peer.int("peer_id")?, &event);
            }
            self.hub.pass(account.id, &event);
            Ok(())
        }
        .await;
        if let Err(error) = told {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a change of name was not told"
            );
        }
    }
}
