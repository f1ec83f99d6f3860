//! Reading: history by pages, read marks, typing.

use super::{membership, message_id};
use crate::clock::from_millis;
use crate::contact::ContactLine;
use crate::error::{Error, ErrorCode};
use crate::event::Event;
use crate::event::log::{LockedAccounts, NewEvent};
use crate::messenger::Messenger;
use crate::session::Acting;
use crate::store::{Connection, StoreError, args, transaction};
use crate::view::{Message, MessagePage};

/// Which part of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// Only messages before this place.
    pub before: Option<u64>,
    /// Only messages after this place.
    pub after: Option<u64>,
    /// How many at most: 1 to 200, else 50.
    pub limit: Option<u32>,
}

impl Messenger {
    /// A page of a history, oldest first: the messages right after `after` if given, else the last ones before `before`,
    /// else the last ones.
    ///
    /// # Errors
    /// `unknown_conversation`, `invalid_request` for a limit out of bounds.
    pub async fn messages(
        &self,
        acting: &Acting,
        conversation: &str,
        page: Page,
    ) -> Result<MessagePage, Error> {
        let limit = page.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                "limit is from 1 to 200",
            ));
        }
        let place = |seq: Option<u64>, otherwise: i64| {
            seq.map_or(otherwise, |seq| i64::try_from(seq).unwrap_or(i64::MAX))
        };
        let (after, before) = (place(page.after, 0), place(page.before, i64::MAX));
        let forwards = page.after.is_some();
        let mut connection = self.0.store.read().await?;
        let membership = membership(&mut connection, acting.account.id, conversation).await?;
        let sql = if forwards {
            concat!(
                "SELECT m.seq, m.body, m.sent_at, a.public_id AS sender FROM im_message m ",
                "JOIN im_account a ON a.id = m.sender_id ",
                "WHERE m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq LIMIT ?"
            )
        } else {
            concat!(
                "SELECT m.seq, m.body, m.sent_at, a.public_id AS sender FROM im_message m ",
                "JOIN im_account a ON a.id = m.sender_id ",
                "WHERE m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?"
            )
        };
        // One more than asked for tells whether there are more.
        let most = i64::from(limit) + 1;
        let mut rows = connection
            .rows(sql, args![membership.conversation, after, before, most])
            .await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if !forwards {
            rows.reverse();
        }
        let mut messages = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq = row.int("seq")?;
            messages.push(Message {
                id: message_id(conversation, seq),
                conversation: conversation.to_owned(),
                seq: seq.unsigned_abs(),
                sender: row.text("sender")?,
                text: row.text("body")?,
                sent_at: from_millis(row.int("sent_at")?),
            });
        }
        Ok(MessagePage { messages, more })
    }

    /// Marks everything up to a place as read. Going back does nothing; beyond the end means the end. The other is told
    /// only while they may see the reader: as a contact whom the reader does not hide from.
    ///
    /// # Errors
    /// `unknown_conversation`.
    pub async fn mark_read(
        &self,
        acting: &Acting,
        conversation: &str,
        seq: u64,
    ) -> Result<(), Error> {
        let inner = &self.0;
        let me = acting.account.id;
        let mut connection = inner.store.read().await?;
        let place = membership(&mut connection, me, conversation).await?;
        drop(connection);
        let peer = place.peer(me);
        transaction!(inner.store, |tx| {
            let mut locked = LockedAccounts::lock(tx, &[me, peer]).await?;
            let row = tx
                .row(
                    "SELECT c.last_seq, m.read_seq, m.told_seq FROM im_participant m JOIN im_conversation c ON c.id = m.conversation_id \
                     WHERE m.account_id = ? AND m.conversation_id = ?",
                    args![me, place.conversation],
                )
                .await?;
            let Some(row) = row else { return Ok(()) };
            let read_seq = i64::try_from(seq)
                .unwrap_or(i64::MAX)
                .min(row.int("last_seq")?);
            let known = row.int("read_seq")?;
            let now = inner.store.now_millis();
            let event =
                |read_seq| NewEvent::read(&place.public_id, &acting.account.public_id, read_seq);
            // What was read unseen is told with the first mark that is seen.
            let to_tell = read_seq.max(known);
            if to_tell > row.int("told_seq")? && is_seen_by(tx, me, peer).await? {
                tx.run(
                    "UPDATE im_participant SET told_seq = ? WHERE account_id = ? AND conversation_id = ?",
                    args![to_tell, me, place.conversation],
                )
                .await?;
                locked.append(tx, peer, event(to_tell), now).await?;
            }
            if read_seq <= known {
                return Ok(());
            }
            let unread = tx
                .row(
                    "SELECT COUNT(*) AS unread FROM im_message WHERE conversation_id = ? AND seq > ? AND sender_id <> ?",
                    args![place.conversation, read_seq, me],
                )
                .await?;
            let unread = unread.map_or(Ok(0), |row| row.int("unread"))?;
            tx.run(
                "UPDATE im_participant SET read_seq = ?, unread = ? WHERE account_id = ? AND conversation_id = ?",
                args![read_seq, unread, me, place.conversation],
            )
            .await?;
            locked.append(tx, me, event(read_seq), now).await?;
            Ok(())
        })
    }

    /// Tells the other that the acting user is writing, once a second at most. Not to those who may not write, nor to those one hides from.
    ///
    /// # Errors
    /// `unknown_conversation`.
    pub async fn typing(&self, acting: &Acting, conversation: &str) -> Result<(), Error> {
        let me = acting.account.id;
        let mut connection = self.0.store.read().await?;
        let place = membership(&mut connection, me, conversation).await?;
        let peer = place.peer(me);
        if !self.0.hub.has(peer) {
            return Ok(());
        }
        let now = self.0.store.now_millis();
        if self.0.typing.take((me, place.conversation), now).is_err() {
            return Ok(()); // They have just been told.
        }
        if is_seen_by(&mut connection, me, peer).await? {
            self.0.hub.pass(
                peer,
                &Event::Typing {
                    conversation: conversation.to_owned(),
                    user: acting.account.public_id.clone(),
                },
            );
        }
        Ok(())
    }
}

/// Whether `peer` may notice what `me` does: a contact, not hidden from, and `me` is not hidden from everybody.
async fn is_seen_by(connection: &mut Connection, me: i64, peer: i64) -> Result<bool, StoreError> {
    let line = connection
        .row(
            "SELECT c.state, c.hidden, p.state AS p_state FROM im_contact c JOIN im_presence p ON p.account_id = c.owner_id \
             WHERE c.owner_id = ? AND c.peer_id = ?",
            args![me, peer],
        )
        .await?;
    let Some(line) = line else { return Ok(false) };
    Ok(
        ContactLine::from_stored(&line.text("state")?) == ContactLine::Accepted
            && !line.flag("hidden")?
            && line.text("p_state")? != "hidden",
    )
}
