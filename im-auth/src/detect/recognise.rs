//! Which products the tables of a database are of.

use std::collections::{BTreeMap, BTreeSet};

use im_auth_sql::{Engine, Prefix};
use im_core::AuthError;

use super::TableCatalogue;
use super::shape::Shape;
use super::version;
use super::weights::Weights;
use crate::{System, systems};

/// A system whose tables are there under a prefix.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fit {
    /// The system.
    pub system: System,
    /// What its tables begin with.
    pub prefix: String,
    /// Its table of accounts, without prefix.
    pub accounts: String,
    /// What is missing of what every installation has, as `table` or `table.column` without prefix; empty when it fits.
    pub missing: Vec<String>,
    /// How many tables were found.
    pub tables: usize,
    /// How many columns were found.
    pub columns: usize,
    /// How much that tells.
    pub score: f64,
    claimed: BTreeSet<String>,
}

/// One product in a database.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Match {
    /// What fits best.
    pub best: Fit,
    /// What the same table of accounts could belong to as well, the likeliest first.
    pub others: Vec<Fit>,
}

impl Fit {
    /// Whether the description is for that installed version; `None`: it does not say for which it is.
    #[must_use]
    pub fn is_for(&self, installed: &str) -> Option<bool> {
        let configs = self.system.configs().ok()?;
        let ranges: Vec<&str> = configs
            .iter()
            .filter_map(|config| config.versions())
            .collect();
        if ranges.is_empty() {
            return None;
        }
        Some(ranges.iter().any(|range| version::fits(range, installed)))
    }

    /// Whether this and another are of the same table of accounts.
    #[must_use]
    pub fn shares_accounts(&self, other: &Self) -> bool {
        let [ours, theirs] = [self, other].map(super::account_table);
        ours.eq_ignore_ascii_case(&theirs)
    }
}

/// The fit for a version that the database told when the first was asked, where generations have the same tables.
#[must_use]
pub fn for_version<'a>(fits: &'a [Fit], installed: Option<&str>) -> Option<&'a Fit> {
    let first = fits.first()?;
    let Some(installed) = installed.filter(|_| fits.len() > 1) else {
        return Some(first);
    };
    if first.is_for(installed) != Some(false) {
        return Some(first);
    }
    let other = fits[1..]
        .iter()
        .find(|fit| fit.shares_accounts(first) && fit.is_for(installed) == Some(true));
    other.or(Some(first))
}

/// As many differences as a product of another version may have.
const NEARLY: usize = 3;

/// Finds the products whose tables there are, with any prefix, the surest first. `only`: of these systems; empty: all.
///
/// Where nothing fits, what nearly does is given, with what is missing.
///
/// # Errors
/// When a description cannot be read; never for those that were compiled in.
pub fn recognise(
    catalogue: &TableCatalogue,
    engine: Engine,
    only: &[&System],
) -> Result<Vec<Match>, AuthError> {
    let mut shapes = Vec::new();
    for system in systems().chain(custom(only)) {
        if let Some(shape) = Shape::of(&system, engine)? {
            shapes.push((system, shape));
        }
    }
    let signs = Weights::of(shapes.iter().flat_map(|(_, shape)| signs_of(shape)));
    let mut fits = Vec::new();
    for (system, shape) in &shapes {
        if !only.is_empty() && !only.iter().any(|wanted| wanted.id() == system.id()) {
            continue;
        }
        for prefix in prefixes(catalogue, shape) {
            if let Some(fit) = fit(catalogue, system, shape, prefix, &signs) {
                fits.push(fit);
            }
        }
    }
    let whole = fits.iter().any(|fit| fit.missing.is_empty());
    fits.retain(|fit| fit.missing.is_empty() == whole);
    Ok(grouped(fits))
}

/// Systems that are not compiled in.
fn custom<'a>(only: &'a [&System]) -> impl Iterator<Item = System> + 'a {
    only.iter()
        .filter(|system| system.category() == "custom")
        .map(|system| (*system).clone())
}

fn signs_of(shape: &Shape) -> impl Iterator<Item = String> + '_ {
    shape.tables.iter().flat_map(|(table, columns)| {
        let columns = columns.iter().map(move |column| sign(table, column));
        std::iter::once(table.to_lowercase()).chain(columns)
    })
}

fn sign(table: &str, column: &str) -> String {
    format!("{table}.{column}").to_lowercase()
}

/// The prefixes under which the first table of accounts is there.
fn prefixes<'a>(
    catalogue: &'a TableCatalogue,
    shape: &'a Shape,
) -> impl Iterator<Item = &'a str> + 'a {
    let table = shape.accounts.first();
    catalogue.names().filter_map(move |name| {
        let at = name.len().checked_sub(table?.len())?;
        let (prefix, end) = name.split_at_checked(at)?;
        (end.eq_ignore_ascii_case(table?) && Prefix::new(prefix).is_ok()).then_some(prefix)
    })
}

fn fit(
    catalogue: &TableCatalogue,
    system: &System,
    shape: &Shape,
    prefix: &str,
    signs: &Weights<String>,
) -> Option<Fit> {
    let accounts = shape.accounts.first()?;
    let mut found = Fit {
        system: system.clone(),
        prefix: prefix.to_owned(),
        accounts: accounts.clone(),
        missing: Vec::new(),
        tables: 0,
        columns: 0,
        score: 0.0,
        claimed: BTreeSet::new(),
    };
    for (table, columns) in &shape.tables {
        let whole = format!("{prefix}{table}");
        if !catalogue.has(&whole) {
            found.missing.push(table.clone());
            continue;
        }
        found.tables += 1;
        found.score += 2.0 * signs.of_sign(&table.to_lowercase());
        found.claimed.insert(whole.to_lowercase());
        for column in columns {
            if catalogue.has_column(&whole, column) {
                found.columns += 1;
                found.score += signs.of_sign(&sign(table, column));
            } else {
                found.missing.push(format!("{table}.{column}"));
            }
        }
    }
    if prefix == system.default_prefix() {
        found.score += 0.5;
    }
    // Nearly is only near when most is there.
    let near = found.missing.len() <= NEARLY && found.tables > 1 && found.columns > 5;
    (found.missing.is_empty() || near).then_some(found)
}

/// What fits one table of accounts is one product, and what a surer product has is not another's.
fn grouped(mut fits: Vec<Fit>) -> Vec<Match> {
    fits.sort_by(|a, b| {
        a.missing
            .len()
            .cmp(&b.missing.len())
            .then_with(|| b.score.total_cmp(&a.score))
    });
    let mut matches: BTreeMap<String, usize> = BTreeMap::new();
    let mut list: Vec<Match> = Vec::new();
    for fit in fits {
        let accounts = super::account_table(&fit).to_lowercase();
        if let Some(at) = matches.get(&accounts) {
            list[*at].others.push(fit);
            continue;
        }
        let claimed = list
            .iter()
            .any(|known| known.best.claimed.contains(&accounts));
        if claimed {
            continue;
        }
        matches.insert(accounts, list.len());
        list.push(Match {
            best: fit,
            others: Vec::new(),
        });
    }
    list
}
