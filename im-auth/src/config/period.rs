//! Spans of time, as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// A span of time: `"2s"`, `"500ms"`, `"1m"`, or a number of seconds.
///
/// ```
/// use std::time::Duration;
/// use im_auth::{Period, RealmConfig};
///
/// let mut config = RealmConfig::new("phpbb2", "mysql://im_ro@127.0.0.1/forum");
/// config.query_timeout = Some(Duration::from_millis(500).into());
/// assert_eq!("500ms".parse(), Ok(Period(Duration::from_millis(500))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl From<Duration> for Period {
    fn from(span: Duration) -> Self {
        Self(span)
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let wrong = || {
            InvalidPeriod(format!(
                "{text:?} is no span of time; write such as \"2s\", \"500ms\", \"1m\""
            ))
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let milliseconds = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" | "min" => 60_000,
            _ => return Err(wrong()),
        };
        let span = Duration::from_millis(number.checked_mul(milliseconds).ok_or_else(wrong)?);
        if span.is_zero() || span > Duration::from_hours(1) {
            return Err(InvalidPeriod(format!(
                "{text:?} must be between 1 ms and 1 hour"
            )));
        }
        Ok(Self(span))
    }
}

/// A text that is no [`Period`]: says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPeriod(String);

impl fmt::Display for InvalidPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPeriod {}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Seconds(u64),
            Text(String),
        }
        let text = match Written::deserialize(from) {
            Ok(Written::Seconds(seconds)) => format!("{seconds}s"),
            Ok(Written::Text(text)) => text,
            Err(_) => {
                return Err(de::Error::custom(
                    "a span of time is written such as \"2s\", \"500ms\", \"1m\"",
                ));
            }
        };
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read() {
        for (text, milliseconds) in [("500ms", 500), ("2s", 2_000), ("7", 7_000), ("1m", 60_000)] {
            assert_eq!(
                text.parse(),
                Ok(Period(Duration::from_millis(milliseconds)))
            );
        }
        for text in [
            "",
            "0",
            "0s",
            "2h",
            "soon",
            "-1s",
            "61m",
            "99999999999999999999s",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text:?}");
        }
    }
}
