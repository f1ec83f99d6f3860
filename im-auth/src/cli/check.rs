//! `im-auth check`: one name and password, or a file of them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use im_core::{AuthError, ExternalAuthenticator, Login};
use secrecy::ExposeSecret as _;

use super::batch;
use super::foreign::{self, Foreign};
use super::report::{self, Ending, Report};
use super::secrets;
use crate::Shared;

/// Exit code 0: accepted; 1: rejected; 2: the question could not be answered.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    foreign: Foreign,

    /// The client's address, for address bans.
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,

    /// The name to sign in with, exactly as typed.
    #[arg(
        long,
        value_name = "NAME",
        allow_hyphen_values = true,
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    username: Option<String>,

    /// Read the password from standard input; the last line ending is not part of it.
    #[arg(long, conflicts_with = "batch")]
    password_stdin: bool,

    /// Answer in JSON. With --batch always.
    #[arg(long)]
    json: bool,

    /// Check many: one `name TAB password` per line, every other character literal. `-` is standard input.
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
}

impl Check {
    pub(crate) async fn run(self) -> ExitCode {
        match self.answer().await {
            Ok(ending) => ending.into(),
            Err(error) => {
                self.print_failure(&error);
                Ending::Error.into()
            }
        }
    }

    async fn answer(&self) -> anyhow::Result<Ending> {
        let authenticator = self.authenticator()?;
        if let Some(file) = &self.batch {
            return batch::run(file, authenticator, self.address).await;
        }
        let name = self.username.clone().context("--username is missing")?;
        let password = secrets::password(self.password_stdin)?;
        let answer = authenticator
            .authenticate(&self.login(name, password.expose_secret()))
            .await;
        let line = if self.json {
            Report::from(&answer).to_line()
        } else {
            report::text(&answer)
        };
        super::print(&line)?;
        Ok(Ending::of(&answer))
    }

    fn login(&self, name: String, password: &str) -> Login {
        let login = Login::new(name, password);
        match self.address {
            Some(address) => login.from_address(address),
            None => login,
        }
    }

    fn authenticator(&self) -> anyhow::Result<Arc<dyn ExternalAuthenticator>> {
        let config = self.foreign.realm_config()?;
        let realm = foreign::realm(&self.foreign.system);
        Ok(crate::build(&realm, &config, &Shared::default())?)
    }

    /// An answer that never came to be: the arguments, a file, or the configuration is wrong.
    fn print_failure(&self, error: &anyhow::Error) {
        let (kind, detail) = match error.downcast_ref::<AuthError>() {
            Some(error) => (error.kind(), report::explain(error)),
            None => ("configuration", format!("{error:#}")),
        };
        let line = if self.json || self.batch.is_some() {
            Report::failure(kind, detail).to_line()
        } else {
            format!("error: {detail}")
        };
        // Standard output may be what failed; the exit code still tells.
        super::print(&line).ok();
    }
}
