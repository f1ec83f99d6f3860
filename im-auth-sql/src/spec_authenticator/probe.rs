//! What an administrator should know about an installation.

use std::collections::HashMap;

use im_core::{AuthError, FormatCount, Probe};
use im_password::{Attempt, VerifyError, describe};

use super::SpecAuthenticator;
use super::account::is_harmless;
use super::installed::{Installed, Source, Unread};
use crate::probe::{MOST_ACCOUNTS, charset, postgres_rights, rights};
use crate::spec::IdKind;
use crate::spec::user::{PAGE, UserSpec};
use crate::{Engine, Row, Value};

/// Looks at everything that a sign-in will read.
///
/// # Errors
/// The first table or column that is missing, or why the database cannot be read.
pub(super) async fn probe(
    authenticator: &SpecAuthenticator,
    installed: &Installed,
) -> Result<Probe, AuthError> {
    let database = &authenticator.database;
    let mut probe = Probe::default();
    probe.server = Some(database.server_version().await?);
    let mut accounts = 0;
    for source in &installed.sources {
        try_statements(authenticator, source).await?;
        let tried = unread(authenticator, source).await;
        tell("unread messages cannot be read", tried, &mut probe);
        let rows = database
            .fetch_scan(&source.statements.count, &[authenticator.now()])
            .await?;
        if let Some(row) = rows.first() {
            accounts += row.uint("accounts")?;
        }
    }
    probe.accounts = Some(accounts);
    probe.version = version(authenticator, installed, &mut probe.warnings).await;
    let looked = indexes(authenticator, installed, accounts, &mut probe.warnings).await;
    tell("the indexes cannot be read", looked, &mut probe);
    optional(installed, &mut probe.warnings);
    match database.engine() {
        Engine::MySql => {
            rights(database, &mut probe).await;
            let mut columns = installed
                .sources
                .iter()
                .flat_map(|source| source.statements.by_login.iter());
            if let Some(column) = columns.find_map(|login| login.column.as_ref()) {
                let looked = charset(database, column, &mut probe).await;
                tell("the character set cannot be read", looked, &mut probe);
            }
        }
        Engine::Postgres => {
            for user in authenticator.spec.users() {
                let table = authenticator.prefix.table(&user.table)?;
                postgres_rights(database, &table, &mut probe).await;
            }
        }
        Engine::Sqlite => {}
    }
    let counted = formats(authenticator, installed, &mut probe).await;
    tell(
        "the formats of stored passwords cannot be read",
        counted,
        &mut probe,
    );
    Ok(probe)
}

/// What no sign-in needs is worth a warning: who asks for the count of accounts still gets it.
fn tell(what: &str, result: Result<(), AuthError>, probe: &mut Probe) {
    if let Err(error) = result {
        probe.warnings.push(format!("{what}: {error}"));
    }
}

/// What the installation lacks, or keeps from this account, and does not need.
fn optional(installed: &Installed, warnings: &mut Vec<String>) {
    if installed.absent.is_empty() {
        return;
    }
    let absent: Vec<&str> = installed.absent.iter().map(|part| &**part).collect();
    warnings.push(format!(
        "for information: not there, or not readable: {}. Nothing is wrong where this installation has no such \
         table or column; if it has, the account needs SELECT on it",
        absent.join(", ")
    ));
}

/// Whether every statement works, with an id and a name that nobody has.
async fn try_statements(
    authenticator: &SpecAuthenticator,
    source: &Source,
) -> Result<(), AuthError> {
    let database = &authenticator.database;
    let nothing = [
        ("id", Value::Null),
        ("id0", Value::Null),
        ("login", Value::NoText),
        authenticator.now(),
    ];
    let statements = &source.statements;
    database
        .fetch_all(statements.by_ids.one(), &nothing)
        .await?;
    for login in &statements.by_login {
        for statement in [&login.remembered_candidate, &login.account] {
            database.fetch_all(statement, &nothing).await?;
        }
    }
    if let Some(groups) = &source.groups {
        database.fetch_all(groups.one(), &nothing).await?;
    }
    Ok(())
}

async fn unread(authenticator: &SpecAuthenticator, source: &Source) -> Result<(), AuthError> {
    if let Unread::Ask(unread) = &source.unread {
        let nobody = [("id", Value::Null), authenticator.now()];
        authenticator.database.fetch_all(unread, &nobody).await?;
    }
    Ok(())
}

/// The installed version, if the description says where it stands. What cannot be read is only a warning.
async fn version(
    authenticator: &SpecAuthenticator,
    installed: &Installed,
    warnings: &mut Vec<String>,
) -> Option<String> {
    let statement = installed.version.as_ref()?;
    let rows = authenticator.database.fetch_all(statement, &[]).await;
    match rows.and_then(|rows| rows.first().map(|row| row.opt_text("version")).transpose()) {
        Ok(version) => version.flatten().filter(|version| !version.is_empty()),
        Err(AuthError::Schema(_)) if authenticator.spec.version_is_optional() => None,
        Err(error) => {
            warnings.push(format!("the installed version cannot be read: {error}"));
            None
        }
    }
}

/// From how many accounts on a look at all of them is felt.
const MANY: u64 = 10_000;

