//! Accounts: who somebody is here. The identity is (realm, external id); the name is only a label.

mod close;
mod profile;

use im_core::{Avatar, ExternalUser, Identity};

pub(crate) use profile::Profile;

use crate::clock::{Millis, new_id};
use crate::error::Error;
use crate::names::search_key;
use crate::store::{Connection, Row, Store, StoreError, Transaction, Value, args};
use crate::view::{OfflineMessages, User};

/// A row of `im_account`.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) public_id: String,
    pub(crate) realm: String,
    pub(crate) external_id: String,
    pub(crate) state: AccountState,
    pub(crate) registered_at: Option<Millis>,
    pub(crate) name: String,
    pub(crate) display_name: Option<String>,
    pub(crate) avatar: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) forum_admin: bool,
    pub(crate) forum_moderator: bool,
    pub(crate) is_admin: bool,
    pub(crate) role_name: Option<String>,
    pub(crate) own_language: Option<String>,
    pub(crate) offline_messages: OfflineMessages,
    pub(crate) last_event: i64,
    pub(crate) generation: i64,
    pub(crate) created_at: Millis,
    pub(crate) last_address: Option<String>,
}

/// How an account stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountState {
    /// May come in.
    Active,
    /// Waits for an administrator: keeps its name, has no session, cannot be found.
    Pending,
    /// An administrator does not let it in.
    Refused,
    /// Over: its external id is another person's now.
    Closed,
}

impl AccountState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Refused => "refused",
            Self::Closed => "closed",
        }
    }
}

/// The columns of an account `a`, under names of their own.
macro_rules! account_columns {
    () => {
        "a.id AS a_id, a.public_id AS a_public_id, a.realm AS a_realm, a.external_id AS a_external_id, \
         a.state AS a_state, a.registered_at AS a_registered_at, a.name AS a_name, a.display_name AS a_display_name, \
         a.avatar AS a_avatar, a.forum_language AS a_forum_language, a.forum_groups AS a_forum_groups, \
         a.forum_admin AS a_forum_admin, a.forum_moderator AS a_forum_moderator, a.is_admin AS a_is_admin, \
         a.role_name AS a_role_name, a.own_language AS a_own_language, a.offline_messages AS a_offline_messages, \
         a.last_event AS a_last_event, a.generation AS a_generation, a.created_at AS a_created_at, \
         a.last_address AS a_last_address"
    };
}
pub(crate) use account_columns;

impl Account {
    pub(crate) fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.int("a_id")?,
            public_id: row.text("a_public_id")?,
            realm: row.text("a_realm")?,
            external_id: row.text("a_external_id")?,
            state: match row.text("a_state")?.as_str() {
                "active" => AccountState::Active,
                "pending" => AccountState::Pending,
                "refused" => AccountState::Refused,
                _ => AccountState::Closed,
            },
            registered_at: row.opt_int("a_registered_at")?,
            name: row.text("a_name")?,
            display_name: row.opt_text("a_display_name")?,
            avatar: row.opt_text("a_avatar")?,
            language: row.opt_text("a_forum_language")?,
            groups: serde_json::from_str(&row.text("a_forum_groups")?).unwrap_or_default(),
            forum_admin: row.flag("a_forum_admin")?,
            forum_moderator: row.flag("a_forum_moderator")?,
            is_admin: row.flag("a_is_admin")?,
            role_name: row.opt_text("a_role_name")?,
            own_language: row.opt_text("a_own_language")?,
            offline_messages: OfflineMessages::from_stored(&row.text("a_offline_messages")?),
            last_event: row.int("a_last_event")?,
            generation: row.int("a_generation")?,
            created_at: row.int("a_created_at")?,
            last_address: row.opt_text("a_last_address")?,
        })
    }

    pub(crate) fn is_active(&self) -> bool {
        self.state == AccountState::Active
    }

    /// Whether `user`, who has this account's external id, is somebody else: registered at another moment.
    pub(crate) fn is_another(&self, user: &ExternalUser) -> bool {
        match (self.registered_at, user.registered_at) {
            (Some(known), Some(now)) => known != crate::clock::to_millis(now),
            _ => false,
        }
    }

    /// As others see them. `public_url` is put before the paths of pictures.
    pub(crate) fn view(&self, public_url: Option<&str>) -> User {
        User {
            id: self.public_id.clone(),
            realm: self.realm.clone(),
            username: self.name.clone(),
            display_name: self
                .display_name
                .clone()
                .unwrap_or_else(|| self.name.clone()),
            avatar_url: self
                .avatar
                .as_deref()
                .and_then(|avatar| avatar_url(avatar, public_url)),
        }
    }
}

/// Pictures are kept as `url:…` or `path:…`; only web addresses are ever given out.
fn avatar_url(stored: &str, public_url: Option<&str>) -> Option<String> {
    let url = match stored.split_once(':')? {
        ("url", url) => url.to_owned(),
        ("path", path) => format!(
            "{}/{}",
            public_url?.trim_end_matches('/'),
            path.trim_start_matches('/')
        ),
        _ => return None,
    };
    let parsed = url::Url::parse(&url).ok()?;
    matches!(parsed.scheme(), "http" | "https").then(|| parsed.into())
}

fn stored_avatar(avatar: &Avatar) -> Option<String> {
    let stored = match avatar {
        Avatar::Url(url) => format!("url:{url}"),
        Avatar::Path(path) => format!("path:{path}"),
        _ => return None,
    };
    (stored.len() <= 2048).then_some(stored)
}

