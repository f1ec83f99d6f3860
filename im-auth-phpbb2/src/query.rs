//! The SQL. Few texts, all constant but for the table names; every value is bound.

use im_auth_sql::{Engine, Prefix, Statement};
use im_core::AuthError;

/// How many accounts one statement of a batch asks for.
pub(crate) const BATCH: usize = 64;
/// How many names one statement of a batch asks for: each row read is compared with all of them.
pub(crate) const NAMES: usize = 8;
/// How many ways an address can be listed.
pub(crate) const FORMS: usize = 4;

/// The tables that are read, without prefix.
pub(crate) const TABLES: [(&str, &[&str]); 7] = [
    (
        "users",
        &[
            "user_id",
            "user_active",
            "username",
            "user_password",
            "user_regdate",
            "user_level",
            "user_lang",
            "user_email",
            "user_avatar",
            "user_avatar_type",
            "user_allowavatar",
            "user_actkey",
        ],
    ),
    ("config", &["config_name", "config_value"]),
    ("banlist", &["ban_userid", "ban_ip", "ban_email"]),
    ("groups", &["group_id", "group_name", "group_single_user"]),
    ("user_group", &["group_id", "user_id", "user_pending"]),
    ("auth_access", &["group_id", "auth_mod"]),
    ("privmsgs", &["privmsgs_type", "privmsgs_to_userid"]),
];

/// Columns of `users` that exist since 2.0.19.
pub(crate) const ATTEMPT_COLUMNS: [&str; 2] = ["user_login_tries", "user_last_login_try"];

/// What a sign-in needs to know before the password is right.
///
/// There is always a row, nobody's if there is no such account: a row more or less on the way would tell a stopwatch
/// who exists. So would asking for an id that is NULL, which the server need not even look for.
const CANDIDATE: &str = "COALESCE(u.user_password, '00000000000000000000000000000000') AS password";
const BY_NAME: &str = "COALESCE(u.user_id, -1) AS id FROM (SELECT 1 AS one) o \
     LEFT JOIN {prefix}users u ON u.username = :login AND u.user_id <> -1";
const BY_ID_AND_NAME: &str = "COALESCE(u.user_id, -9000000) AS id FROM (SELECT 1 AS one) o \
     LEFT JOIN {prefix}users u \
     ON u.user_id = COALESCE(:id, -9000000) AND u.username = :login AND u.user_id <> -1";

/// Everything but the password; the activation key stays in the database.
const ACCOUNT: &str = "user_id AS id, username AS name, user_active AS active, \
     CASE WHEN user_actkey <> '' THEN 1 ELSE 0 END AS has_key, user_level AS level, \
     user_regdate AS regdate, user_email AS email, user_lang AS language, user_avatar AS avatar, \
     user_avatar_type AS avatar_type, user_allowavatar AS allow_avatar";

/// The guest is a row like any other, and nobody.
const NOT_GUEST: &str = "user_id <> -1";

/// Kinds of rows of [`Queries::around`].
pub(crate) mod kind {
    /// The account with this id is banned.
    pub(crate) const BANNED: i64 = 1;
    /// One of the addresses or e-mail addresses asked for is banned; whose, this does not say.
    pub(crate) const SOMEBODY_BANNED: i64 = 2;
    /// The account with this id is a member of the group `name`.
    pub(crate) const GROUP: i64 = 3;
    /// The account with this id moderates something.
    pub(crate) const MODERATOR: i64 = 4;
}

/// The statements for one board.
#[derive(Debug)]
pub(crate) struct Queries {
    /// `id`, `password`, `tries`, `last_try` by `:login`; [`NOBODY`](crate::account::NOBODY)'s where there is none.
    pub(crate) by_name: Statement,
    /// The same by `:id` and `:login`, which the primary key finds;
    /// [`NOT_REMEMBERED`](crate::account::NOT_REMEMBERED) where there is none.
    pub(crate) by_id_and_name: Statement,
    /// The account by `:id0`.
    pub(crate) by_id: Statement,
    /// Accounts by `:id0`, …
    pub(crate) by_ids: Statement,
    /// Accounts by `:name0`, …, with `match0`, … saying which of them each row answers to.
    pub(crate) by_names: Statement,
    /// What other tables say about one account: `kind`, `id`, `name`.
    around_one: Statement,
    around_many: Statement,
    /// Banned e-mail patterns and addresses: `email`, `address`.
    pub(crate) patterns: Statement,
    /// `unread`, one row if `:id` exists.
    pub(crate) unread: Statement,
}

impl Queries {
    /// The statements for a prefix; `attempts` says whether the columns that count failures exist.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when a table's name would be longer than one may be.
    pub(crate) fn new(prefix: &Prefix, attempts: bool) -> Result<Self, AuthError> {
        let statement = |sql: String| Statement::prefixed(&sql, prefix);
        let (tries, last) = if attempts {
            ("user_login_tries", "user_last_login_try")
        } else {
            ("0", "0")
        };
        let account = format!("{ACCOUNT}, {tries} AS tries, {last} AS last_try");
        let candidate = format!(
            "SELECT {CANDIDATE}, COALESCE({tries}, 0) AS tries, COALESCE({last}, 0) AS last_try"
        );
        let matches: String = (0..NAMES)
            .map(|n| format!(", (username = :name{n}) AS match{n}"))
            .collect();
        let by_ids = |room| {
            let ids = list("id", room);
            statement(format!(
                "SELECT {account} FROM {{prefix}}users WHERE user_id IN ({ids}) AND {NOT_GUEST}"
            ))
        };
        Ok(Self {
            by_name: statement(format!("{candidate}, {BY_NAME}"))?,
            by_id_and_name: statement(format!("{candidate}, {BY_ID_AND_NAME}"))?,
            by_id: by_ids(1)?,
            by_ids: by_ids(BATCH)?,
            by_names: statement(format!(
                "SELECT {account}{matches} FROM {{prefix}}users \
                 WHERE username IN ({}) AND {NOT_GUEST}",
                list("name", NAMES)
            ))?,
            around_one: statement(around(1))?,
            around_many: statement(around(BATCH))?,
            patterns: statement(
                "SELECT ban_email AS email, ban_ip AS address FROM {prefix}banlist \
                 WHERE ban_email LIKE '%*%' OR ban_ip LIKE '%.%'"
                    .into(),
            )?,
            unread: statement(format!(
                "SELECT COUNT(m.privmsgs_type) AS unread \
                 FROM {{prefix}}users u LEFT JOIN {{prefix}}privmsgs m \
                 ON m.privmsgs_to_userid = u.user_id AND m.privmsgs_type IN (1, 5) \
                 WHERE u.user_id = :id AND u.{NOT_GUEST} GROUP BY u.user_id"
            ))?,
        })
    }

