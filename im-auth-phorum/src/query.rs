//! The SQL, one place for all versions. Every text is constant for a board, so that servers prepare each once.

use im_auth_sql::{Prefix, Statement, Value};
use im_core::AuthError;

use crate::account::{NOBODY, NOT_REMEMBERED};
use crate::version::{Columns, Version};

/// How many accounts one statement of a batch asks for.
pub(crate) const BATCH: usize = 100;

/// Bits of a permission that make a moderator: of messages (64), of users (128).
const MODERATES: u32 = 64 | 128;

/// What stands in `password` of an account that has none.
const NONE: &str = "'', '*NO PASSWORD SET*'";

/// As long as most stored passwords, and the digest of none.
const NOBODYS_PASSWORD: &str = "00000000000000000000000000000000";

/// Stands for the configured prefix in the texts below.
const P: &str = "{prefix}";

/// Statements for one board.
#[derive(Debug)]
pub(crate) struct Queries {
    /// `:login` → the [candidate](crate::account::Candidate), [`NOBODY`] if there is none.
    pub(crate) candidate: Statement,
    /// `:id`, `:login` → the candidate, if both fit; else [`NOT_REMEMBERED`].
    pub(crate) remembered_candidate: Statement,
    /// `:login` → the account.
    pub(crate) by_login: Statement,
    /// `:id`, `:login` → the account, if both fit.
    pub(crate) by_id_and_login: Statement,
    /// `:id0` … → accounts.
    pub(crate) by_ids: ForIds,
    /// `:id0` … → `id`, `name` of groups.
    pub(crate) groups: ForIds,
    /// `:id0` … → `id` of moderators.
    pub(crate) moderators: ForIds,
    /// `:id` → `unread`; `None` where the version has no private messages.
    pub(crate) unread: Option<Statement>,
    /// The ban lists that hold for the whole board; `None` where they are not known.
    pub(crate) bans: Option<Statement>,
    /// `accounts`.
    pub(crate) count: Statement,
    /// `accounts` that no password fits.
    pub(crate) without_password: Statement,
    /// `:after` → `id`, `password` of the next some thousand accounts.
    pub(crate) stored_passwords: Statement,
    /// `password` of some hundred newest accounts.
    pub(crate) newest_passwords: Statement,
    /// `data` of the setting `hooks`; `None` where there is none.
    pub(crate) hooks: Option<Statement>,
    /// `data` of the setting that says that display names are HTML; `None` where there are no display names.
    pub(crate) html_names: Option<Statement>,
}

/// The same question about one account and about a batch.
#[derive(Debug)]
pub(crate) struct ForIds {
    one: Statement,
    many: Statement,
    names: Vec<String>,
}

impl ForIds {
    fn new(prefix: &Prefix, sql: impl Fn(&str) -> String) -> Result<Self, AuthError> {
        let names: Vec<String> = (0..BATCH).map(|n| format!("id{n}")).collect();
        let all = format!(":{}", names.join(", :"));
        Ok(Self {
            one: Statement::prefixed(&sql(":id0"), prefix)?,
            many: Statement::prefixed(&sql(&all), prefix)?,
            names,
        })
    }

    /// The statement for at most [`BATCH`] ids, and its values. The last id fills up what is left over.
    pub(crate) fn of(&self, ids: &[i64]) -> (&Statement, Vec<(&str, Value)>) {
        let (statement, places) = if ids.len() <= 1 {
            (&self.one, 1)
        } else {
            (&self.many, BATCH)
        };
        let last = ids.last().copied().unwrap_or(0);
        let values = self.names[..places]
            .iter()
            .enumerate()
            .map(|(n, name)| {
                let id = ids.get(n).copied().unwrap_or(last);
                (name.as_str(), Value::Int(id))
            })
            .collect();
        (statement, values)
    }
}

