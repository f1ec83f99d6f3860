//! The demonstration server, as a program of its own.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `im-server demo`; it ends with this value.
pub(crate) struct Demo {
    members: Vec<Member>,
    _child: Child,
}

/// A sample account, and the address of its site.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) site: String,
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Demo {
    /// Starts it on a free port, or behind a proxy: on the given port, for browsers that come by the given address.
    pub(crate) async fn start(behind: Option<(u16, String)>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_im-server"));
        command.arg("demo").arg("--listen");
        match &behind {
            Some((port, url)) => command
                .arg(format!("127.0.0.1:{port}"))
                .arg("--public-url")
                .arg(url),
            None => command.arg("127.0.0.1:0"),
        };
        let mut child = command
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("im-server starts");
        let output = child.stdout.take().expect("its output is piped");
        let members = tokio::time::timeout(PATIENCE, read_members(output))
            .await
            .expect("im-server demo prints its addresses in time");
        Self {
            members,
            _child: child,
        }
    }

    /// The first sample account of the site at a path.
    pub(crate) fn member(&self, path: &str) -> Member {
        self.nth_member(path, 0)
    }

    /// Another sample account of the site at a path.
    pub(crate) fn nth_member(&self, path: &str, nth: usize) -> Member {
        self.members
            .iter()
            .filter(|member| member.site.ends_with(path))
            .nth(nth)
            .unwrap_or_else(|| panic!("the demonstration names account {nth} at {path}"))
            .clone()
    }
}

/// Reads "http://…/im-phpbb2/ (…)" and the indented "Alice (password: …)" below it, until the last line.
async fn read_members(output: ChildStdout) -> Vec<Member> {
    let mut lines = BufReader::new(output).lines();
    let mut members = Vec::new();
    let mut site = String::new();
    while let Some(line) = lines.next_line().await.expect("readable output") {
        let line = line.trim();
        if line.starts_with("http") {
            site = line.split(' ').next().unwrap_or_default().to_owned();
        } else if let Some((name, rest)) = line.split_once(" (password: ") {
            members.push(Member {
                site: site.clone(),
                name: name.to_owned(),
                password: rest.trim_end_matches(')').to_owned(),
            });
        } else if line.contains("Ctrl-C") {
            // What it prints later must not fill the pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return members;
        }
    }
    panic!("im-server demo ended before it was ready");
}
