//! `im-server config check` and `config explain`.

use std::sync::Arc;

use anyhow::bail;
use clap::{Args, Subcommand};
use im_core::{AuthError, SystemClock};
use im_messenger::{Inspection, OpenError, Store};

use super::admin::control;
use super::serve::rebinding;
use super::{ConfigFile, print};
use crate::Realms;
use crate::config::{Config, explain};
use crate::problem::Chain;
use crate::start::{check_web_dir, realm_setups, store_config};

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration, connect to everything it names, and say what does not fit. Changes nothing.
    Check(Check),
    /// Explain every key, as a file to start from.
    Explain,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    config: ConfigFile,
}

impl ConfigCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Check(check) => check.run().await,
            Self::Explain => print(explain().trim_end()),
        }
    }
}

impl Check {
    async fn run(self) -> anyhow::Result<()> {
        let file = self.config.file.display().to_string();
        let config = Config::load(&self.config.file)?;
        print(format_args!("{file}: every key is known"))?;
        let mut failures = 0_u32;
        if let Err(error) = check_web_dir(&config) {
            print(format_args!("ERROR: {error}"))?;
            failures += 1;
        }
        for warning in config.warnings() {
            print(format_args!("warning: {warning}"))?;
        }
        let realms = match Realms::new(&config, Arc::new(SystemClock)) {
            Ok(realms) => Some(realms),
            Err(error) => {
                print(format_args!("ERROR: {}", Chain(&error)))?;
                failures += 1;
                None
            }
        };
        failures += check_store(&config, realms.as_ref()).await?;
        if let Some(realms) = &realms {
            failures += check_realms(realms).await?;
        }
        if failures > 0 {
            bail!("{failures} of the things it names do not work");
        }
        print("everything works")
    }
}

async fn check_store(config: &Config, realms: Option<&Realms>) -> anyhow::Result<u32> {
    let store = match Store::inspect(&store_config(config)).await {
        Ok(store) => store,
        Err(error) => {
            print(format_args!("store: ERROR: {}", Chain(&error)))?;
            return Ok(1);
        }
    };
    print(format_args!("store: {}", state(&store)))?;
    if control::is_running(config).await {
        print("store: in use by a running server")?;
    }
    for warning in &store.warnings {
        print(format_args!("store: warning: {warning}"))?;
    }
    let mut failures = 0;
    for realm in realms
        .map(|realms| realm_setups(config, realms, &[]))
        .unwrap_or_default()
    {
        let Some(was) = store
            .realms
            .iter()
            .find(|was| was.name == realm.name.as_str())
        else {
            continue;
        };
        if (&was.system, &was.prefix) != (&realm.system, &realm.prefix) {
            let error = OpenError::RealmChanged {
                realm: was.name.clone(),
                was_system: was.system.clone(),
                was_prefix: was.prefix.clone(),
                system: realm.system,
                prefix: realm.prefix,
            };
            print(format_args!("store: ERROR: {}", rebinding(&error)))?;
            failures += 1;
        }
    }
    Ok(failures)
}

/// What a start would find, and do.
fn state(store: &Inspection) -> String {
    let pending = store.pending.join(", ");
    if !store.exists {
        format!("not there yet; the first start makes it ({pending})")
    } else if pending.is_empty() {
        "connects, its tables are up to date".into()
    } else {
        format!("connects; the next start changes its tables ({pending})")
    }
}

async fn check_realms(realms: &Realms) -> anyhow::Result<u32> {
    let mut failures = 0;
    for (name, authenticator) in &realms.external {
        match authenticator.probe().await {
            Ok(probe) => {
                let version = probe.version.unwrap_or_default();
                let server = probe.server.unwrap_or_default();
                let accounts = probe
                    .accounts
                    .map_or_else(|| "an unknown number of".into(), |count| count.to_string());
                let product = &authenticator.info().name;
                print(format_args!(
                    "realm {name}: {product} {version} on {server}, {accounts} accounts"
                ))?;
                for format in probe.formats {
                    let note = if format.supported {
                        ""
                    } else {
                        ", UNSUPPORTED"
                    };
                    print(format_args!(
                        "realm {name}: {} accounts with {}{note}",
                        format.accounts, format.format
                    ))?;
                }
                for warning in probe.warnings {
                    print(format_args!("realm {name}: warning: {warning}"))?;
                }
            }
            Err(AuthError::Unsupported(_)) => {
                print(format_args!("realm {name}: cannot be probed"))?;
            }
            Err(error) => {
                print(format_args!("realm {name}: ERROR: {}", Chain(&error)))?;
                if let Some(advice) = advice(&error) {
                    print(format_args!("realm {name}: {advice}"))?;
                }
                failures += 1;
            }
        }
    }
    Ok(failures)
}

/// What to do about a realm that does not answer as it should.
fn advice(error: &AuthError) -> Option<&'static str> {
    match error {
        AuthError::Schema(_) => Some(
            "look at `system`, `database` and `prefix`; `im-auth detect FOLDER` reads them from the product's own configuration",
        ),
        AuthError::Unavailable(_) => Some(
            "is the database server running there, are host and port right, and does a firewall let this host in?",
        ),
        _ => None,
    }
}
