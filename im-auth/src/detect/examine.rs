//! A look at an installation through the eyes of a sign-in: what is there, what is missing, whom that stops.

use std::time::Duration;

use im_auth_sql::spec::Unsaid;
use im_auth_sql::{Engine, ForeignDatabase, Ident, Statement};
use im_core::{AuthError, Probe, Realm};
use secrecy::ExposeSecret as _;

use super::shape::Shape;
use super::{Place, TableCatalogue, rights};
use crate::config::Period;
use crate::from_config::database;
use crate::{RealmConfig, Shared, System};

/// How long one statement may take: an owner who asks waits, and a catalogue or a count may be long.
pub(super) const PATIENT: Duration = Duration::from_secs(30);

/// A difference between the clocks that bans, locks and expiries would feel.
const CLOCK_TOLERANCE: i64 = 60;

/// What was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Examined {
    /// The system.
    pub system: System,
    /// What its tables begin with.
    pub prefix: String,
    /// Where the database is.
    pub place: Place,
    /// What the adapter found: server, version, accounts, formats, warnings.
    pub probe: Probe,
    /// The tables that are read, by their whole names.
    pub reads: Vec<String>,
    /// Tables and columns that every installation should have and this one lacks, by their whole names.
    pub missing: Vec<String>,
    /// The site's secret is needed by all accounts, and was not given.
    pub secret_missing: bool,
    /// The realm must say which secret it has, or that it has none, and does neither.
    pub secret_unsaid: bool,
    /// How far the server's clock is ahead of this machine's, in seconds; `None` where they are the same.
    pub clock_ahead: Option<i64>,
    /// Whether the session could not write; `None`: not known.
    pub read_only: Option<bool>,
    /// What makes an account that may only read.
    pub grants: Vec<String>,
}

impl Examined {
    /// How many accounts have passwords that cannot be verified.
    #[must_use]
    pub fn unverifiable(&self) -> u64 {
        self.probe
            .formats
            .iter()
            .filter(|format| !format.supported)
            .map(|format| format.accounts)
            .sum()
    }

    /// Whether something keeps accounts from signing in.
    #[must_use]
    pub fn stops_accounts(&self) -> bool {
        self.secret_missing || self.secret_unsaid || self.unverifiable() > 0
    }

    /// What is wrong with the clocks, if anything is.
    #[must_use]
    pub fn clock_warning(&self) -> Option<String> {
        let ahead = self
            .clock_ahead
            .filter(|ahead| ahead.abs() > CLOCK_TOLERANCE)?;
        let (by, word) = (
            ahead.unsigned_abs(),
            if ahead > 0 { "ahead of" } else { "behind" },
        );
        Some(format!(
            "the database server's clock is {by} seconds {word} this machine's: bans and locks end that much too early \
             or too late; set both by NTP"
        ))
    }
}

/// Looks at the installation that a realm's configuration names.
///
/// # Errors
/// Why it cannot be read: the configuration, the connection, a table or column that is missing.
pub async fn examine(
    realm: &Realm,
    config: &RealmConfig,
    shared: &Shared,
) -> Result<Examined, AuthError> {
    let system = crate::from_config::find(realm, &config.system)?;
    let mut config = config.clone();
    config.query_timeout.get_or_insert(Period(PATIENT));
    config
        .timeout
        .get_or_insert(Period(Duration::from_secs(600)));
    let secret_missing = lacks_secret(&system, &config)?;
    if secret_missing {
        // Whatever it is: no password is compared.
        config.secret = Some("00000000".into());
    }
    let secret_unsaid = wants_word_of_secret(&system)? && config.secret.is_none();
    if secret_unsaid {
        config.secret = Some(String::new().into());
    }
    let url = config
        .database
        .as_ref()
        .map(|url| url.expose_secret().to_owned());
    let place = Place::of_url(&url.unwrap_or_default());
    let prefix = config
        .prefix
        .clone()
        .unwrap_or_else(|| system.default_prefix().to_owned());
    let mut found = Examined {
        prefix,
        place,
        probe: Probe::default(),
        reads: Vec::new(),
        missing: Vec::new(),
        secret_missing,
        secret_unsaid,
        clock_ahead: None,
        read_only: None,
        grants: Vec::new(),
        system,
    };
    if found.system.category() != "directory" {
        look_at_tables(
            &mut found,
            &ForeignDatabase::new(database(realm, &config)?)?,
            shared,
        )
        .await?;
    }
    found.probe = crate::build(realm, &config, shared)?.probe().await?;
    Ok(found)
}

