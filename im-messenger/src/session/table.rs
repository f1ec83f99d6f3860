//! Sessions in the store: made, listed, ended. Only a token's SHA-256 is kept.

use sha2::{Digest, Sha256};

use super::{Device, SessionToken};
use crate::clock::{Millis, new_id, span};
use crate::error::Error;
use crate::names::cut;
use crate::option::Options;
use crate::store::{Store, Transaction, args};

/// What the store knows a token by.
pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A session that was just made.
pub(crate) struct NewSession {
    pub(crate) token: SessionToken,
    pub(crate) expires_at: Millis,
    /// Sessions that had to go, because an account may have only so many.
    pub(crate) ended: Vec<i64>,
}

/// When a session was last used. The greater one was used later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LastUse {
    /// By a request or an open stream.
    pub(crate) seen: Millis,
    /// By a request, as far as this process knows: it decides between two with open streams.
    pub(crate) asked: Millis,
}

/// Makes a session. The caller holds the account's row, and knows the last use of a session better than the store.
pub(crate) async fn create(
    tx: &mut Transaction,
    store: &Store,
    (site, account): (i64, i64),
    options: &Options,
    device: &Device,
    now: Millis,
    last_use: impl Fn(i64, Millis) -> LastUse,
) -> Result<NewSession, Error> {
    let no_randomness = |error| Error::internal("no random bytes for a token").with_source(error);
    let mut bytes = [0; 32];
    store.random().fill(&mut bytes).map_err(no_randomness)?;
    let token = hex::encode(bytes);
    let public_id = new_id(store.random(), "s").map_err(no_randomness)?;
    let ends_at = now.saturating_add(span(options.session_max_ttl));
    let expires_at = ends_at.min(now.saturating_add(span(options.session_ttl)));
    let ended = make_room(tx, account, options.max_sessions, now, last_use).await?;
    tx.run(
        "INSERT INTO im_session (public_id, token_hash, account_id, site_id, created_at, last_seen_at, expires_at, \
         ends_at, user_agent, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        args![
            public_id,
            token_hash(&token),
            account,
            site,
            now,
            now,
            expires_at,
            ends_at,
            device
                .user_agent
                .as_deref()
                .map(|user_agent| cut(user_agent, 1024)),
            device.address.map(|address| address.to_string())
        ],
    )
    .await?;
    Ok(NewSession {
        token: SessionToken::new(token),
        expires_at,
        ended,
    })
}

/// Ends the sessions least recently used until one more fits.
async fn make_room(
    tx: &mut Transaction,
    account: i64,
    most: u32,
    now: Millis,
    last_use: impl Fn(i64, Millis) -> LastUse,
) -> Result<Vec<i64>, Error> {
    tx.run(
        "DELETE FROM im_session WHERE account_id = ? AND expires_at <= ?",
        args![account, now],
    )
    .await?;
    let rows = tx
        .rows(
            "SELECT id, last_seen_at FROM im_session WHERE account_id = ? LIMIT 1000",
            args![account],
        )
        .await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.int("id")?;
        sessions.push((last_use(id, row.int("last_seen_at")?), id));
    }
    // The most recently used first, and of two the younger one.
    sessions.sort_unstable_by(|a, b| b.cmp(a));
    let keep = usize::try_from(most)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let mut ended = Vec::new();
    for (_, id) in sessions.into_iter().skip(keep) {
        tx.run("DELETE FROM im_session WHERE id = ?", args![id])
            .await?;
        ended.push(id);
    }
    if !ended.is_empty() {
        tx.run(
            "UPDATE im_account SET generation = generation + 1 WHERE id = ?",
            args![account],
        )
        .await?;
    }
    Ok(ended)
}
