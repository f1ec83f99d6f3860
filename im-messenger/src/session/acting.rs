//! Using a session: who acts, listing and ending sessions.

use std::sync::Arc;
use std::time::Duration;

use super::table::{LastUse, token_hash};
use super::{Acting, SessionToken};
use crate::account::{Account, account_columns};
use crate::clock::{Millis, from_millis, span};
use crate::error::{Error, ErrorCode};
use crate::event::log::LockedAccounts;
use crate::lease;
use crate::messenger::{Inner, Messenger};
use crate::option::Options;
use crate::store::{args, transaction};
use crate::view::SessionInfo;

/// How exactly the store knows the last use of a session: a write a minute, not one per request. In between, only the
/// process that was asked knows better.
fn grain(options: &Options) -> Millis {
    (span(options.session_ttl) / 50).clamp(1_000, span(Duration::from_secs(60)))
}

fn invalid() -> Error {
    Error::new(
        ErrorCode::SessionInvalid,
        "this session is over; sign in again",
    )
}

impl Messenger {
    /// Who acts with a token at a site: checks it, keeps the session going, and makes sure of a place at the site.
    ///
    /// # Errors
    /// `session_invalid`; `site_full` when the account has lost its place and there is none left (the session stays
    /// valid); when the store fails.
    pub async fn acting(&self, site: &str, token: &str) -> Result<Acting, Error> {
        let (acting, place) = self.0.recognise(site, token).await?;
        self.0
            .keep_place(
                acting.site.id,
                acting.account.id,
                acting.options.max_connected,
                place,
            )
            .await?;
        Ok(acting)
    }

    /// Who acts, without claiming a place: to sign out at a full site.
    ///
    /// # Errors
    /// `session_invalid`; when the store fails.
    pub async fn acting_unconnected(&self, site: &str, token: &str) -> Result<Acting, Error> {
        Ok(self.0.recognise(site, token).await?.0)
    }

    /// Ends the acting session, and gives the place back when it was the account's last one here.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, acting: &Acting) -> Result<(), Error> {
        self.0
            .end_session(acting.account.id, &acting.session_public)
            .await
            .map(|_| ())
    }

    /// The account's sessions, the most recently used first, at every site. Who shares an account sees their own only.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, acting: &Acting) -> Result<Vec<SessionInfo>, Error> {
        let mut connection = self.0.store.read().await?;
        let rows = connection
            .rows(
                "SELECT id, public_id, created_at, last_seen_at, expires_at, user_agent FROM im_session \
                 WHERE account_id = ? AND expires_at > ? ORDER BY last_seen_at DESC, id DESC LIMIT 1000",
                args![acting.account.id, self.0.store.now_millis()],
            )
            .await?;
        let shares = self.0.is_shared(&acting.account);
        let last_use = self.0.last_uses(acting.account.id);
        let mut sessions = Vec::with_capacity(rows.len());
        for row in &rows {
            if shares && row.int("id")? != acting.session {
                continue;
            }
            let last_seen_at = last_use(row.int("id")?, row.int("last_seen_at")?).seen;
            sessions.push(SessionInfo {
                id: row.text("public_id")?,
                created_at: from_millis(row.int("created_at")?),
                last_seen_at: from_millis(last_seen_at),
                expires_at: from_millis(row.int("expires_at")?),
                user_agent: row.opt_text("user_agent")?,
                current: row.int("id")? == acting.session,
            });
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        Ok(sessions)
    }

    /// Ends one of the account's sessions.
    ///
    /// # Errors
    /// `unknown_session`; when the store fails.
    pub async fn revoke(&self, acting: &Acting, session: &str) -> Result<(), Error> {
        let may = session == acting.session_public || !self.0.is_shared(&acting.account);
        if may && self.0.end_session(acting.account.id, session).await? {
            Ok(())
        } else {
            Err(Error::new(
                ErrorCode::UnknownSession,
                "there is no such session",
            ))
        }
    }
}

impl Inner {
    /// Tells when an account's sessions were last used: by the store, or by this process if it knows better. One with an
    /// open stream is in use now.
    pub(crate) fn last_uses(&self, account: i64) -> impl Fn(i64, Millis) -> LastUse {
        let now = self.store.now_millis();
        let listening = self.hub.sessions_of(account);
        move |session, stored| {
            let asked = self
                .used
                .get(&session)
                .map_or(stored, |used| used.max(stored));
            let seen = if listening.contains(&session) {
                now.max(asked)
            } else {
                asked
            };
            LastUse { seen, asked }
        }
    }