async fn look_at_tables(
    found: &mut Examined,
    database: &ForeignDatabase,
    shared: &Shared,
) -> Result<(), AuthError> {
    database.server_version().await?;
    let engine = database.engine();
    let catalogue = TableCatalogue::read(database).await?;
    found.reads = rights::tables(&found.system, engine, &found.prefix, Some(&catalogue))?;
    found.missing = missing(&found.system, engine, &found.prefix, &catalogue)?;
    found.grants =
        rights::statements(&found.system, &found.place, &found.prefix, Some(&catalogue))?;
    let here = shared.clock.now().unix_timestamp();
    found.clock_ahead = time_there(database).await.map(|there| there - here);
    found.read_only = read_only(database).await;
    may_read(found, database).await?;
    if !found.missing.is_empty() {
        let more = found
            .missing
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let hint = if catalogue.is_empty() {
            "the account sees no table at all: is it the right database, and does it have SELECT?"
        } else {
            "is it another version, or another prefix? `im-auth detect --database` tells what there is"
        };
        return Err(AuthError::schema(format!(
            "the database lacks what every {} has",
            found.system.name()
        ))
        .with("missing", more)
        .with("hint", hint));
    }
    Ok(())
}

/// Whether the account may read what every installation has. A server that refuses keeps such a table out of its
/// catalogue as well, so that it would seem to be missing.
async fn may_read(found: &Examined, database: &ForeignDatabase) -> Result<(), AuthError> {
    let mut refusal = None;
    let mut refused = Vec::new();
    for table in rights::tables(&found.system, database.engine(), &found.prefix, None)? {
        let Ok(name) = Ident::new(&*table) else {
            continue;
        };
        let sql = format!("SELECT 1 AS one FROM {name} WHERE 1 = 0");
        let asked = database.fetch_all(&Statement::new(sql)?, &[]).await;
        if let Err(error @ AuthError::Configuration(_)) = asked {
            refusal.get_or_insert(error);
            refused.push(table);
        }
    }
    refusal.map_or(
        Ok(()),
        |error| Err(error.with("tables", refused.join(", "))),
    )
}

/// Of the tables that are read: what should be there and is not.
fn missing(
    system: &System,
    engine: Engine,
    prefix: &str,
    catalogue: &TableCatalogue,
) -> Result<Vec<String>, AuthError> {
    let Some(shape) = Shape::of(system, engine)? else {
        return Ok(Vec::new());
    };
    // Those that only tell the product from others are not read.
    let read = rights::tables(system, engine, prefix, None)?;
    let mut missing = Vec::new();
    for (table, columns) in &shape.tables {
        let whole = format!("{prefix}{table}");
        if !read.contains(&whole) {
            continue;
        }
        if !catalogue.has(&whole) {
            missing.push(whole);
            continue;
        }
        let lacks = |column: &&String| !catalogue.has_column(&whole, column);
        missing.extend(
            columns
                .iter()
                .filter(lacks)
                .map(|column| format!("{whole}.{column}")),
        );
    }
    Ok(missing)
}

fn lacks_secret(system: &System, config: &RealmConfig) -> Result<bool, AuthError> {
    let given = config
        .secret
        .as_ref()
        .is_some_and(|secret| !secret.expose_secret().is_empty());
    let spec = system.spec()?;
    let required = spec
        .as_ref()
        .and_then(|spec| spec.secret())
        .is_some_and(|secret| secret.required);
    Ok(required && !given)
}

/// Whether a realm of the system must say that it has no secret.
fn wants_word_of_secret(system: &System) -> Result<bool, AuthError> {
    let spec = system.spec()?;
    let secret = spec.as_ref().and_then(|spec| spec.secret());
    Ok(secret.is_some_and(|secret| secret.unsaid == Unsaid::Refuse))
}

/// The server's clock, where it has one of its own.
async fn time_there(database: &ForeignDatabase) -> Option<i64> {
    let sql = match database.engine() {
        Engine::MySql => "SELECT UNIX_TIMESTAMP() AS now",
        Engine::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS bigint) AS now",
        _ => return None,
    };
    let rows = database
        .fetch_all(&Statement::new(sql).ok()?, &[])
        .await
        .ok()?;
    rows.first()?.int("now").ok()
}

async fn read_only(database: &ForeignDatabase) -> Option<bool> {
    let texts: &[&str] = match database.engine() {
        Engine::MySql => &[
            "SELECT CAST(@@session.transaction_read_only AS CHAR) AS state",
            "SELECT CAST(@@session.tx_read_only AS CHAR) AS state",
        ],
        Engine::Postgres => &["SELECT current_setting('transaction_read_only') AS state"],
        _ => return Some(true),
    };
    for sql in texts {
        let Ok(rows) = database.fetch_all(&Statement::new(*sql).ok()?, &[]).await else {
            continue;
        };
        let state = rows.first()?.text("state").ok()?;
        return Some(matches!(&*state, "1" | "on" | "ON"));
    }
    None
}
