//! Where log lines go: standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Starts logging. The environment variable `IM_LOG` counts before the configuration.
///
/// # Errors
/// When the level cannot be understood.
pub fn init(log: &Log) -> Result<(), String> {
    let level = std::env::var("IM_LOG").unwrap_or_else(|_| log.level.clone());
    let filter = EnvFilter::try_new(&level)
        .map_err(|error| format!("the log level {level:?} makes no sense: {error}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first one's log.
    let _ = match log.format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init(),
    };
    Ok(())
}
