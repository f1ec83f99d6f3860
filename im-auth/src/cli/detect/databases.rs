//! The products in a database.

use im_auth_sql::spec::Unsaid;
use im_auth_sql::{DatabaseConfig, Engine, ForeignDatabase};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::super::{findings, report};
use super::{Detect, NO_SECRET, advice};
use crate::detect::{Block, Examined, Fit, Match, Place, TableCatalogue, recognise, statements};
use crate::{RealmConfig, System};

/// As many products of one database are looked at closely.
const MOST: usize = 20;

impl Detect {
    /// Whether something was recognised.
    pub(super) async fn tables(&self) -> anyhow::Result<bool> {
        let url = self.url()?;
        let password = self.password()?;
        let config = DatabaseConfig {
            password: password.clone(),
            old_server: self.old_server,
            query_timeout: std::time::Duration::from_secs(30),
            ..DatabaseConfig::new(url.expose_secret())
        };
        let database = ForeignDatabase::new(config)?;
        let catalogue = TableCatalogue::read(&database).await?;
        let matches = recognise(&catalogue, database.engine(), &[])?;
        let whole = matches.iter().any(|one| one.best.missing.is_empty());
        let place = Place::of_url(url.expose_secret());
        let mut found = Vec::new();
        for one in matches.iter().take(MOST) {
            found.push(
                self.describe(one, &url, password.as_ref(), &place, &catalogue)
                    .await?,
            );
        }
        if self.json {
            let key = if whole { "matches" } else { "nearly" };
            let list: Vec<Value> = found.iter().map(Described::json).collect();
            let line = json!({"found": whole, "tables": catalogue.len(), key: list});
            super::super::print(&line.to_string())?;
            return Ok(whole);
        }
        if !whole {
            super::super::print(&nothing(&catalogue, &database, &matches))?;
            return Ok(false);
        }
        for described in &found {
            super::super::print(&described.text())?;
        }
        Ok(true)
    }

    async fn describe(
        &self,
        one: &Match,
        url: &SecretString,
        password: Option<&SecretString>,
        place: &Place,
        catalogue: &TableCatalogue,
    ) -> anyhow::Result<Described> {
        let mut config = RealmConfig::new("", url.clone());
        config.database_password = password.cloned();
        let fits: Vec<Fit> = std::iter::once(&one.best)
            .chain(&one.others)
            .cloned()
            .collect();
        let (best, examined, error) = match self.examine(&fits, &config).await {
            Ok((best, examined)) => (best, Some(examined), None),
            Err(error) => (one.best.clone(), None, Some(report::explain(&error))),
        };
        let (system, prefix) = (&best.system, &best.prefix);
        let realm = self.realm_of(system.id());
        let mut block = Block::new(system, realm.clone(), place.clone(), prefix.as_str());
        if let Some(examined) = &examined {
            block = block.advised(&examined.probe.warnings);
        }
        if let Some(secret) = system.spec()?.as_ref().and_then(|spec| spec.secret()) {
            let told = format!("need {}", secret.name);
            let asked = examined.as_ref().is_some_and(|examined| {
                examined
                    .probe
                    .warnings
                    .iter()
                    .any(|warning| warning.contains(&told))
            });
            let unsaid = secret.unsaid == Unsaid::Refuse;
            if secret.required || unsaid || asked {
                block.secret = true;
                block.remarks.push(format!(
                    "put the secret {} into /etc/im/{realm}.secret; it stands in {}",
                    secret.name, secret.place
                ));
                if unsaid {
                    block.remarks.push(NO_SECRET.to_owned());
                }
            }
        }
        let (block, grants) = (
            block.text()?,
            statements(system, place, prefix, Some(catalogue))?,
        );
        let id = best.system.id();
        Ok(Described {
            others: fits
                .into_iter()
                .filter(|fit| fit.system.id() != id)
                .collect(),
            best,
            examined,
            error,
            block,
            grants,
        })
    }
}

/// One product with what its tables tell.
struct Described {
    best: Fit,
    others: Vec<Fit>,
    examined: Option<Examined>,
    error: Option<String>,
    block: String,
    grants: Vec<String>,
}

impl Described {
    fn version(&self) -> Option<&str> {
        self.examined.as_ref()?.probe.version.as_deref()
    }

    fn json(&self) -> Value {
        let other = |fit: &Fit| json!({"system": fit.system.id(), "prefix": fit.prefix});
        json!({
            "system": self.best.system.id(),
            "name": self.best.system.name(),
            "category": self.best.system.category(),
            "prefix": self.best.prefix,
            "version": self.version(),
            "tables": self.best.tables,
            "columns": self.best.columns,
            "missing": self.best.missing,
            "others": self.others.iter().map(other).collect::<Vec<_>>(),
            "in_database": self.examined.as_ref().map(findings::json),
            "database_error": self.error,
            "block": self.block,
            "grants": self.grants,
        })
    }

    fn text(&self) -> String {
        let fit = &self.best;
        let mut text = fit.system.name().to_owned();
        if let Some(version) = self.version() {
            text.push_str(&format!(" {version}"));
        }
        text.push_str(&format!(
            " ({}), tables beginning with {:?}: {} tables and {} columns of it are there\n",
            fit.system.id(),
            fit.prefix,
            fit.tables,
            fit.columns
        ));
        if !self.others.is_empty() {
            let names: Vec<&str> = self.others.iter().map(|fit| fit.system.id()).collect();
            text.push_str(&format!("  or:        {}\n", names.join(", ")));
        }
        if let Some(examined) = &self.examined {
            text.push_str(&findings::text(examined));
        }
        if let Some(error) = &self.error {
            text.push_str(&format!("  not examined: {error}\n"));
        }
        text.push('\n');
        text.push_str(&advice(&self.block, &self.grants));
        text.push('\n');
        text
    }
}

fn nothing(catalogue: &TableCatalogue, database: &ForeignDatabase, matches: &[Match]) -> String {
    let engine: Engine = database.engine();
    let mut text = if catalogue.is_empty() {
        "The account sees no table at all: is it the right database, and does it have SELECT?"
            .to_owned()
    } else {
        format!(
            "None of the {} tables at {} ({}) are of a product that is known.",
            catalogue.len(),
            database.address(),
            engine.name()
        )
    };
    for one in matches {
        let Fit {
            system,
            prefix,
            missing,
            ..
        } = &one.best;
        text.push_str(&format!(
            "\n  nearly {} ({}), tables beginning with {prefix:?}: {} missing",
            System::name(system),
            system.id(),
            missing.join(", ")
        ));
    }
    text
}
