//! A product in a folder.

use std::path::Path;

use im_auth_sql::spec::Unsaid;
use im_core::AuthError;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::super::{findings, report};
use super::{Detect, NO_SECRET, advice, word};
use crate::detect::{
    Block, Examined, Fit, Folder, Installation, Place, TableCatalogue, look_in, recognise,
    statements,
};
use crate::{RealmConfig, System};

/// What the folder and its database come to.
struct Outcome {
    system: System,
    place: Place,
    prefix: String,
    others: Vec<System>,
    notes: Vec<String>,
    examined: Option<Examined>,
    /// Why the database was not asked.
    error: Option<String>,
    catalogue: Option<TableCatalogue>,
}

impl Outcome {
    /// What the tables are of.
    fn take(&mut self, fit: &Fit, best: &Installation, systems: &[&System]) {
        let mut differs = Vec::new();
        let said = prefix_of(best);
        if fit.prefix != said {
            differs.push(format!(
                "the file says that tables begin with {said:?}, and they begin with {:?}",
                fit.prefix
            ));
        }
        if !systems.iter().any(|system| system.id() == fit.system.id()) {
            differs.push(format!(
                "the file looks like {}'s, and the tables are those of {}",
                best.system.name(),
                fit.system.name()
            ));
        }
        self.notes = [best.notes.clone(), differs].concat();
        self.system = fit.system.clone();
        self.prefix.clone_from(&fit.prefix);
    }
}

impl Detect {
    /// Whether something was recognised.
    pub(super) async fn folder(&self, path: &Path) -> anyhow::Result<bool> {
        let folder = look_in(path)?;
        let Some(best) = folder.installations.first() else {
            self.nothing(path, &folder)?;
            return Ok(false);
        };
        let outcome = self.outcome(best, &folder).await?;
        // Of the same file: another system may have been what the tables are of.
        let found = folder
            .installations
            .iter()
            .find(|found| found.system.id() == outcome.system.id())
            .unwrap_or(best);
        let (block, grants) = self.block(found, &outcome)?;
        if self.json {
            super::super::print(&json_of(found, &folder, &outcome, &block, &grants).to_string())?;
        } else {
            super::super::print(&text_of(path, found, &folder, &outcome))?;
            super::super::print(&advice(&block, &grants))?;
        }
        Ok(true)
    }

    fn nothing(&self, path: &Path, folder: &Folder) -> anyhow::Result<()> {
        let problems = problems(folder);
        if self.json {
            let line =
                json!({"found": false, "problems": problems, "looked_for": folder.looked_for});
            super::super::print(&line.to_string())?;
            return Ok(());
        }
        let mut text = format!(
            "No known product has its configuration in {}.\n",
            path.display()
        );
        for problem in &folder.problems {
            text.push_str(&format!("  {}: {}\n", problem.path.display(), problem.what));
        }
        text.push_str("These files were looked for:\n  ");
        text.push_str(&folder.looked_for.join(", "));
        text.push_str("\n`im-auth detect --database URL` recognises products by their tables.");
        super::super::print(&text)?;
        Ok(())
    }

    async fn outcome(&self, best: &Installation, folder: &Folder) -> anyhow::Result<Outcome> {
        let candidates: Vec<&Installation> = folder
            .installations
            .iter()
            .filter(|found| found.file == best.file)
            .collect();
        let mut outcome = Outcome {
            system: best.system.clone(),
            place: best.place.clone(),
            prefix: prefix_of(best),
            others: folder.installations[1..]
                .iter()
                .map(|found| found.system.clone())
                .collect(),
            notes: best.notes.clone(),
            examined: None,
            error: None,
            catalogue: None,
        };
        if self.no_database {
            return Ok(outcome);
        }
        let password = self.password()?.or_else(|| best.password());
        if let (Some(from), None) = (&best.password_from, &password) {
            outcome.error = Some(format!(
                "the password comes from {from}: give it with --database-password-file FILE or IM_AUTH_DATABASE_PASSWORD, \
                 or look at the files alone with --no-database"
            ));
            return Ok(outcome);
        }
        if let Err(error) = self.ask(best, &candidates, password, &mut outcome).await {
            outcome.error = Some(report::explain(&error));
        }
        Ok(outcome)
    }

