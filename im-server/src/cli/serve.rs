//! `im-server serve`.

use std::str::FromStr;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::Args;
use im_core::Realm;
use im_messenger::OpenError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::ConfigFile;
use crate::config::Config;
use crate::{Start, StartError, accept, log, operator_router, start};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// This realm has another system or prefix than the store remembers, and the ids still mean the same people.
    /// Without a name: every realm that has.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "*")]
    rebind_realm: Vec<Rebind>,
}

#[derive(Debug, Clone)]
enum Rebind {
    All,
    One(Realm),
}

impl FromStr for Rebind {
    type Err = im_core::InvalidRealm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "*" => Ok(Self::All),
            name => name.parse().map(Self::One),
        }
    }
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(&self.config.file)?;
        log::init(&config.log).map_err(anyhow::Error::msg)?;
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        let mut rebind = Vec::new();
        for realm in self.rebind_realm {
            match realm {
                Rebind::All => rebind.extend(config.realms.iter().map(|block| block.name.clone())),
                Rebind::One(name) if config.realms.iter().any(|block| block.name == name) => {
                    rebind.push(name);
                }
                Rebind::One(name) => {
                    bail!("--rebind-realm {name}: there is no [realm.{name}] in the configuration");
                }
            }
        }
        let how = Start {
            rebind,
            ..Start::default()
        };
        let stop = until_told();
        let app = match start(&config, how).await {
            Err(StartError::Store(error @ OpenError::RealmChanged { .. })) => {
                bail!("{}", rebinding(&error));
            }
            started => started?,
        };
        let listener = bind(config.root.listen).await?;
        let operators = CancellationToken::new();
        if let Some(address) = config.root.operator_listen {
            let listener = bind(address).await?;
            tracing::info!(address = %listener.local_addr()?, "listening for operators");
            let (app, stop) = (Arc::clone(&app), operators.clone());
            tokio::spawn(async move {
                accept(
                    listener,
                    operator_router(&app),
                    &app,
                    stop.cancelled_owned(),
                )
                .await;
            });
        }
        for site in &app.sites {
            tracing::info!(path = site.path, title = site.title, "site");
        }
        tracing::info!(address = %listener.local_addr()?, "listening");
        let control = super::admin::control::listen(&config, &app);
        crate::serve(listener, Arc::clone(&app), stop).await;
        drop(control);
        operators.cancel();
        tracing::info!("stopped");
        Ok(())
    }
}

/// What to do about a realm that means other accounts than before.
pub(super) fn rebinding(error: &OpenError) -> String {
    match error {
        OpenError::RealmChanged { realm, .. } => {
            format!(
                "{error}. To rebind it, start once with `im-server serve --rebind-realm {realm}`"
            )
        }
        _ => error.to_string(),
    }
}

pub(super) async fn bind(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    use std::io::ErrorKind;
    TcpListener::bind(address).await.map_err(|error| {
        let port = address.port();
        let advice = match error.kind() {
            ErrorKind::AddrInUse => format!(
                "another program has it (`ss -ltnp 'sport = :{port}'` says which, perhaps this one is running already); \
                 stop that, or write another port"
            ),
            ErrorKind::AddrNotAvailable => {
                "this machine has no such address; write one of its own, or 0.0.0.0 for all of them".into()
            }
            ErrorKind::PermissionDenied => {
                "ports below 1024 are for root; write one above, and let a proxy have the other".into()
            }
            _ => "write another address".into(),
        };
        anyhow!("cannot listen on {address}: {error}: {advice}")
    })
}

/// Resolves at the first SIGTERM or SIGINT. Listens from the call on, so that an early one is not missed.
pub(super) fn until_told() -> impl Future<Output = ()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
        async move {
            let waits = signals
                .into_iter()
                .filter_map(Result::ok)
                .map(|mut signal| {
                    Box::pin(async move {
                        signal.recv().await;
                    })
                });
            futures_util::future::select_all(waits).await;
        }
    }
    #[cfg(not(unix))]
    {
        async {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
