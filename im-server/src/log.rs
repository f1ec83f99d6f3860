//! Where log lines go: standard error.

use tracing::Level;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// Starts logging. The environment variable `IM_LOG` counts before the configuration.
///
/// # Errors
/// When the level cannot be understood.
pub fn init(log: &Log) -> Result<(), String> {
    let level = std::env::var("IM_LOG").unwrap_or_else(|_| log.level.clone());
    let filter = EnvFilter::try_new(&level)
        .map_err(|error| format!("the log level {level:?} makes no sense: {error}"))?;
    // What libraries say in detail holds bytes of the wire: tokens and messages, whatever level is asked for.
    let ours =
        filter_fn(|about| about.target().starts_with("im_") || *about.level() <= Level::INFO);
    let layer = fmt::layer().with_writer(std::io::stderr);
    let layer = match log.format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    // A second start in one process, as in tests, keeps the first one's log.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(filter.and(ours)))
        .try_init();
    Ok(())
}