    /// Asks the database with the product's own account.
    async fn ask(
        &self,
        best: &Installation,
        candidates: &[&Installation],
        password: Option<SecretString>,
        outcome: &mut Outcome,
    ) -> Result<(), AuthError> {
        let account = best.user.as_deref().unwrap_or("root");
        let reached = best
            .place
            .reach(account, password.clone(), self.old_server)
            .await?;
        outcome.place = reached.place.clone();
        let engine = reached.database.engine();
        let catalogue = TableCatalogue::read(&reached.database).await?;
        let systems: Vec<&System> = candidates.iter().map(|found| &found.system).collect();
        let mut fits = fits(&catalogue, engine, &systems)?;
        if fits.is_empty() {
            fits = self::fits(&catalogue, engine, &[])?;
        }
        let is_ours = |fit: &Fit| {
            let wanted = candidates
                .iter()
                .find(|found| found.system.id() == fit.system.id());
            wanted.is_some_and(|found| prefix_of(found) == fit.prefix)
                || prefix_of(best) == fit.prefix
        };
        // A stable sort: those whose prefix the file says, then as they fit.
        fits.sort_by_key(|fit| !is_ours(fit));
        outcome.catalogue = Some(catalogue);
        let Some(first) = fits.first() else {
            let name = best.system.name();
            outcome.notes.push(if best.place.schema.is_some() {
                format!(
                    "the product's own account does not look into it: no tables of {name} were seen"
                )
            } else {
                format!("no tables of {name} are in the database that the file names")
            });
            return Ok(());
        };
        let secret = candidates
            .iter()
            .find(|found| found.system.id() == first.system.id())
            .and_then(|found| found.secret());
        let mut config = RealmConfig::new("", reached.config.url.expose_secret());
        config.database_password = password;
        config.secret = secret;
        // What is found is told even if it cannot be looked at closely.
        outcome.take(first, best, &systems);
        let (fit, examined) = self.examine(&fits, &config).await?;
        outcome.take(&fit, best, &systems);
        outcome.others = others(&fits, &outcome.system);
        outcome.examined = Some(examined);
        Ok(())
    }

    fn block(
        &self,
        found: &Installation,
        outcome: &Outcome,
    ) -> anyhow::Result<(String, Vec<String>)> {
        let realm = self.realm_of(outcome.system.id());
        let mut block = Block::new(
            &outcome.system,
            realm.clone(),
            outcome.place.clone(),
            &*outcome.prefix,
        );
        if let Some(examined) = &outcome.examined {
            block = block.advised(&examined.probe.warnings);
        }
        let spec = outcome.system.spec()?;
        if let Some(secret) = spec.as_ref().and_then(|spec| spec.secret()) {
            let told = format!("need {}", secret.name);
            let asked = outcome.examined.as_ref().is_some_and(|examined| {
                examined
                    .probe
                    .warnings
                    .iter()
                    .any(|warning| warning.contains(&told))
            });
            let unsaid = secret.unsaid == Unsaid::Refuse;
            if secret.required || unsaid || asked || found.secret_at.is_some() {
                let place = found
                    .secret_at
                    .clone()
                    .unwrap_or_else(|| secret.place.clone());
                block.secret = true;
                block.remarks.push(format!(
                    "put the secret {} into /etc/im/{realm}.secret; it stands in {place}",
                    secret.name
                ));
                if unsaid {
                    block.remarks.push(NO_SECRET.to_owned());
                }
            }
        }
        let text = block.text()?;
        let grants = statements(
            &outcome.system,
            &outcome.place,
            &outcome.prefix,
            outcome.catalogue.as_ref(),
        )?;
        Ok((text, grants))
    }
}

/// What the tables begin with: as the file says, or as the product does by itself.
fn prefix_of(found: &Installation) -> String {
    found
        .prefix
        .clone()
        .unwrap_or_else(|| found.system.default_prefix().to_owned())
}

