//! Chromium's driver, as a program of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::tab::{Look, Tab};

/// A running chromedriver. When it is dropped, it and all its browsers end.
pub(crate) struct Driver {
    child: Child,
    port: u16,
    browser: PathBuf,
    profiles: TempDir,
}

impl Driver {
    pub(crate) async fn start() -> Self {
        let browser = tool(&["chromium", "chromium-browser", "google-chrome"]);
        let mut child = Command::new(tool(&["chromedriver"]))
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let output = child.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(output).lines();
        let port = loop {
            let line = lines.next_line().await.expect("readable output");
            let line = line.expect("chromedriver says its port before it ends");
            if let Some((_, rest)) = line.split_once("started successfully on port ") {
                break rest.trim_end_matches('.').parse().expect("a port");
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            child,
            port,
            browser,
            profiles: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A fresh browser that knows nobody.
    pub(crate) async fn tab(&self, look: &Look) -> Tab {
        let profile = tempfile::tempdir_in(self.profiles.path())
            .expect("a temporary folder")
            .keep();
        let url = format!("http://127.0.0.1:{}", self.port);
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            // Milliseconds. A busy machine may be slow; a page that hangs still ends the test.
            "timeouts": { "script": 180_000, "pageLoad": 180_000 },
            "goog:chromeOptions": {
                "binary": self.browser,
                "prefs": { "intl.accept_languages": look.language },
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage",
                    format!("--user-data-dir={}", profile.display()),
                    format!("--accept-lang={}", look.language),
                ],
            },
        });
        let capabilities = capabilities.as_object().expect("an object").clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&url)
            .await
            .expect("Chromium starts; if it does not, run scripts/install-test-tools");
        Tab::new(client, &url, look).await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to end, the driver ends its browsers too; killed, it would leave them behind.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = stream.write_all(
                b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            );
            let _ = stream.read_to_end(&mut Vec::new());
        }
        let until = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::yield_now();
        }
    }
}

/// The first of some programs that is installed.
fn tool(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{} is missing: run scripts/install-test-tools", names[0]))
}
