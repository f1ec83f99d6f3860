//! `[log]`: what is written, and how.

use serde::Deserialize;

use super::keys::{Setting, keys};

keys! {
    /// What is logged to standard error. Passwords, hashes, tokens and messages never are.
    pub struct Log {
        /// How much: `error`, `warn`, `info`, `debug`, `trace`, or per part: `info,im_messenger=debug`. The
        /// environment variable IM_LOG overrides it.
        level: String = "info".into();
        /// `text` for people or `json` for collectors.
        format: LogFormat = LogFormat::Text;
        /// One line per request (method, route, status, time, client address).
        requests: bool = true;
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Setting for LogFormat {
    const KIND: &'static str = "\"text\" or \"json\"";
    fn render(&self) -> Option<String> {
        Some(match self {
            Self::Text => "\"text\"".into(),
            Self::Json => "\"json\"".into(),
        })
    }
}
