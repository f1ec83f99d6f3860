//! A process that starts a server and is killed.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use im_testkit::MariaDb;
use libtest_mimic::Failed;
use tokio::runtime::Runtime;

/// With this in its environment, the test binary holds a server and says where, instead of testing.
const HOLD: &str = "IM_TESTKIT_HOLD_A_SERVER";

/// Whether this process was started to be killed.
pub(crate) fn is_victim() -> bool {
    std::env::var_os(HOLD).is_some()
}

/// Starts a server, prints its socket, and waits.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
pub(crate) fn hold_a_server() -> ! {
    Runtime::new().unwrap().block_on(async {
        let server = MariaDb::shared().await;
        let database = server.create_database("latin1", "latin1_swedish_ci").await;
        println!("{}", database.socket().display());
        std::future::pending().await
    })
}

/// The server and its folder are gone soon after SIGKILL, which lets nothing run in the process that started it.
pub(crate) fn the_server_ends_with_a_killed_process() -> Result<(), Failed> {
    let mut victim = Command::new(std::env::current_exe()?)
        .env(HOLD, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(victim.stdout.take().unwrap()).read_line(&mut line)?;
    let socket = PathBuf::from(line.trim_end());
    assert!(UnixStream::connect(&socket).is_ok(), "{line:?} answers");
    victim.kill()?;
    victim.wait()?;
    let folder = socket.parent().unwrap();
    Runtime::new()?.block_on(async {
        for _ in 0..1_000 {
            if !folder.exists() {
                assert!(UnixStream::connect(&socket).is_err());
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(format!("{} is still there after ten seconds", folder.display()).into())
    })
}