/// Whole accounts of which a condition holds.
macro_rules! select_accounts {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            account_columns!(),
            " FROM im_account a ",
            $condition
        )
    };
}

async fn one(
    connection: &mut Connection,
    sql: &'static str,
    values: Vec<Value>,
) -> Result<Option<Account>, StoreError> {
    let row = connection.row(sql, values).await?;
    row.as_ref().map(Account::from_row).transpose()
}

/// The account of an identity, unless it is closed.
pub(crate) async fn of_identity(
    connection: &mut Connection,
    realm: &str,
    external_id: &str,
) -> Result<Option<Account>, StoreError> {
    let sql = select_accounts!("WHERE a.realm = ? AND a.external_id = ? AND a.closed = 0");
    one(connection, sql, args![realm, external_id]).await
}

/// The same, locked until the end of the transaction.
pub(crate) async fn lock_identity(
    tx: &mut Transaction,
    identity: &Identity,
) -> Result<Option<Account>, StoreError> {
    let rows = tx
        .lock(
            select_accounts!("WHERE a.realm = ? AND a.external_id = ? AND a.closed = 0"),
            args![identity.realm.as_str(), identity.id.as_str()],
        )
        .await?;
    rows.first().map(Account::from_row).transpose()
}

/// An account by its number.
pub(crate) async fn by_id(
    connection: &mut Connection,
    id: i64,
) -> Result<Option<Account>, StoreError> {
    one(connection, select_accounts!("WHERE a.id = ?"), args![id]).await
}

/// An active account by its public id: pending and closed ones cannot be found.
pub(crate) async fn active_by_public_id(
    connection: &mut Connection,
    public_id: &str,
) -> Result<Option<Account>, StoreError> {
    let sql = select_accounts!("WHERE a.public_id = ? AND a.state = 'active'");
    one(connection, sql, args![public_id]).await
}

/// Accounts that answer to a name, letter case aside; of one realm or of all. At most 21.
pub(crate) async fn by_name(
    connection: &mut Connection,
    realm: Option<&str>,
    name: &str,
    state: AccountState,
) -> Result<Vec<Account>, StoreError> {
    let rows = connection
        .rows(
            select_accounts!("WHERE a.name_key = ? AND a.state = ? AND (? = '' OR a.realm = ?) ORDER BY a.id LIMIT 21"),
            args![
                search_key(name),
                state.as_str(),
                realm.unwrap_or_default(),
                realm.unwrap_or_default()
            ],
        )
        .await?;
    let accounts: Vec<_> = rows
        .iter()
        .map(Account::from_row)
        .collect::<Result<_, _>>()?;
    // Two spellings in one realm are two people: there the exact one decides.
    let one_realm = accounts
        .windows(2)
        .all(|pair| pair[0].realm == pair[1].realm);
    if accounts.len() > 1
        && one_realm
        && let Some(exact) = accounts.iter().find(|account| account.name == name)
    {
        return Ok(vec![exact.clone()]);
    }
    Ok(accounts)
}

/// Makes an account for somebody who has none.
pub(crate) async fn insert(
    tx: &mut Transaction,
    store: &Store,
    user: &ExternalUser,
    state: AccountState,
    now: Millis,
) -> Result<Account, Error> {
    let external_id = user.identity.id.as_str();
    if external_id.len() > 512 {
        return Err(Error::internal(format!(
            "realm {} gave an id longer than 512 bytes",
            user.identity.realm
        )));
    }
    let public_id = new_id(store.random(), "u")
        .map_err(|error| Error::internal("no random bytes for an id").with_source(error))?;
    let profile = Profile::of(user);
    let id = tx
        .insert(
            "INSERT INTO im_account (public_id, realm, external_id, state, registered_at, name, name_key, display_name, \
             display_key, avatar, forum_language, forum_groups, forum_admin, forum_moderator, created_at, verified_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            args![
                &public_id,
                user.identity.realm.as_str(),
                external_id,
                state.as_str(),
                profile.registered_at,
                &profile.name,
                profile.name_key(),
                profile.display_name.as_deref(),
                profile.display_key(),
                profile.avatar.as_deref(),
                profile.language.as_deref(),
                profile.groups_json(),
                profile.forum_admin,
                profile.forum_moderator,
                now,
                now
            ],
        )
        .await?;
    tx.run(
        "INSERT INTO im_presence (account_id, state, reason, changed_at) VALUES (?, 'online', NULL, ?)",
        args![id, now],
    )
    .await?;
    by_id(tx, id)
        .await?
        .ok_or_else(|| Error::internal("a new account is not there"))
}

/// Ends the sessions of an account, at one site or everywhere, and gives its places back. The caller holds the account's
/// row.
pub(crate) async fn end_sessions(
    tx: &mut Transaction,
    account: i64,
    site: Option<i64>,
    shared_now: Millis,
) -> Result<(), StoreError> {
    match site {
        Some(site) => {
            for sql in [
                "DELETE FROM im_session WHERE account_id = ? AND site_id = ?",
                "DELETE FROM im_lease WHERE account_id = ? AND site_id = ?",
            ] {
                tx.run(sql, args![account, site]).await?;
            }
        }
        None => {
            for sql in [
                "DELETE FROM im_session WHERE account_id = ?",
                "DELETE FROM im_lease WHERE account_id = ?",
            ] {
                tx.run(sql, args![account]).await?;
            }
        }
    }
    tx.run(
        "UPDATE im_account SET generation = generation + 1 WHERE id = ?",
        args![account],
    )
    .await?;
    crate::presence::touch(tx, account, shared_now).await
}
