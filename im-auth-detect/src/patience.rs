//! A limit for the time that a file may take.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use crate::error::ReadError;

/// How long a file may take. Real ones take a few milliseconds, and the worst ones reach another limit within a second;
/// this is for what nobody thought of, and long enough for a machine that is busy with other work.
const PATIENCE: Duration = Duration::from_secs(5);

/// The PHP parser recurses 512 deep at most and the evaluation 600; both fit in unoptimised builds.
const STACK: usize = 64 * 1024 * 1024;

/// Does the work on a thread of its own: its stack is as large as the worst file needs, a panic of a parser is an
/// error, and a file that takes too long is given up. The thread then ends by itself, for everything it does is bounded.
pub(crate) fn within<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    let (answer, result) = mpsc::sync_channel(1);
    let work = move || {
        // Nobody listens any more when it took too long.
        let _ = answer.send(work());
    };
    std::thread::Builder::new()
        .name("config-reader".into())
        .stack_size(STACK)
        .spawn(work)
        .map_err(|source| ReadError::Io {
            path: PathBuf::from("a thread"),
            source,
        })?;
    match result.recv_timeout(PATIENCE) {
        Ok(read) => read,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(ReadError::TooComplex {
            what: "its parsing takes too long",
        }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(ReadError::TooComplex {
            what: "the parser gave up on it",
        }),
    }
}
