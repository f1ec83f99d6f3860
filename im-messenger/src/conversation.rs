//! Conversations: opened, listed, read.

mod read;
mod send;

pub use read::Page;
pub use send::Sent;

use crate::account::{self, Account, account_columns};
use crate::clock::{from_millis, new_id};
use crate::error::{Error, ErrorCode};
use crate::event::log::LockedAccounts;
use crate::messenger::{Inner, Messenger};
use crate::session::Acting;
use crate::store::{Connection, Row, StoreError, args, transaction};
use crate::view::{Conversation, ConversationKind, Message};

/// Conversations in one answer.
const MOST: i64 = 500;

/// An opened conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// Whether it was made now (201) or was there (200).
    pub new: bool,
}

/// A message's id: its conversation's, and its place there.
pub(crate) fn message_id(conversation: &str, seq: i64) -> String {
    format!(
        "m{}_{seq}",
        conversation.strip_prefix('c').unwrap_or(conversation)
    )
}

/// A conversation and one of its members, found by the conversation's public id.
pub(crate) struct Membership {
    pub(crate) conversation: i64,
    pub(crate) public_id: String,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

impl Membership {
    /// The other member.
    pub(crate) fn peer(&self, me: i64) -> i64 {
        if self.low == me { self.high } else { self.low }
    }
}

/// The conversation, if the account is a member.
pub(crate) async fn membership(
    connection: &mut Connection,
    account: i64,
    public_id: &str,
) -> Result<Membership, Error> {
    let row = connection
        .row(
            "SELECT c.id, c.low_id, c.high_id FROM im_conversation c \
             JOIN im_participant m ON m.conversation_id = c.id AND m.account_id = ? \
             WHERE c.public_id = ? AND c.kind = 'direct'",
            args![account, public_id],
        )
        .await?
        .ok_or_else(|| {
            Error::new(
                ErrorCode::UnknownConversation,
                "there is no such conversation",
            )
        })?;
    Ok(Membership {
        conversation: row.int("id")?,
        public_id: public_id.to_owned(),
        low: row.int("low_id")?,
        high: row.int("high_id")?,
    })
}

/// Conversations of an account, with the other member and the last message.
macro_rules! conversations {
    () => {
        concat!(
            "SELECT c.public_id AS c_public_id, c.last_seq AS c_last_seq, mine.read_seq AS mine_read_seq, \
             mine.unread AS mine_unread, mine.updated_at AS mine_updated_at, theirs.told_seq AS theirs_told_seq, \
             last.body AS last_text, last.sent_at AS last_sent_at, sender.public_id AS last_sender, ",
            account_columns!(),
            " FROM im_participant mine JOIN im_conversation c ON c.id = mine.conversation_id \
             JOIN im_account a ON a.id = CASE WHEN c.low_id = mine.account_id THEN c.high_id ELSE c.low_id END \
             JOIN im_participant theirs ON theirs.account_id = a.id AND theirs.conversation_id = c.id \
             LEFT JOIN im_message last ON last.conversation_id = c.id AND last.seq = c.last_seq \
             LEFT JOIN im_account sender ON sender.id = last.sender_id \
             WHERE mine.account_id = ? AND c.kind = 'direct' "
        )
    };
}

impl Messenger {
    /// The acting user's conversations, the newest first; those where nothing was said yet only with contacts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn conversations(&self, acting: &Acting) -> Result<Vec<Conversation>, Error> {
        let mut connection = self.0.store.read().await?;
        let rows = connection
            .rows(
                concat!(
                    conversations!(),
                    // Opened by a stranger and never used: nobody puts themselves on another's list.
                    "AND (c.last_seq > 0 OR EXISTS (SELECT 1 FROM im_contact k WHERE k.owner_id = mine.account_id \
                     AND k.peer_id = a.id AND k.state = 'accepted')) \
                     ORDER BY mine.updated_at DESC, c.id DESC LIMIT ?"
                ),
                args![acting.account.id, MOST],
            )
            .await?;
        rows.iter()
            .map(|row| {
                self.0
                    .conversation(&acting.account, row)
                    .map_err(Error::from)
            })
            .collect()
    }

    /// The conversation with somebody: there is one for each pair. What was said stays readable whoever is still a
    /// contact.
    ///
    /// # Errors
    /// `unknown_user`.
    pub async fn open_conversation(
        &self,
        acting: &Acting,
        user: &str,
    ) -> Result<OpenedConversation, Error> {
        let inner = &self.0;
        let me = acting.account.id;
        let mut connection = inner.store.read().await?;
        let peer = account::active_by_public_id(&mut connection, user)
            .await?
            .filter(|peer| peer.id != me)
            .ok_or_else(|| Error::new(ErrorCode::UnknownUser, "there is no such user"))?;
        drop(connection);
        let (low, high) = (me.min(peer.id), me.max(peer.id));
        let (public_id, new) = transaction!(inner.store, |tx| {
            LockedAccounts::lock(tx, &[me, peer.id]).await?;
            let row = tx
                .row(
                    "SELECT public_id FROM im_conversation WHERE low_id = ? AND high_id = ?",
                    args![low, high],
                )
                .await?;
            if let Some(row) = row {
                return Ok((row.text("public_id")?, false));
            }
            let now = inner.store.now_millis();
            let public_id = new_id(inner.store.random(), "c")
                .map_err(|error| Error::internal("no random bytes for an id").with_source(error))?;
            let id = tx
                .insert(
                    "INSERT INTO im_conversation (public_id, kind, low_id, high_id, created_at) VALUES (?, 'direct', ?, ?, ?)",
                    args![&public_id, low, high, now],
                )
                .await?;
            for member in [low, high] {
                tx.run(
                    "INSERT INTO im_participant (account_id, conversation_id, updated_at) VALUES (?, ?, ?)",
                    args![member, id, now],
                )
                .await?;
            }
            Ok((public_id, true))
        })?;
        let mut connection = inner.store.read().await?;
        let row = connection
            .row(
                concat!(conversations!(), "AND c.public_id = ?"),
                args![me, &public_id],
            )
            .await?
            .ok_or_else(|| Error::internal("a new conversation is not there"))?;
        Ok(OpenedConversation {
            conversation: inner.conversation(&acting.account, &row)?,
            new,
        })
    }
}

impl Inner {
    fn conversation(&self, me: &Account, row: &Row) -> Result<Conversation, StoreError> {
        let id = row.text("c_public_id")?;
        let last_seq = row.int("c_last_seq")?;
        let last_message = match row.opt_text("last_text")? {
            Some(text) => Some(Message {
                id: message_id(&id, last_seq),
                conversation: id.clone(),
                seq: last_seq.unsigned_abs(),
                sender: row.text("last_sender")?,
                text,
                sent_at: from_millis(row.int("last_sent_at")?),
            }),
            None => None,
        };
        Ok(Conversation {
            id,
            kind: ConversationKind::Direct,
            members: vec![self.user(me), self.user(&Account::from_row(row)?)],
            last_seq: last_seq.unsigned_abs(),
            read_seq: row.int("mine_read_seq")?.unsigned_abs(),
            unread: row.int("mine_unread")?.unsigned_abs(),
            peer_read_seq: row.int("theirs_told_seq")?.unsigned_abs(),
            last_message,
            updated_at: from_millis(row.int("mine_updated_at")?),
        })
    }
}
