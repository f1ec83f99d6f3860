//! A server with a configuration of the test's, whose store outlives its process.

use std::process::Stdio;
use std::time::Duration;

use im_testkit::free_port;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::Member;

const PASSWORD: &str = "a long enough password";

/// A running `im-server serve` with one site of own accounts, made when they first sign in.
pub(crate) struct OwnServer {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl OwnServer {
    /// Starts it; `options` are those of the site, one on each line.
    pub(crate) async fn start(options: &str) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let policy = if options.contains("newcomers_local") {
            ""
        } else {
            "newcomers_local = \"at_once\""
        };
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\n\
             database = \"sqlite:im.sqlite\"\n\
             [[site]]\npath = \"/im/\"\nrealms = [\"local\"]\ntitle = \"Our place\"\n\
             [site.options]\n{policy}\n{options}\n"
        );
        std::fs::write(folder.path().join("im.toml"), config).expect("a configuration");
        let mut server = Self {
            folder,
            port,
            child: None,
        };
        server.run().await;
        server
    }

    /// Starts it again on the same store.
    pub(crate) async fn run(&mut self) {
        let child = Command::new(env!("CARGO_BIN_EXE_im-server"))
            .args(["serve", "--config", "im.toml"])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        self.child = Some(child.expect("im-server starts"));
        let listening = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let listening = tokio::time::timeout(Duration::from_secs(60), listening).await;
        listening.expect("im-server serve listens in time");
    }

    /// As `kill -9` does.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("it can be killed");
        }
    }

    /// Somebody who signs in here.
    pub(crate) fn member(&self, name: &str) -> Member {
        Member {
            site: format!("http://127.0.0.1:{}/im/", self.port),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }
}
