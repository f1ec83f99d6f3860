//! What is logged while a case runs, at the most talkative level.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::sync::MutexGuard;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::Failure;

/// Whether events are kept at all.
static LISTENING: AtomicBool = AtomicBool::new(false);
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// One case listens at a time; what others log meanwhile is heard, too, and must be as clean.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Keeps everything that is logged in this process until it ends.
pub(crate) struct Capture {
    _turn: MutexGuard<'static, ()>,
}

/// Starts to listen.
pub(crate) async fn capture() -> Result<Capture, Failure> {
    let turn = TURN.lock().await;
    install()?;
    log().clear();
    LISTENING.store(true, Ordering::SeqCst);
    tracing::trace!(target: "im_testkit", "listening");
    if log().is_empty() {
        return Err(Failure::new("nothing that is logged can be heard"));
    }
    Ok(Capture { _turn: turn })
}

impl Capture {
    /// What was logged.
    pub(crate) fn end(self) -> String {
        LISTENING.store(false, Ordering::SeqCst);
        String::from_utf8_lossy(&std::mem::take(&mut *log())).into_owned()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        LISTENING.store(false, Ordering::SeqCst);
    }
}

/// Threads other than the case's log too, so the subscriber is the process's own.
fn install() -> Result<(), Failure> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = *INSTALLED.get_or_init(|| {
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(|| Writer)
            .with_filter(dynamic_filter_fn(|_, _| LISTENING.load(Ordering::SeqCst)));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::set_global_default(subscriber).is_ok()
    });
    if installed {
        Ok(())
    } else {
        Err(Failure::new(
            "somebody else has installed a tracing subscriber in this process",
        ))
    }
}

fn log() -> std::sync::MutexGuard<'static, Vec<u8>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        log().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
