//! `im-auth detect`: which product is here, and what its realm would be.

mod databases;
mod folders;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use im_core::{AuthError, Realm};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::foreign;
use super::secrets::{self, Sources};
use crate::detect::{Examined, Fit, examine, for_version};
use crate::{RealmConfig, Shared};

/// For systems whose realms must say so.
const NO_SECRET: &str =
    "if this site has no such secret, write secret = \"\" instead of secret_file";

/// Exit code 0: recognised; 1: nothing that is known; 2: it could not be looked at.
#[derive(Debug, Args)]
pub(crate) struct Detect {
    /// The product's folder, or its configuration file. Nothing in it is executed.
    #[arg(value_name = "PATH", conflicts_with_all = ["database", "database_file"])]
    path: Option<PathBuf>,

    /// Look at the tables of this database instead: mysql://user@host/name, postgres://… or sqlite:path. Also from
    /// IM_AUTH_DATABASE.
    #[arg(long, value_name = "URL")]
    database: Option<SecretString>,

    /// A file that holds the database's address.
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    database_file: Option<PathBuf>,

    /// A file that holds the database account's password, where the product's own file does not say it. Also from
    /// IM_AUTH_DATABASE_PASSWORD.
    #[arg(long, value_name = "FILE")]
    database_password_file: Option<PathBuf>,

    /// Only read the product's files: connect to nothing.
    #[arg(long, requires = "path")]
    no_database: bool,

    /// What the realm is to be called. Not given: the system's name.
    #[arg(long, value_name = "NAME")]
    realm: Option<Realm>,

    /// The database server is old: no utf8mb4, no modern session settings.
    #[arg(long)]
    old_server: bool,

    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

impl Detect {
    pub(crate) async fn run(self) -> ExitCode {
        let answer = match &self.path {
            Some(path) => self.folder(path).await,
            None => self.tables().await,
        };
        match answer {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => {
                if self.json {
                    let line = json!({"found": false, "error": format!("{error:#}")});
                    // Standard output may be what failed; the exit code still tells.
                    super::print(&line.to_string()).ok();
                }
                super::fail(&error);
                ExitCode::from(2)
            }
        }
    }

    /// What the realm of a system is called.
    fn realm_of(&self, system: &str) -> Realm {
        self.realm.clone().unwrap_or_else(|| foreign::realm(system))
    }

    fn password(&self) -> anyhow::Result<Option<SecretString>> {
        Sources {
            flag: "--database-password",
            argument: None,
            file: self.database_password_file.as_deref(),
            variable: "IM_AUTH_DATABASE_PASSWORD",
        }
        .read()
    }

    fn url(&self) -> anyhow::Result<SecretString> {
        if self
            .database
            .as_ref()
            .is_some_and(|url| secrets::holds_a_password(url.expose_secret()))
        {
            super::warn(
                "the password in --database is visible to other users of this machine; give the address by \
                 --database-file or IM_AUTH_DATABASE, or the password by --database-password-file",
            );
        }
        let sources = Sources {
            flag: "--database",
            argument: self.database.as_ref(),
            file: self.database_file.as_deref(),
            variable: "IM_AUTH_DATABASE",
        };
        match sources.read()? {
            Some(url) => Ok(url),
            None => bail!(
                "name the product's folder, or a database by --database-file FILE, IM_AUTH_DATABASE or --database URL"
            ),
        }
    }
}

impl Detect {
    /// Looks closely at the first of several fits, and at another where the version that this tells is another's.
    async fn examine(
        &self,
        fits: &[Fit],
        base: &RealmConfig,
    ) -> Result<(Fit, Examined), AuthError> {
        let mut fit = fits
            .first()
            .ok_or_else(|| AuthError::schema("no known tables"))?;
        let mut found = self.examine_as(fit, base).await?;
        let better = for_version(fits, found.probe.version.as_deref()).unwrap_or(fit);
        if better.system.id() != fit.system.id() {
            fit = better;
            found = self.examine_as(fit, base).await?;
        }
        // Another account is advised anyway.
        found
            .probe
            .warnings
            .retain(|warning| !warning.contains("may do more than SELECT"));
        Ok((fit.clone(), found))
    }

    async fn examine_as(&self, fit: &Fit, base: &RealmConfig) -> Result<Examined, AuthError> {
        let mut config = base.clone();
        fit.system.id().clone_into(&mut config.system);
        config.prefix = Some(fit.prefix.clone());
        config.old_server = self.old_server;
        let takes_secret = fit
            .system
            .spec()?
            .is_some_and(|spec| spec.secret().is_some());
        config.secret = config.secret.filter(|_| takes_secret);
        let realm = self.realm_of(fit.system.id());
        examine(&realm, &config, &Shared::default()).await
    }
}

/// The engine as the configuration and JSON spell it.
fn word(engine: Option<im_auth_sql::Engine>) -> Option<&'static str> {
    Some(match engine? {
        im_auth_sql::Engine::Postgres => "postgres",
        im_auth_sql::Engine::Sqlite => "sqlite",
        _ => "mysql",
    })
}

/// The block and the statements, for people.
fn advice(block: &str, grants: &[String]) -> String {
    let mut text = String::from("For the configuration file:\n\n");
    text.push_str(block);
    if !grants.is_empty() {
        text.push_str(
            "\nFor the database: a new account that may only read (write a new password for …, and the \
             same into the password file):\n\n",
        );
        text.push_str(&grants.join("\n"));
    }
    text
}