impl Queries {
    /// The statements for a board of this version.
    ///
    /// # Errors
    /// When the prefix makes names longer than a table's may be.
    pub(crate) fn new(
        prefix: &Prefix,
        version: Version,
        columns: &Columns,
    ) -> Result<Self, AuthError> {
        let account = account(version, columns);
        let (users, key) = version.user_table();
        let statement = |sql: &str| Statement::prefixed(sql, prefix);
        Ok(Self {
            candidate: statement(&candidate(version, "", NOBODY))?,
            remembered_candidate: statement(&candidate(
                version,
                &format!("k.{key} = COALESCE(:id, {NOT_REMEMBERED}) AND "),
                NOT_REMEMBERED,
            ))?,
            by_login: statement(&format!("{account} WHERE u.username = :login"))?,
            by_id_and_login: statement(&format!(
                "{account} WHERE u.{key} = :id AND u.username = :login"
            ))?,
            by_ids: ForIds::new(prefix, |ids| {
                format!("{account} WHERE u.{key} IN ({ids})")
            })?,
            groups: groups(prefix, version)?,
            moderators: moderators(prefix, version)?,
            unread: unread(version)
                .map(|unread| {
                    statement(&format!(
                        "SELECT (SELECT COUNT(*) {unread}) AS unread FROM {P}_users u WHERE u.user_id = :id"
                    ))
                })
                .transpose()?,
            bans: version
                .has_ban_lists()
                .then(|| {
                    statement(&format!(
                        "SELECT b.id AS id, b.type AS kind, b.pcre AS pcre, b.string AS string \
                         FROM {P}_banlists b WHERE b.forum_id = 0 AND b.type IN (1, 2, 3, 5) ORDER BY b.id"
                    ))
                })
                .transpose()?,
            count: statement(&format!("SELECT COUNT(*) AS accounts FROM {P}{users} u"))?,
            without_password: statement(&format!(
                "SELECT COUNT(*) AS accounts FROM {P}{users} u WHERE u.password IN ({NONE})"
            ))?,
            stored_passwords: statement(&format!(
                "SELECT u.{key} AS id, u.password AS password FROM {P}{users} u \
                 WHERE u.{key} > :after AND u.password NOT IN ({NONE}) ORDER BY u.{key} LIMIT 5000"
            ))?,
            newest_passwords: statement(&format!(
                "SELECT u.password AS password FROM {P}{users} u ORDER BY u.{key} DESC LIMIT 300"
            ))?,
            hooks: (version != Version::V3)
                .then(|| {
                    statement(&format!(
                        "SELECT s.data AS data FROM {P}_settings s WHERE s.name = 'hooks'"
                    ))
                })
                .transpose()?,
            html_names: (version >= Version::V5_2)
                .then(|| {
                    statement(&format!(
                        "SELECT s.data AS data FROM {P}_settings s WHERE s.name = 'custom_display_name'"
                    ))
                })
                .transpose()?,
        })
    }
}

/// What a sign-in needs to know before the password is right.
///
/// There is always a row, nobody's if there is no such account: a row more or less on the way, or what else is read
/// of a member, would tell a stopwatch who exists. So would asking for an id that is NULL, which the server need not
/// even look for; and an index that has the name, which leads on to a row: where nobody has it, the first member's is
/// read as well, and dropped.
fn candidate(version: Version, and: &str, otherwise: i64) -> String {
    let (users, key) = version.user_table();
    let temporary = if version.has_temporary_password() {
        "CASE WHEN k.user_id IS NULL THEN '*NO PASSWORD SET*' ELSE u.password_temp END"
    } else {
        "NULL"
    };
    format!(
        "SELECT COALESCE(k.{key}, {otherwise}) AS id, \
         CASE WHEN k.{key} IS NULL THEN '{NOBODYS_PASSWORD}' ELSE u.password END AS password, \
         {temporary} AS password_temp \
         FROM (SELECT 1 AS one) o LEFT JOIN {P}{users} k ON {and}k.username = :login \
         LEFT JOIN {P}{users} u ON u.{key} = COALESCE(k.{key}, (SELECT MIN(m.{key}) FROM {P}{users} m))"
    )
}