    /// The session of a token, and until when the account's place at the site is held.
    async fn recognise(&self, path: &str, token: &str) -> Result<(Acting, Option<Millis>), Error> {
        let site = self.site(path)?;
        if token.len() > 256 {
            return Err(invalid());
        }
        let now = self.store.now_millis();
        let mut connection = self.store.read().await?;
        let row = connection
            .row(
                concat!(
                    "SELECT s.id AS s_id, s.public_id AS s_public_id, s.last_seen_at AS s_last_seen_at, \
                     s.expires_at AS s_expires_at, s.ends_at AS s_ends_at, l.expires_at AS l_expires_at, ",
                    account_columns!(),
                    " FROM im_session s JOIN im_account a ON a.id = s.account_id \
                     LEFT JOIN im_lease l ON l.site_id = s.site_id AND l.account_id = s.account_id \
                     WHERE s.token_hash = ? AND s.site_id = ?"
                ),
                args![token_hash(token), site.id],
            )
            .await?
            .ok_or_else(invalid)?;
        drop(connection);
        let account = Account::from_row(&row)?;
        // A realm that was taken from the site takes its sessions with it.
        let over = row.int("s_expires_at")? <= now || !site.has_realm(&account.realm);
        if over || !account.is_active() {
            return Err(invalid());
        }
        let (role, options) = site.binding(&self.roles, &account);
        let session = row.int("s_id")?;
        self.used.insert(session, now);
        if now - row.int("s_last_seen_at")? >= grain(&options) {
            self.slide(session, row.int("s_ends_at")?, &options, now)
                .await?;
        }
        let acting = Acting {
            session,
            session_public: row.text("s_public_id")?,
            site,
            account: Arc::new(account),
            role,
            options,
        };
        Ok((acting, row.opt_int("l_expires_at")?))
    }

    async fn slide(
        &self,
        session: i64,
        ends_at: Millis,
        options: &Options,
        now: Millis,
    ) -> Result<(), Error> {
        let expires_at = ends_at.min(now.saturating_add(span(options.session_ttl)));
        transaction!(self.store, |tx| {
            tx.run(
                "UPDATE im_session SET last_seen_at = ?, expires_at = ? WHERE id = ? AND last_seen_at < ?",
                args![now, expires_at, session, now],
            )
            .await?;
            Ok(())
        })
    }

    /// Ends every session of an account but one.
    pub(crate) async fn end_other_sessions(&self, account: i64, keep: i64) -> Result<(), Error> {
        // With the row held: a sign-in that is about to make a session is waited for.
        let rows = transaction!(self.store, |tx| {
            LockedAccounts::lock(tx, &[account]).await?;
            Ok(tx
                .rows(
                    "SELECT public_id FROM im_session WHERE account_id = ? AND id <> ? LIMIT 1000",
                    args![account, keep],
                )
                .await?)
        })?;
        for row in &rows {
            self.end_session(account, &row.text("public_id")?).await?;
        }
        Ok(())
    }

    /// Ends a session; `false` when there is none of this id.
    async fn end_session(&self, account: i64, session: &str) -> Result<bool, Error> {
        let now = self.store.now_millis();
        let shared_now = self.store.shared_now().await?;
        let ended = transaction!(self.store, |tx| {
            LockedAccounts::lock(tx, &[account]).await?;
            let row = tx
                .row(
                    "SELECT id, site_id FROM im_session WHERE account_id = ? AND public_id = ?",
                    args![account, session],
                )
                .await?;
            let Some(row) = row else { return Ok(None) };
            let id = row.int("id")?;
            tx.run("DELETE FROM im_session WHERE id = ?", args![id])
                .await?;
            tx.run(
                "UPDATE im_account SET generation = generation + 1 WHERE id = ?",
                args![account],
            )
            .await?;
            lease::release_if_last(tx, row.int("site_id")?, account, now, shared_now).await?;
            Ok(Some(id))
        })?;
        let Some(session) = ended else {
            return Ok(false);
        };
        self.hub.end_session(account, session);
        self.tell_presence(account).await;
        Ok(true)
    }
}

/// A token as text, for places that take one. Never printed.
impl AsRef<str> for SessionToken {
    fn as_ref(&self) -> &str {
        self.expose()
    }
}
