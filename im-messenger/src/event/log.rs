//! The durable events of an account: numbered in the transaction that causes them, read in order, gone after a while.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Event;
use crate::clock::{Millis, from_millis};
use crate::conversation::message_id;
use crate::store::{Connection, Row, StoreError, Transaction, args};
use crate::view::{Contact, Message};

/// Accounts whose rows a transaction holds. Only they can be given events, so that numbers have no gaps.
pub(crate) struct LockedAccounts(BTreeMap<i64, i64>);

/// An event to be numbered.
pub(crate) struct NewEvent {
    kind: &'static str,
    conversation: Option<i64>,
    message_seq: Option<i64>,
    body: Option<String>,
}

/// What is kept of an event that is not a message.
#[derive(Serialize, Deserialize)]
enum Body {
    #[serde(rename = "contact")]
    Contact(Box<Contact>),
    #[serde(rename = "removed")]
    Removed(String),
    #[serde(rename = "read")]
    Read {
        conversation: String,
        user: String,
        read_seq: u64,
    },
}

impl NewEvent {
    fn with_body(kind: &'static str, body: &Body) -> Self {
        Self {
            kind,
            conversation: None,
            message_seq: None,
            // Text and numbers always have a form in JSON.
            body: serde_json::to_string(body).ok(),
        }
    }

    pub(crate) fn message(conversation: i64, seq: i64) -> Self {
        Self {
            kind: "message",
            conversation: Some(conversation),
            message_seq: Some(seq),
            body: None,
        }
    }

    pub(crate) fn contact(contact: Contact) -> Self {
        Self::with_body("contact", &Body::Contact(Box::new(contact)))
    }

    pub(crate) fn contact_removed(user: &str) -> Self {
        Self::with_body("contact", &Body::Removed(user.to_owned()))
    }

    pub(crate) fn read(conversation: &str, user: &str, read_seq: i64) -> Self {
        Self::with_body(
            "read",
            &Body::Read {
                conversation: conversation.to_owned(),
                user: user.to_owned(),
                read_seq: read_seq.unsigned_abs(),
            },
        )
    }
}

impl LockedAccounts {
    /// Locks the rows of accounts in the order of their numbers, so that no two transactions wait for each other.
    pub(crate) async fn lock(tx: &mut Transaction, ids: &[i64]) -> Result<Self, StoreError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut locked = BTreeMap::new();
        for id in ids {
            let rows = tx
                .lock("SELECT last_event FROM im_account WHERE id = ?", args![id])
                .await?;
            if let Some(row) = rows.first() {
                locked.insert(id, row.int("last_event")?);
            }
        }
        Ok(Self(locked))
    }

    /// Gives an account its next event.
    pub(crate) async fn append(
        &mut self,
        tx: &mut Transaction,
        account: i64,
        event: NewEvent,
        now: Millis,
    ) -> Result<i64, StoreError> {
        let last = self.0.get_mut(&account).ok_or(StoreError::Content {
            column: "last_event",
        })?;
        *last += 1;
        let seq = *last;
        tx.run(
            "INSERT INTO im_event (account_id, seq, kind, conversation_id, message_seq, body, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            args![
                account,
                seq,
                event.kind,
                event.conversation,
                event.message_seq,
                event.body,
                now
            ],
        )
        .await?;
        tx.run(
            "UPDATE im_account SET last_event = ? WHERE id = ?",
            args![seq, account],
        )
        .await?;
        tx.announce(account, seq);
        Ok(seq)
    }
}

/// What there is after a number.
pub(crate) enum After {
    /// The events, at most as many as asked for, oldest first.
    Events(Vec<Event>),
    /// They are gone, or never were: the account's newest event has this number.
    Gone { last_event: i64 },
}

/// The number of an account's newest event.
pub(crate) async fn last_event(
    connection: &mut Connection,
    account: i64,
) -> Result<i64, StoreError> {
    let row = connection
        .row(
            "SELECT last_event FROM im_account WHERE id = ?",
            args![account],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int("last_event"))
}

/// The events of an account after a number.
pub(crate) async fn after(
    connection: &mut Connection,
    account: i64,
    after: i64,
    limit: i64,
) -> Result<After, StoreError> {
    let rows = connection
        .rows(
            "SELECT e.seq, e.kind, e.body, e.message_seq, c.public_id AS conversation, s.public_id AS sender, \
             m.body AS message_text, m.sent_at \
             FROM im_event e \
             LEFT JOIN im_conversation c ON c.id = e.conversation_id \
             LEFT JOIN im_message m ON m.conversation_id = e.conversation_id AND m.seq = e.message_seq \
             LEFT JOIN im_account s ON s.id = m.sender_id \
             WHERE e.account_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?",
            args![account, after, limit],
        )
        .await?;
    let first = rows.first().map(|row| row.int("seq")).transpose()?;
    if first == Some(after + 1) {
        let events: Option<Vec<_>> = rows.iter().map(event).collect::<Result<_, _>>()?;
        if let Some(events) = events {
            return Ok(After::Events(events));
        }
    }
    // Asked after the rows: what has come since is above them, so a difference means that something is gone.
    let last_event = last_event(connection, account).await?;
    if first.is_none() && last_event == after {
        return Ok(After::Events(Vec::new()));
    }
    if first.is_none() && last_event > after {
        // Either just come, or gone long since.
        let oldest = connection
            .row(
                "SELECT MIN(seq) AS oldest FROM im_event WHERE account_id = ?",
                args![account],
            )
            .await?;
        let oldest = oldest
            .map(|row| row.opt_int("oldest"))
            .transpose()?
            .flatten();
        if oldest.is_some_and(|oldest| oldest <= after + 1) {
            return Ok(After::Events(Vec::new()));
        }
    }
    Ok(After::Gone { last_event })
}

/// The event of a row; `None` when the message it names is gone.
fn event(row: &Row) -> Result<Option<Event>, StoreError> {
    let seq = row.int("seq")?.unsigned_abs();
    if row.text("kind")? == "message" {
        let conversation = row.text("conversation")?;
        let place = row.int("message_seq")?;
        let Some(sender) = row.opt_text("sender")? else {
            return Ok(None);
        };
        return Ok(Some(Event::Message {
            seq,
            message: Message {
                id: message_id(&conversation, place),
                seq: place.unsigned_abs(),
                sender,
                text: row.text("message_text")?,
                sent_at: from_millis(row.int("sent_at")?),
                conversation,
            },
        }));
    }
    let unexpected = StoreError::Content { column: "body" };
    let body = serde_json::from_str(&row.text("body")?).map_err(|_| unexpected)?;
    Ok(Some(match body {
        Body::Contact(contact) => Event::Contact { seq, contact },
        Body::Removed(user) => Event::ContactRemoved { seq, user },
        Body::Read {
            conversation,
            user,
            read_seq,
        } => Event::Read {
            seq,
            conversation,
            user,
            read_seq,
        },
    }))
}
