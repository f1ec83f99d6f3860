//! `im-auth doctor`: can every account sign in?

use std::process::ExitCode;

use clap::Args;
use im_core::AuthError;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::foreign::{self, Foreign};
use super::{findings, report};
use crate::Shared;
use crate::detect::{Examined, Place, examine, statements};

/// Whether a server refuses the account a database, a table or a column: MySQL's and PostgreSQL's codes for it.
fn lacks_rights(error: &AuthError) -> bool {
    const CODES: [&str; 4] = ["1044", "1142", "1143", "42501"];
    error.detail().is_some_and(|detail| {
        let mut context = detail.context();
        context.any(|(name, value)| name == "code" && CODES.contains(&value))
    })
}

/// Exit code 0: all is well; 1: some accounts cannot sign in; 2: the database cannot be read as this system's.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    foreign: Foreign,

    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self) -> ExitCode {
        let told = match self.answer().await {
            Ok(found) => self.tell(&found).map(|()| u8::from(found.stops_accounts())),
            Err(error) => self.tell_error(&error).map(|()| 2),
        };
        match told {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                super::fail(&error);
                ExitCode::from(2)
            }
        }
    }

    async fn answer(&self) -> anyhow::Result<Examined> {
        let config = self.foreign.realm_config()?;
        let realm = foreign::realm(&self.foreign.system);
        Ok(examine(&realm, &config, &Shared::default()).await?)
    }

    fn tell(&self, found: &Examined) -> anyhow::Result<()> {
        let over_privileged = found
            .probe
            .warnings
            .iter()
            .any(|warning| warning.contains("may do more than SELECT"));
        if self.json {
            let mut all = findings::json(found);
            all["verdict"] = if found.stops_accounts() {
                "ill"
            } else {
                "well"
            }
            .into();
            all["system"] = found.system.id().into();
            all["prefix"] = found.prefix.as_str().into();
            if over_privileged {
                all["grants"] = json!(found.grants);
            }
            super::print(&all.to_string())?;
            return Ok(());
        }
        super::print(&format!(
            "{} ({}), tables beginning with {:?}",
            found.system.name(),
            found.system.id(),
            found.prefix
        ))?;
        super::print(findings::text(found).trim_end())?;
        if over_privileged && !found.grants.is_empty() {
            super::print("\nAn account that may only read what is needed:\n")?;
            super::print(&found.grants.join("\n"))?;
        }
        let last = match found.unverifiable() {
            _ if found.secret_missing => "nobody can sign in without the secret".to_owned(),
            _ if found.secret_unsaid => {
                "nobody can sign in before the realm says `secret`".to_owned()
            }
            0 => "every account with a password can sign in".to_owned(),
            some => format!("{some} accounts cannot sign in"),
        };
        super::print(&format!("\n{last}"))?;
        Ok(())
    }

    fn tell_error(&self, error: &anyhow::Error) -> anyhow::Result<()> {
        let (kind, detail) = match error.downcast_ref::<AuthError>() {
            Some(error) => (error.kind(), report::explain(error)),
            None => ("configuration", format!("{error:#}")),
        };
        // The remedy for an account that may not read.
        let grants = match error.downcast_ref::<AuthError>() {
            Some(error) if lacks_rights(error) => self.grants().unwrap_or_default(),
            _ => Vec::new(),
        };
        if self.json {
            let mut told = json!({"verdict": "error", "kind": kind, "detail": detail});
            if !grants.is_empty() {
                told["grants"] = json!(grants);
            }
            super::print(&told.to_string())?;
            return Ok(());
        }
        super::print(&format!("error: {detail}"))?;
        if !grants.is_empty() {
            super::print("\nAn account that may read what is needed:\n")?;
            super::print(&grants.join("\n"))?;
        }
        Ok(())
    }

    fn grants(&self) -> anyhow::Result<Vec<String>> {
        let config = self.foreign.realm_config()?;
        let realm = foreign::realm(&self.foreign.system);
        let system = crate::from_config::find(&realm, &config.system)?;
        let url = config.database.as_ref().map(|url| url.expose_secret());
        let prefix = config.prefix.as_deref().unwrap_or(system.default_prefix());
        let place = Place::of_url(url.unwrap_or_default());
        Ok(statements(&system, &place, prefix, None)?)
    }
}
