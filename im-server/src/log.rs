//! Where log lines go: standard error.

use std::io::IsTerminal as _;

use tracing::Level;
use tracing_subscriber::filter::filter_fn;
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
    check_level(&level)?;
    let filter = EnvFilter::try_new(&level).map_err(|_| no_level(&level))?;
    // What libraries say in detail holds bytes of the wire: tokens and messages, whatever level is asked for.
    let ours =
        filter_fn(|about| about.target().starts_with("im_") || *about.level() <= Level::INFO);
    // Colours are for people; in a file or a journal they are noise.
    let layer = fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let layer = match log.format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    // Filters of the whole log, not of its one layer: a layer's own filter forgets a span now and then, after a library
    // asked whether it may log, and with it goes the request's id. A second start in one process, as in tests, keeps the
    // first one's log.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(ours)
        .with(layer)
        .try_init();
    Ok(())
}

fn no_level(level: &str) -> String {
    format!(
        "the log level {level:?} makes no sense; write `error`, `warn`, `info`, `debug` or `trace`, or such as \
         `info,im_messenger=debug`"
    )
}

/// Whether a level can be understood. A lonely word that is none would name a part of the program, and silence all others.
///
/// # Errors
/// What to write instead.
pub(crate) fn check_level(level: &str) -> Result<(), String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let makes_sense = level.split(',').all(|part| {
        let word = part.rsplit_once('=').map_or(part, |(_, word)| word).trim();
        LEVELS.contains(&word.to_ascii_lowercase().as_str())
    });
    if makes_sense && EnvFilter::try_new(level).is_ok() {
        return Ok(());
    }
    Err(no_level(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_one_or_says_what_to_write() {
        for level in [
            "info",
            "WARN",
            "info,im_messenger=debug",
            "off",
            "im_server::access=warn, info",
        ] {
            assert!(check_level(level).is_ok(), "{level}");
        }
        for level in [
            "",
            "inf",
            "verbose",
            "im_messenger",
            "info;debug",
            "im_server=loud",
        ] {
            let error = check_level(level).expect_err(level);
            assert!(error.contains("`info`"), "{error}");
        }
    }
}
