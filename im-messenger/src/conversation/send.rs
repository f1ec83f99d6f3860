//! Sending a message: checked, numbered, kept and told in one transaction.

use sha2::{Digest, Sha256};

use super::{Membership, membership, message_id};
use crate::account;
use crate::clock::from_millis;
use crate::contact::ContactLine;
use crate::error::{Error, ErrorCode};
use crate::event::log::{LockedAccounts, NewEvent};
use crate::messenger::{Inner, Messenger};
use crate::presence;
use crate::session::Acting;
use crate::store::{Transaction, args, transaction};
use crate::view::{Message, OfflineMessages, PresenceState};

/// Bytes of a `client_id`.
const CLIENT_ID_BYTES: usize = 128;

/// A message the store has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Whether it had been taken before (200) or just now (201).
    pub replay: bool,
}

impl Messenger {
    /// Sends a message. Once this answers, the message is on disk. The same `client_id` and text again is answered as the
    /// first time, so a client that got no answer simply repeats.
    ///
    /// # Errors
    /// `unknown_conversation`, `empty_message`, `message_too_long`, `client_id_reused`, `not_a_contact`,
    /// `do_not_disturb`, `recipient_offline`, `cannot_see_you`.
    pub async fn send(
        &self,
        acting: &Acting,
        conversation: &str,
        text: &str,
        client_id: &str,
    ) -> Result<Sent, Error> {
        check_text(text, acting.options.message_max_chars)?;
        if client_id.is_empty() || client_id.len() > CLIENT_ID_BYTES {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                "a client_id has 1 to 128 bytes",
            ));
        }
        let sent = self.0.send(acting, conversation, text, client_id).await?;
        if !sent.replay {
            let counters = &self.0.hub.counters;
            counters
                .sent
                .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        Ok(sent)
    }
}

fn check_text(text: &str, most: u32) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::new(
            ErrorCode::EmptyMessage,
            "there is nothing to send",
        ));
    }
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    // Counting characters of a text that cannot fit anyway would be work for nothing.
    if text.len() > limit.saturating_mul(4) || text.chars().count() > limit {
        return Err(Error::new(
            ErrorCode::MessageTooLong,
            format!("a message has at most {most} characters"),
        )
        .with_max(u64::from(most)));
    }
    Ok(())
}

impl Inner {
    async fn send(
        &self,
        acting: &Acting,
        conversation: &str,
        text: &str,
        client_id: &str,
    ) -> Result<Sent, Error> {
        let me = acting.account.id;
        let mut connection = self.store.read().await?;
        let place = membership(&mut connection, me, conversation).await?;
        drop(connection);
        let peer = place.peer(me);
        let sent_hash = hex::encode(Sha256::digest(text.as_bytes()));
        let shared_now = self.store.shared_now().await?;
        let message = |seq: i64, text: String, sent_at: i64| Message {
            id: message_id(&place.public_id, seq),
            conversation: place.public_id.clone(),
            seq: seq.unsigned_abs(),
            sender: acting.account.public_id.clone(),
            text,
            sent_at: from_millis(sent_at),
        };
        transaction!(self.store, |tx| {
            let mut locked = LockedAccounts::lock(tx, &[me, peer]).await?;
            let earlier = tx
                .row(
                    "SELECT seq, sent_hash, body, sent_at FROM im_message \
                     WHERE conversation_id = ? AND sender_id = ? AND client_id = ?",
                    args![place.conversation, me, client_id],
                )
                .await?;
            if let Some(earlier) = earlier {
                if earlier.text("sent_hash")? != sent_hash {
                    return Err(Error::new(
                        ErrorCode::ClientIdReused,
                        "this client_id was used for another text",
                    ));
                }
                return Ok(Sent {
                    message: message(
                        earlier.int("seq")?,
                        earlier.text("body")?,
                        earlier.int("sent_at")?,
                    ),
                    replay: true,
                });
            }
            may_send(tx, me, peer, shared_now).await?;
            let now = self.store.now_millis();
            let seq = next_seq(tx, &place).await?;
            tx.run(
                "INSERT INTO im_message (conversation_id, seq, sender_id, client_id, sent_hash, body, sent_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
                args![
                    place.conversation,
                    seq,
                    me,
                    client_id,
                    &sent_hash,
                    text,
                    now
                ],
            )
            .await?;
            // Whoever had read everything has read their own message too.
            tx.run(
                "UPDATE im_participant SET updated_at = ?, told_seq = CASE WHEN unread = 0 THEN ? ELSE told_seq END, \
                 read_seq = CASE WHEN unread = 0 THEN ? ELSE read_seq END \
                 WHERE account_id = ? AND conversation_id = ?",
                args![now, seq, seq, me, place.conversation],
            )
            .await?;
            tx.run(
                "UPDATE im_participant SET updated_at = ?, unread = unread + 1 WHERE account_id = ? AND conversation_id = ?",
                args![now, peer, place.conversation],
            )
            .await?;
            for account in [me, peer] {
                locked
                    .append(tx, account, NewEvent::message(place.conversation, seq), now)
                    .await?;
            }
            Ok(Sent {
                message: message(seq, text.to_owned(), now),
                replay: false,
            })
        })
    }
}

