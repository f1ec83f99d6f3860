//! `im-server demo`: everything embedded, no database server, nothing kept.

mod samples;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use im_core::{Password, Realm};
use tokio::net::TcpListener;

use super::print;
use super::serve::{bind, until_told};
use crate::config::{Config, Environment, Log, Network, Period};
use crate::{App, Start, log, start};
use samples::{Sample, samples};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Throw everything away and start anew this often, such as 1h; never unless given.
    #[arg(long, value_name = "SPAN")]
    reset_every: Option<Period>,
    /// The address browsers use, when a proxy stands in front: https://demo.example.org
    #[arg(long, value_name = "URL")]
    public_url: Option<url::Url>,
    /// A proxy in front whose X-Forwarded-For is believed; may be given several times.
    #[arg(long = "trusted-proxy", value_name = "ADDR")]
    trusted_proxies: Vec<std::net::IpAddr>,
    /// Serve the web client from this folder instead of the one built in, for who changes it.
    #[arg(long, value_name = "DIR")]
    web_dir: Option<PathBuf>,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // The sample forums lack indexes as real ones do; here nobody needs to hear of it.
        let quiet = Log {
            level: "warn,im_auth_sql=error".into(),
            ..Log::default()
        };
        log::init(&quiet).map_err(anyhow::Error::msg)?;
        let told = until_told();
        let mut told = std::pin::pin!(told);
        let listener = bind(self.listen).await?.into_std()?;
        let address = listener.local_addr()?;
        let mut first = true;
        loop {
            let folder = tempfile::tempdir().context("no temporary folder")?;
            let app = self.make(folder.path()).await?;
            if first {
                self.announce(address)?;
                first = false;
            }
            let listener = TcpListener::from_std(listener.try_clone()?)?;
            let mut again = false;
            let stop = async {
                tokio::select! {
                    () = &mut told => {}
                    () = wait(self.reset_every) => again = true,
                }
            };
            crate::serve(listener, app, stop).await;
            if !again {
                return Ok(());
            }
        }
    }

    async fn make(&self, folder: &Path) -> anyhow::Result<Arc<App>> {
        samples::make_forums(folder).await?;
        let text = self
            .configuration()?
            .replace("DIR", &folder.display().to_string());
        let config = Config::parse(&text, &folder.join("demo.toml"), &Environment::default())?;
        let how = Start {
            shared_accounts: samples()
                .iter()
                .map(|sample| Ok((Realm::new(sample.realm)?, sample.name.to_owned())))
                .collect::<anyhow::Result<_>>()?,
            ..Start::default()
        };
        let app = start(&config, how).await?;
        for sample in samples().iter().filter(|sample| sample.realm == "local") {
            app.messenger
                .create_local(sample.name, Password::from(sample.password))
                .await?;
        }
        Ok(app)
    }

    /// The configuration of scenario 4 and scenario 1 together, with tight limits.
    fn configuration(&self) -> anyhow::Result<String> {
        let mut text = String::from(include_str!("demo/demo.toml"));
        let mut root = format!("listen = \"{}\"\n", self.listen);
        if let Some(url) = &self.public_url {
            writeln!(root, "public_url = \"{url}\"")?;
        }
        let proxies: Vec<String> = self
            .trusted_proxies
            .iter()
            .map(|address| Network((*address).into()))
            .map(|network| format!("\"{}\"", network.0))
            .collect();
        writeln!(root, "trusted_proxies = [{}]", proxies.join(", "))?;
        if let Some(folder) = &self.web_dir {
            let folder = std::path::absolute(folder)?;
            let folder = toml::Value::String(folder.display().to_string());
            writeln!(root, "web_dir = {folder}")?;
        }
        text.insert_str(0, &root);
        for (path, realm) in [
            ("/im-phpbb2/", "phpbb2"),
            ("/im-phorum/", "phorum"),
            ("/intramessenger/", "local"),
        ] {
            let notice = toml::Value::String(self.notice(realm));
            text = text.replace(
                &format!("path = \"{path}\"\n"),
                &format!("path = \"{path}\"\nnotice = {notice}\n"),
            );
        }
        Ok(text)
    }

    fn notice(&self, realm: &str) -> String {
        let accounts: Vec<String> = samples()
            .iter()
            .filter(|sample| sample.realm == realm)
            .map(Sample::words)
            .collect();
        let when = match self.reset_every {
            Some(period) => format!("every {period}"),
            None => "when it stops".into(),
        };
        format!(
            "A demonstration: everything written here is public and vanishes {when}. Sign in as {}.",
            accounts.join(" or ")
        )
    }

    fn announce(&self, address: SocketAddr) -> anyhow::Result<()> {
        let base = match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{address}"),
        };
        print(
            "IntraMessenger demonstration. Everything is kept in a temporary folder and vanishes at the end.\n",
        )?;
        for (path, realm, title) in [
            ("/im-phpbb2/", "phpbb2", "members of a phpBB 2 board"),
            ("/im-phorum/", "phorum", "members of a Phorum"),
            (
                "/intramessenger/",
                "local",
                "own accounts; anybody may register",
            ),
        ] {
            print(format_args!("  {base}{path}  ({title})"))?;
            for sample in samples().iter().filter(|sample| sample.realm == realm) {
                print(format_args!("      {}", sample.words()))?;
            }
        }
        print("\nAll three share one store, so their members find each other. Ctrl-C ends it.")
    }
}

async fn wait(period: Option<Period>) {
    match period {
        Some(Period(duration)) => tokio::time::sleep(duration.max(Duration::from_secs(1))).await,
        None => std::future::pending().await,
    }
}