async fn indexes(
    authenticator: &SpecAuthenticator,
    installed: &Installed,
    accounts: u64,
    warnings: &mut Vec<String>,
) -> Result<(), AuthError> {
    let database = &authenticator.database;
    let mut number = 0;
    for (source, user) in installed.sources.iter().zip(authenticator.spec.users()) {
        for login in &source.statements.by_login {
            let Some(column) = &login.column else {
                // It may well use an index, which only the server can tell: no reason to worry a small site.
                if accounts >= MANY {
                    warnings.push(format!(
                        "the condition `{}` computes with columns of {}: the first sign-in of each name reads the \
                         whole table, unless an index helps",
                        login.condition, user.table
                    ));
                }
                continue;
            };
            if !database.has_index(&column.table, &column.column).await? {
                number += 1;
                let text = format!(
                    "{} has no index on {}: the first sign-in of each name reads the whole table. The owner may run: \
                     CREATE INDEX im_login{number} ON {} (`{}`)",
                    column.table.as_str(),
                    column.column,
                    column.table,
                    column.column
                );
                warnings.push(if database.engine() == Engine::Postgres {
                    text.replace('`', "\"")
                } else {
                    text
                });
            }
        }
    }
    Ok(())
}

/// What the stored passwords of an installation are.
#[derive(Default)]
struct Tally {
    counts: HashMap<(String, bool), u64>,
    /// Accounts without a password.
    empty: u64,
    /// Accounts whose passwords need a secret that was not configured.
    without_secret: u64,
    /// Accounts whose passwords may need one: they look alike with and without.
    perhaps_without_secret: u64,
}

/// Counts the formats of stored passwords. The values are looked at and forgotten.
async fn formats(
    authenticator: &SpecAuthenticator,
    installed: &Installed,
    probe: &mut Probe,
) -> Result<(), AuthError> {
    let mut tally = Tally::default();
    for (source, user) in installed.sources.iter().zip(authenticator.spec.users()) {
        pages(authenticator, source, user, &mut tally).await?;
    }
    probe.formats = tally
        .counts
        .into_iter()
        .map(|((format, supported), accounts)| FormatCount::new(format, accounts, supported))
        .collect();
    probe.formats.sort_by(|a, b| {
        b.accounts
            .cmp(&a.accounts)
            .then_with(|| a.format.cmp(&b.format))
    });
    if tally.empty > 0 {
        probe.warnings.push(format!(
            "{} accounts have no password in the product's database and cannot sign in by it",
            tally.empty
        ));
    }
    if let (1.., Some(secret)) = (tally.without_secret, authenticator.spec.secret()) {
        probe.warnings.push(format!(
            "{} accounts have passwords that need {}: set `secret`; it stands in {}",
            tally.without_secret, secret.name, secret.place
        ));
    }
    if let (1.., Some(secret)) = (tally.perhaps_without_secret, authenticator.spec.secret()) {
        probe.warnings.push(format!(
            "{} accounts have passwords that look the same with and without {}: if this site has one, set `secret`, or \
             their right passwords are called wrong; it stands in {}",
            tally.perhaps_without_secret, secret.name, secret.place
        ));
    }
    Ok(())
}

async fn pages(
    authenticator: &SpecAuthenticator,
    source: &Source,
    user: &UserSpec,
    tally: &mut Tally,
) -> Result<(), AuthError> {
    let mut after = i64::MIN;
    let mut seen = 0;
    while seen < MOST_ACCOUNTS {
        let values = [("after", Value::Int(after)), authenticator.now()];
        let rows = authenticator
            .database
            .fetch_all(&source.statements.page, &values)
            .await?;
        for row in &rows {
            tally.add(authenticator, row)?;
        }
        seen += rows.len() as u64;
        let Some(last) = rows.last() else { break };
        if user.id == IdKind::Text || rows.len() < PAGE {
            break;
        }
        let last = last.int("id")?;
        if last <= after {
            return Err(AuthError::configuration(
                "the pages of accounts are not in the order of their ids",
            ));
        }
        after = last;
    }
    Ok(())
}

impl Tally {
    fn add(&mut self, authenticator: &SpecAuthenticator, row: &Row) -> Result<(), AuthError> {
        let optional = |alias: &str| {
            if row.has(alias) {
                row.opt_text(alias)
            } else {
                Ok(None)
            }
        };
        let stored = row.opt_bytes("password")?.unwrap_or_default();
        if stored.is_empty() {
            self.empty += 1;
            return Ok(());
        }
        let format = optional("format")?.unwrap_or_default();
        let count = match authenticator.spec.rules().of(&format) {
            None if is_harmless(&format) => (format!("of the kind {format:?}"), false),
            None => (describe(&stored), false),
            Some(rules) => match rules.policy.recognise(&stored) {
                Ok(shape) => {
                    let lacks = shape.format().needs().contains(&"$secret")
                        && authenticator.secrets.is_empty()
                        && optional("secret")?.is_none_or(|secret| secret.is_empty());
                    self.without_secret += u64::from(lacks);
                    // Everything but the secret: what is lacking then is the secret.
                    let attempt = Attempt::new("").salt(b"").username(b"").rounds(1);
                    let perhaps = !lacks
                        && !authenticator.secrets.is_said()
                        && optional("secret")?.is_none_or(|secret| secret.is_empty())
                        && rules.policy.lacking(&attempt, &stored) == Some("$secret");
                    self.perhaps_without_secret += u64::from(perhaps);
                    if lacks {
                        (format!("{shape}, which needs the secret"), false)
                    } else {
                        (shape.to_string(), true)
                    }
                }
                Err(VerifyError::TooCostly { what }) => (what, false),
                Err(_) => (describe(&stored), false),
            },
        };
        *self.counts.entry(count).or_default() += 1;
        Ok(())
    }
}