/// The conversation's next place. Both members' rows are held, so nobody else numbers at the same time.
async fn next_seq(tx: &mut Transaction, place: &Membership) -> Result<i64, Error> {
    let row = tx
        .row(
            "SELECT last_seq FROM im_conversation WHERE id = ?",
            args![place.conversation],
        )
        .await?;
    let seq = row.map_or(Ok(0), |row| row.int("last_seq"))? + 1;
    tx.run(
        "UPDATE im_conversation SET last_seq = ? WHERE id = ?",
        args![seq, place.conversation],
    )
    .await?;
    Ok(seq)
}

/// Whether `me` may write to `peer` now.
async fn may_send(tx: &mut Transaction, me: i64, peer: i64, shared_now: i64) -> Result<(), Error> {
    let not_a_contact = || {
        Error::new(
            ErrorCode::NotAContact,
            "only contacts can be written to; ask them first",
        )
    };
    const LINE: &str =
        "SELECT state, vip, hidden FROM im_contact WHERE owner_id = ? AND peer_id = ?";
    let mine = tx.row(LINE, args![me, peer]).await?;
    let mine = mine.ok_or_else(not_a_contact)?;
    if ContactLine::from_stored(&mine.text("state")?) != ContactLine::Accepted {
        return Err(not_a_contact());
    }
    if mine.flag("hidden")? {
        return Err(Error::new(
            ErrorCode::CannotSeeYou,
            "you hide from this contact; stop hiding to write to them",
        ));
    }
    let theirs = tx.row(LINE, args![peer, me]).await?;
    let theirs = theirs.ok_or_else(not_a_contact)?;
    let (vip, hidden) = (theirs.flag("vip")?, theirs.flag("hidden")?);
    let recipient = account::by_id(tx, peer)
        .await?
        .filter(account::Account::is_active)
        .ok_or_else(not_a_contact)?;
    // What I see of them decides: an answer must not tell me that somebody is hiding.
    let seen = presence::of(tx, peer, shared_now).await?.seen(hidden);
    match (seen.state, recipient.offline_messages) {
        (PresenceState::Dnd, _) if !vip => Err(Error::new(
            ErrorCode::DoNotDisturb,
            "they do not want to be disturbed at the moment",
        )),
        (PresenceState::Offline, OfflineMessages::None) => Err(offline()),
        (PresenceState::Offline, OfflineMessages::Vips) if !vip => Err(offline()),
        _ => Ok(()),
    }
}

fn offline() -> Error {
    Error::new(
        ErrorCode::RecipientOffline,
        "they are offline and take no messages then",
    )
}
