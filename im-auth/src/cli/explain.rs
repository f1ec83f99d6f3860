//! `im-auth explain`: what would be done with a system's database, before anything is.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use im_auth_sql::Engine;
use im_auth_sql::spec::{Explanation, SystemSpec, Unsaid};

use crate::{System, closest, systems};

/// Shows the SQL that will run, the formats of passwords, the account states, and the rights that are needed.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The system, or the path of a description: `wordpress`, `./my-portal.toml`.
    system: String,

    /// For this kind of database: mysql, postgres, sqlite. Not given: the first that the product runs on.
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,

    /// What the tables begin with. Not given: the system's default.
    #[arg(long)]
    prefix: Option<String>,

    /// Show the statements as for an installation that lacks what only some installations have.
    #[arg(long)]
    plain: bool,
}

impl Explain {
    pub(crate) fn run(self) -> ExitCode {
        match self.answer() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                super::fail(&error);
                ExitCode::from(2)
            }
        }
    }

    fn answer(&self) -> anyhow::Result<()> {
        let system = find(&self.system)?;
        let Some(spec) = system.spec()? else {
            return self.of_adapter(&system);
        };
        let engine = match &self.engine {
            Some(name) => engine(name)?,
            None => *spec
                .engines()
                .first()
                .context("the description names no engine")?,
        };
        let has = |_: &str| !self.plain;
        let explanation = spec.explain(engine, self.prefix.as_deref(), &has)?;
        super::print(text(&system, &spec, &explanation)?.trim_end())?;
        Ok(())
    }

    /// An adapter in code says it in its own words.
    fn of_adapter(&self, system: &System) -> anyhow::Result<()> {
        let adapter = system
            .adapter()
            .context("a system is in code or has a description")?;
        super::print(adapter.readme.trim_end())?;
        Ok(())
    }
}

/// The system of that id, or the description in that file.
pub(crate) fn find(name: &str) -> anyhow::Result<System> {
    if let Some(system) = System::named(name)? {
        return Ok(system);
    }
    let ids: Vec<String> = systems().map(|system| system.id().to_owned()).collect();
    match closest(name, ids.iter().map(String::as_str)) {
        Some(close) => bail!("there is no system {name:?}; did you mean {close:?}?"),
        None => bail!(
            "there is no system {name:?}; `im-auth systems` lists them, and ./{name}.toml would be a file of your own"
        ),
    }
}

/// The engine of that name.
pub(crate) fn engine(name: &str) -> anyhow::Result<Engine> {
    match name {
        "mysql" | "mariadb" => Ok(Engine::MySql),
        "postgres" | "postgresql" => Ok(Engine::Postgres),
        "sqlite" => Ok(Engine::Sqlite),
        _ => bail!("there is no engine {name:?}: write mysql, postgres or sqlite"),
    }
}

fn text(system: &System, spec: &SystemSpec, explanation: &Explanation) -> anyhow::Result<String> {
    let about = system.about()?;
    let mut out = String::new();
    writeln!(
        out,
        "{} {} ({}, {})",
        about.name, about.versions, about.id, about.category
    )?;
    writeln!(
        out,
        "on {}, tables beginning with {:?}",
        explanation.engine.name(),
        about.default_prefix
    )?;
    writeln!(out, "\nStored passwords, tried by what they look like:")?;
    for rule in spec.formats() {
        let when = match rule.when() {
            Some(when) => format!(", for accounts marked {}", when.join(" or ")),
            None => String::new(),
        };
        writeln!(out, "  {}{when}", rule.text())?;
        for format in rule.formats() {
            writeln!(out, "      {}", format.description())?;
        }
    }
    writeln!(
        out,
        "\nA typed password is hashed as: {}",
        explanation.inputs.join("; ")
    )?;
    if let Some(secret) = &explanation.secret {
        let needed = if secret.required {
            "needed"
        } else if secret.unsaid == Unsaid::Refuse {
            "needed, be it `secret = \"\"` where there is none"
        } else {
            "needed by some accounts"
        };
        writeln!(out, "\nSecret {} ({needed}): {}", secret.name, secret.place)?;
    }
    for statement in &explanation.statements {
        writeln!(out, "\n-- {}\n{};", statement.purpose, statement.sql.trim())?;
    }
    let grants = explanation.grants("DATABASE", "im_ro");
    if !grants.is_empty() {
        writeln!(out, "\n-- What its own account needs, and no more:")?;
        for grant in grants {
            writeln!(out, "{grant}")?;
        }
    }
    if !about.limits.is_empty() {
        writeln!(out, "\nKnown limits:")?;
        for limit in &about.limits {
            writeln!(out, "  * {limit}")?;
        }
    }
    Ok(out)
}