/// What fits wholly, the best first.
fn fits(
    catalogue: &TableCatalogue,
    engine: im_auth_sql::Engine,
    only: &[&System],
) -> Result<Vec<Fit>, AuthError> {
    let matches = recognise(catalogue, engine, only)?;
    let all = matches
        .into_iter()
        .flat_map(|one| std::iter::once(one.best).chain(one.others));
    Ok(all.filter(|fit| fit.missing.is_empty()).collect())
}

fn others(fits: &[Fit], system: &System) -> Vec<System> {
    let mut others: Vec<System> = Vec::new();
    for fit in fits {
        let id = fit.system.id();
        if id != system.id() && !others.iter().any(|known| known.id() == id) {
            others.push(fit.system.clone());
        }
    }
    others
}

fn problems(folder: &Folder) -> Vec<Value> {
    let problem = |problem: &crate::detect::Problem| json!({"file": problem.path.display().to_string(), "why": problem.what});
    folder.problems.iter().map(problem).collect()
}

fn json_of(
    found: &Installation,
    folder: &Folder,
    outcome: &Outcome,
    block: &str,
    grants: &[String],
) -> Value {
    let named = |system: &System| json!({"system": system.id(), "name": system.name()});
    let password = match (&found.password_from, found.has_password) {
        (Some(_), _) => "computed",
        (None, true) => "in the file",
        (None, false) => "none",
    };
    json!({
        "found": true,
        "system": outcome.system.id(),
        "name": outcome.system.name(),
        "category": outcome.system.category(),
        "file": found.file.display().to_string(),
        "version": found.version,
        "engine": word(outcome.place.engine),
        "host": outcome.place.host,
        "port": outcome.place.port,
        "socket": outcome.place.socket,
        "database": outcome.place.database,
        "user": found.user,
        "prefix": outcome.prefix,
        "password": password,
        "password_from": found.password_from,
        "secret_at": found.secret_at,
        "notes": outcome.notes,
        "others": outcome.others.iter().map(named).collect::<Vec<_>>(),
        "problems": problems(folder),
        "in_database": outcome.examined.as_ref().map(findings::json),
        "database_error": outcome.error,
        "block": block,
        "grants": grants,
    })
}

fn text_of(path: &Path, found: &Installation, folder: &Folder, outcome: &Outcome) -> String {
    let mut text = outcome.system.name().to_owned();
    if let Some(version) = &found.version {
        text.push_str(&format!(" {version}"));
    }
    let file = if path.is_file() {
        path.to_owned()
    } else {
        path.join(&found.file)
    };
    text.push_str(&format!(
        " ({}), by {}\n",
        outcome.system.id(),
        file.display()
    ));
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!(
            "  {name:10} {}\n",
            crate::detect::printable(value)
        ));
    };
    let place = &outcome.place;
    line("engine", word(place.engine).unwrap_or("not known"));
    line("database", place.database.as_deref().unwrap_or("not known"));
    if let Some(host) = &place.host {
        let port = place
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        line("host", &format!("{host}{port}"));
    }
    if let Some(socket) = &place.socket {
        line("socket", socket);
    }
    if let Some(user) = &found.user {
        line(
            "account",
            &format!("{user} (the product's own: used for this run only)"),
        );
    }
    if let Some(from) = &found.password_from {
        line("password", &format!("comes from {from}"));
    }
    line("prefix", &format!("{:?}", outcome.prefix));
    for note in &outcome.notes {
        line("note:", note);
    }
    if !outcome.others.is_empty() {
        let names: Vec<&str> = outcome.others.iter().map(System::id).collect();
        line("or:", &names.join(", "));
    }
    for problem in &folder.problems {
        line(
            "not read:",
            &format!("{}: {}", problem.path.display(), problem.what),
        );
    }
    if let Some(error) = &outcome.error {
        text.push_str(&format!("\nThe database was not asked: {error}\n"));
    }
    if let Some(examined) = &outcome.examined {
        text.push_str("\nIn the database:\n");
        text.push_str(&findings::text(examined));
    }
    text
}