    /// The statement about as many accounts as `count`, and how many it has room for.
    pub(crate) fn around(&self, count: usize) -> (&Statement, usize) {
        if count <= 1 {
            (&self.around_one, 1)
        } else {
            (&self.around_many, BATCH)
        }
    }
}

/// Bans, groups and moderators' rights of `room` accounts in one statement.
///
/// Only numbers and one column of text, so that tables of different collations can stand together.
fn around(room: usize) -> String {
    let ids = list("id", room);
    let addresses = list("address", room * FORMS);
    let likes = likes(room);
    let (banned, somebody) = (kind::BANNED, kind::SOMEBODY_BANNED);
    let (group, moderator) = (kind::GROUP, kind::MODERATOR);
    format!(
        "SELECT {banned} AS kind, ban_userid AS id, '' AS name \
         FROM {{prefix}}banlist WHERE ban_userid IN ({ids}) \
         UNION ALL SELECT {somebody}, 0, '' \
         FROM {{prefix}}banlist WHERE ban_ip IN ({addresses}) OR {likes} \
         UNION ALL SELECT {group}, m.user_id, g.group_name \
         FROM {{prefix}}user_group m JOIN {{prefix}}groups g ON g.group_id = m.group_id \
         WHERE m.user_id IN ({ids}) AND m.user_pending = 0 AND g.group_single_user = 0 \
         UNION ALL SELECT {moderator}, m.user_id, '' \
         FROM {{prefix}}user_group m JOIN {{prefix}}auth_access a ON a.group_id = m.group_id \
         WHERE m.user_id IN ({ids}) AND m.user_pending = 0 AND a.auth_mod = 1"
    )
}

fn list(name: &str, count: usize) -> String {
    let names: Vec<_> = (0..count).map(|n| format!(":{name}{n}")).collect();
    names.join(", ")
}

/// The account's address is the pattern, as in the product.
fn likes(count: usize) -> String {
    let pairs: Vec<_> = (0..count)
        .map(|n| format!("ban_email LIKE :email{n} OR ban_email LIKE :domain{n}"))
        .collect();
    pairs.join(" OR ")
}

/// The settings: `name`, `value`.
///
/// # Errors
/// As [`Queries::new`].
pub(crate) fn settings(prefix: &Prefix) -> Result<Statement, AuthError> {
    let rows: Vec<_> = crate::board::ROWS
        .iter()
        .map(|row| format!("'{row}'"))
        .collect();
    let sql = format!(
        "SELECT config_name AS name, config_value AS value \
         FROM {{prefix}}config WHERE config_name IN ({})",
        rows.join(", ")
    );
    Statement::prefixed(&sql, prefix)
}

/// What only [`probe`](crate::Phpbb2::probe) asks.
pub(crate) struct ProbeQueries {
    /// `accounts`: how many.
    pub(crate) count: Statement,
    /// `id` and `password` of some accounts after `:after`.
    pub(crate) passwords: Statement,
    /// `name` of some accounts with letters beyond ASCII.
    pub(crate) names: Statement,
    /// `names`: how many names are several accounts'.
    pub(crate) twins: Statement,
}

impl ProbeQueries {
    /// The statements for a prefix.
    ///
    /// # Errors
    /// As [`Queries::new`].
    pub(crate) fn new(prefix: &Prefix, engine: Engine) -> Result<Self, AuthError> {
        let statement = |sql: String| Statement::prefixed(&sql, prefix);
        let beyond_ascii = match engine {
            Engine::Sqlite => "LENGTH(CAST(username AS BLOB)) > LENGTH(username)",
            _ => "LENGTH(CONVERT(username USING utf8)) > CHAR_LENGTH(username)",
        };
        Ok(Self {
            count: statement(format!(
                "SELECT COUNT(*) AS accounts FROM {{prefix}}users WHERE {NOT_GUEST}"
            ))?,
            passwords: statement(format!(
                "SELECT user_id AS id, user_password AS password FROM {{prefix}}users \
                 WHERE user_id > :after AND {NOT_GUEST} ORDER BY user_id LIMIT 5000"
            ))?,
            names: statement(format!(
                "SELECT username AS name FROM {{prefix}}users \
                 WHERE {NOT_GUEST} AND {beyond_ascii} LIMIT 500"
            ))?,
            twins: statement(format!(
                "SELECT COUNT(*) AS names FROM (SELECT username FROM {{prefix}}users \
                 WHERE {NOT_GUEST} GROUP BY username HAVING COUNT(*) > 1) d"
            ))?,
        })
    }
}
