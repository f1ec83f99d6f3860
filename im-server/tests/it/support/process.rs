//! The server as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::{Conf, Site};

/// The program that is tested.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_im-server"));
    command.env_remove("IM_LOG").env_remove("IM_CONFIG");
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// A server; it dies with the value.
pub struct Process {
    child: Child,
    pub base: String,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts `im-server serve` and waits until it listens.
    pub async fn start(conf: &Conf, file: &Path) -> Self {
        Self::start_with(conf, file, "info", &[]).await
    }

    /// With another log level.
    pub async fn start_logging(conf: &Conf, file: &Path, level: &str) -> Self {
        Self::start_with(conf, file, level, &[]).await
    }

    /// With further arguments.
    pub async fn start_with(conf: &Conf, file: &Path, level: &str, more: &[&str]) -> Self {
        std::fs::write(file, conf.text()).unwrap();
        let mut child = program()
            .args(["serve", "--config"])
            .arg(file)
            .args(more)
            .env("IM_LOG", level)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (tell, told) = tokio::sync::oneshot::channel();
        let seen = Arc::new(Mutex::new(String::new()));
        let keep = Arc::clone(&seen);
        // Reads to the end, so that the server never waits for its log to be read.
        std::thread::spawn(move || {
            let mut tell = Some(tell);
            for line in log.lines().map_while(Result::ok) {
                let entry: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
                let mut keep = keep.lock().unwrap();
                *keep += &line;
                keep.push('\n');
                if entry["message"] == "listening"
                    && let Some(tell) = tell.take()
                {
                    let _ = tell.send(entry["address"].as_str().unwrap().to_owned());
                }
            }
        });
        let address = tokio::time::timeout(Duration::from_secs(60), told)
            .await
            .expect("the server listens in time")
            .unwrap_or_else(|_| panic!("the server ended:\n{}", seen.lock().unwrap()));
        Self {
            child,
            base: format!("http://{address}"),
            log: seen,
        }
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn site(&self, path: &str) -> Site {
        Site::new(&self.base, path)
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits for the end; whether it ended well.
    pub async fn terminate(mut self) -> bool {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server does not stop");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
