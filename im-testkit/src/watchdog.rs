//! The shell process that holds a database server, and ends it with the test.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Takes orders, one line each, and answers each with a line. When its input closes, because this is dropped or the
/// process of the test died, it kills the server and removes its folder.
pub(crate) struct Watchdog(Mutex<Process>);

struct Process {
    child: Child,
    /// Closing it is the order to end; `None` only while dropping.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Watchdog {
    /// Runs a script with these paths as arguments.
    pub(crate) fn start(script: &Path, arguments: &[&Path]) -> Result<Self, String> {
        let mut child = Command::new("sh")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A group of its own: Ctrl-C in the terminal must reach the test first.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot run sh: {error}"))?;
        let orders = child.stdin.take();
        let answers = child.stdout.take().expect("standard output is piped");
        Ok(Self(Mutex::new(Process {
            child,
            orders,
            answers: BufReader::new(answers),
        })))
    }

    pub(crate) fn order(&self, order: &str) -> String {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = String::new();
        let orders = process.orders.as_mut().expect("open until dropped");
        writeln!(orders, "{order}").expect("the watchdog listens");
        process
            .answers
            .read_line(&mut answer)
            .expect("the watchdog answers");
        answer.trim_end().to_owned()
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let process = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        process.orders = None;
        process.child.wait().ok();
    }
}