/// `SELECT … FROM …` with the same aliases for every version.
fn account(version: Version, columns: &Columns) -> String {
    if version == Version::V3 {
        return format!(
            "SELECT u.id AS id, u.username AS name, \
             1 AS active, u.email AS email, \
             EXISTS (SELECT 1 FROM {P}_moderators a WHERE a.user_id = u.id AND a.forum_id = 0) AS admin, \
             0 AS date_added, u.lang AS language, NULL AS display_name, \
             0 AS must_change, 0 AS shadow_banned FROM {P}_auth u"
        );
    }
    let or = |present: bool, column: &'static str, otherwise: &'static str| {
        if present { column } else { otherwise }
    };
    let names = version >= Version::V5_2;
    format!(
        "SELECT u.user_id AS id, u.username AS name, \
         u.active AS active, u.email AS email, u.admin AS admin, u.date_added AS date_added, \
         {language} AS language, {display_name} AS display_name, \
         {must_change} AS must_change, {shadow_banned} AS shadow_banned FROM {P}_users u",
        language = or(columns.language, "u.user_language", "NULL"),
        display_name = or(names, "u.display_name", "NULL"),
        must_change = or(
            columns.force_password_change,
            "u.force_password_change",
            "0"
        ),
        shadow_banned = or(columns.shadow_banned, "u.shadow_banned", "0"),
    )
}

/// Groups of which somebody is a full member (1) or leader (2), not those asked for (0) or suspended from (-1).
fn groups(prefix: &Prefix, version: Version) -> Result<ForIds, AuthError> {
    ForIds::new(prefix, |ids| {
        if version == Version::V3 {
            format!(
                "SELECT x.user_id AS id, g.name AS name FROM {P}_user2group x \
                 JOIN {P}_groups g ON g.id = x.group_id WHERE x.user_id IN ({ids}) ORDER BY g.id"
            )
        } else {
            format!(
                "SELECT x.user_id AS id, g.name AS name FROM {P}_user_group_xref x \
                 JOIN {P}_groups g ON g.group_id = x.group_id \
                 WHERE x.status IN (1, 2) AND x.user_id IN ({ids}) ORDER BY g.group_id"
            )
        }
    })
}

fn moderators(prefix: &Prefix, version: Version) -> Result<ForIds, AuthError> {
    ForIds::new(prefix, |ids| {
        if version == Version::V3 {
            format!(
                "SELECT m.user_id AS id FROM {P}_moderators m \
                 WHERE m.forum_id <> 0 AND m.user_id IN ({ids})"
            )
        } else {
            format!(
                "SELECT p.user_id AS id FROM {P}_user_permissions p \
                 WHERE p.user_id IN ({ids}) AND (p.permission & {MODERATES}) <> 0 \
                 UNION SELECT x.user_id AS id FROM {P}_user_group_xref x \
                 JOIN {P}_forum_group_xref f ON f.group_id = x.group_id \
                 WHERE x.status IN (1, 2) AND x.user_id IN ({ids}) AND (f.permission & {MODERATES}) <> 0"
            )
        }
    })
}

/// What waits for the reader `u`: never what they sent, whose copy lies in their outbox.
fn unread(version: Version) -> Option<String> {
    match version {
        Version::V3 => None,
        Version::V5_0 => Some(format!(
            "FROM {P}_private_messages m \
             WHERE m.to_user_id = u.user_id AND m.to_del_flag = 0 AND m.read_flag = 0"
        )),
        _ => Some(format!(
            "FROM {P}_pm_xref m WHERE m.user_id = u.user_id AND m.read_flag = 0 \
             AND (m.special_folder IS NULL OR m.special_folder <> 'outbox')"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [Version; 6] = [
        Version::V3,
        Version::V5_0,
        Version::V5_1,
        Version::V5_2,
        Version::V6_0,
        Version::V10,
    ];

    #[test]
    fn every_version_has_its_statements_whatever_columns_there_are() {
        let prefix = Prefix::new("phorum").unwrap();
        for version in VERSIONS {
            for present in [true, false] {
                let columns = Columns {
                    language: present,
                    force_password_change: present,
                    shadow_banned: present,
                };
                let queries = Queries::new(&prefix, version, &columns);
                assert!(queries.is_ok(), "{version:?} {:?}", queries.err());
            }
        }
    }

    #[test]
    fn a_batch_is_filled_up_with_its_last_id() {
        let prefix = Prefix::new("phorum").unwrap();
        let queries = Queries::new(&prefix, Version::V5_2, &Columns::default()).unwrap();
        let (_, one) = queries.by_ids.of(&[7]);
        assert_eq!(one, [("id0", Value::Int(7))]);
        let (_, many) = queries.by_ids.of(&[7, 8]);
        assert_eq!(many.len(), BATCH);
        assert_eq!(many[BATCH - 1], ("id99", Value::Int(8)));
    }
}
