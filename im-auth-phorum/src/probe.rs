//! What an administrator should know about a board.

use im_auth_sql::{ForeignDatabase, Ident};
use im_core::{AuthError, Probe};

use crate::ban_source::BanSource;
use crate::board::{Board, is_refused};
use crate::config::{BanPolicy, Options};
use crate::version::Version;

/// Hooks by which a module replaces Phorum's own comparison of passwords.
const PASSWORD_HOOKS: [&str; 2] = ["user_authenticate", "user_check_login"];

/// Looks at everything a sign-in will read.
///
/// # Errors
/// The first table or column that is missing, or why the database cannot be read.
pub(crate) async fn probe(
    options: &Options,
    board: &Board,
    bans: &BanSource,
) -> Result<Probe, AuthError> {
    let database = &board.database;
    let tables = tables(board.version);
    let idents = tables
        .iter()
        .map(|(table, _)| options.prefix.table(table))
        .collect::<Result<Vec<_>, _>>()?;
    let expected: Vec<(&Ident, &[&str])> = idents
        .iter()
        .zip(&tables)
        .map(|(ident, (_, columns))| (ident, *columns))
        .collect();
    let mut probe = im_auth_sql::probe(database, &expected, board.candidates.column()).await?;
    probe.version = Some(board.version.as_str().to_owned());
    probe.accounts = count(database, &board.queries.count).await?;
    probe.formats =
        im_auth_sql::format_counts(database, &board.queries.stored_passwords, &board.policy)
            .await?;
    if let Some(none @ 1..) = count(database, &board.queries.without_password).await? {
        probe.warnings.push(format!(
            "{none} accounts have no password in the board's database and cannot sign in by it"
        ));
    }
    match replaces_passwords(board).await {
        Ok(false) => {}
        Ok(true) => probe.warnings.push(
            "a module of the board replaces its password check; accounts whose passwords lie elsewhere cannot sign in here"
                .into(),
        ),
        Err(error) if is_refused(&error) => probe.warnings.push(format!(
            "{0}_settings cannot be read: display names are taken for plain text, and whether a module of the board \
             replaces its password check is not known. GRANT SELECT ON {0}_settings to the account",
            options.prefix
        )),
        Err(error) => return Err(error),
    }
    if board.utf8_in_latin1 {
        probe.warnings.push(
            "username is declared latin1, but the newest names in it are UTF-8, and all text is read so: write \
             charset = \"bytes:utf-8\" to settle it, or charset = \"bytes:windows-1252\" where it is wrong"
                .into(),
        );
    }
    let list = bans.list(database, board).await?;
    if options.bans == BanPolicy::Strict || board.version.checks_address_at_sign_in() {
        probe.warnings.extend(list.problems().iter().cloned());
    }
    Ok(probe)
}

async fn count(
    database: &ForeignDatabase,
    statement: &im_auth_sql::Statement,
) -> Result<Option<u64>, AuthError> {
    let rows = database.fetch_scan(statement, &[]).await?;
    rows.first().map(|row| row.uint("accounts")).transpose()
}

async fn replaces_passwords(board: &Board) -> Result<bool, AuthError> {
    let Some(statement) = &board.queries.hooks else {
        return Ok(false);
    };
    let Some(row) = board.database.fetch_optional(statement, &[]).await? else {
        return Ok(false);
    };
    let hooks = row.opt_text("data")?.unwrap_or_default();
    Ok(PASSWORD_HOOKS.iter().any(|hook| hooks.contains(hook)))
}

/// The tables that are read, after the prefix, with the columns that every database of the version has.
fn tables(version: Version) -> Vec<(&'static str, &'static [&'static str])> {
    if version == Version::V3 {
        return vec![
            ("_auth", &["id", "username", "password", "email", "lang"]),
            ("_groups", &["id", "name"]),
            ("_user2group", &["user_id", "group_id"]),
            ("_moderators", &["user_id", "forum_id"]),
        ];
    }
    let messages: (&str, &[&str]) = if version == Version::V5_0 {
        (
            "_private_messages",
            &["to_user_id", "to_del_flag", "read_flag"],
        )
    } else {
        ("_pm_xref", &["user_id", "special_folder", "read_flag"])
    };
    vec![
        (
            "_users",
            &[
                "user_id",
                "username",
                "password",
                "password_temp",
                "active",
                "email",
                "admin",
                "date_added",
            ],
        ),
        ("_groups", &["group_id", "name"]),
        ("_user_group_xref", &["user_id", "group_id", "status"]),
        ("_forum_group_xref", &["forum_id", "group_id", "permission"]),
        ("_user_permissions", &["user_id", "forum_id", "permission"]),
        ("_banlists", &["id", "forum_id", "type", "pcre", "string"]),
        messages,
    ]
}
