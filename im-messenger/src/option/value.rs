//! The kinds of values an option can take, and how they are written.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

/// A value as written in the configuration, before its option gives it a meaning.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// `3`
    Int(i64),
    /// `true`
    Bool(bool),
    /// `"at_once"`, `"7d"`
    Text(String),
    /// `1.5`
    Float(f64),
}

impl From<i64> for OptionValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for OptionValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// How a type of option is read, written and bounded.
pub(super) trait Kind: Sized {
    type Bounds;
    fn takes() -> String;
    fn show(&self) -> String;
    fn show_bounds(bounds: &Self::Bounds) -> Option<(String, String)>;
    /// The error completes the sentence "option `x` …".
    fn parse(value: &OptionValue, bounds: &Self::Bounds) -> Result<Self, String>;
}

impl Kind for u32 {
    type Bounds = RangeInclusive<u32>;

    fn takes() -> String {
        "a whole number".into()
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn show_bounds(bounds: &Self::Bounds) -> Option<(String, String)> {
        Some((bounds.start().to_string(), bounds.end().to_string()))
    }

    fn parse(value: &OptionValue, bounds: &Self::Bounds) -> Result<Self, String> {
        let wanted = || {
            format!(
                "takes a whole number from {} to {}",
                bounds.start(),
                bounds.end()
            )
        };
        let OptionValue::Int(number) = value else {
            return Err(wanted());
        };
        u32::try_from(*number)
            .ok()
            .filter(|number| bounds.contains(number))
            .ok_or_else(wanted)
    }
}

impl Kind for Duration {
    type Bounds = RangeInclusive<Duration>;

    fn takes() -> String {
        "a duration such as \"90s\", \"15m\", \"12h\", \"7d\", or seconds".into()
    }

    fn show(&self) -> String {
        let seconds = self.as_secs();
        for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
            if seconds >= length && seconds.is_multiple_of(length) {
                return format!("{}{unit}", seconds / length);
            }
        }
        format!("{seconds}s")
    }

    fn show_bounds(bounds: &Self::Bounds) -> Option<(String, String)> {
        Some((bounds.start().show(), bounds.end().show()))
    }

    fn parse(value: &OptionValue, bounds: &Self::Bounds) -> Result<Self, String> {
        let duration = match value {
            OptionValue::Int(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
            OptionValue::Text(text) => parse_duration(text),
            _ => None,
        };
        duration
            .filter(|duration| bounds.contains(duration))
            .ok_or_else(|| {
                format!(
                    "takes {}, from {} to {}",
                    Self::takes(),
                    bounds.start().show(),
                    bounds.end().show()
                )
            })
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let length = match unit.trim() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    number.checked_mul(length).map(Duration::from_secs)
}

impl Kind for Option<Duration> {
    type Bounds = RangeInclusive<Duration>;

    fn takes() -> String {
        format!("{}, or \"none\"", Duration::takes())
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "none".into(), Kind::show)
    }

    fn show_bounds(bounds: &Self::Bounds) -> Option<(String, String)> {
        Duration::show_bounds(bounds)
    }

    fn parse(value: &OptionValue, bounds: &Self::Bounds) -> Result<Self, String> {
        match value {
            OptionValue::Text(text) if text == "none" => Ok(None),
            other => Duration::parse(other, bounds)
                .map(Some)
                .map_err(|problem| format!("{problem}, or \"none\"")),
        }
    }
}

macro_rules! words {
    ($(#[doc = $doc:literal])+ $type:ident { $($(#[doc = $word_doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[doc = $word_doc])+ $variant,)+
        }

        impl Kind for $type {
            type Bounds = ();

            fn takes() -> String {
                [$(concat!("\"", $word, "\"")),+].join(" or ")
            }

            fn show(&self) -> String {
                match self { $(Self::$variant => $word,)+ }.into()
            }

            fn show_bounds((): &()) -> Option<(String, String)> {
                None
            }

            fn parse(value: &OptionValue, (): &()) -> Result<Self, String> {
                match value {
                    OptionValue::Text(text) => match text.as_str() {
                        $($word => Ok(Self::$variant),)+
                        _ => Err(format!("takes {}", Self::takes())),
                    },
                    _ => Err(format!("takes {}", Self::takes())),
                }
            }
        }
    };
}

words! {
    /// How one comes by an account of the messenger's own.
    NewcomersLocal {
        /// By signing in with a new name.
        AtOnce = "at_once",
        /// By registering.
        Register = "register",
        /// By registering; an administrator approves.
        Approval = "approval",
        /// Only an administrator makes accounts.
        Never = "never",
    }
}

words! {
    /// How somebody with an account in a foreign system comes in for the first time.
    NewcomersExternal {
        /// By signing in.
        AtOnce = "at_once",
        /// By signing in; an administrator approves.
        Approval = "approval",
        /// Not at all: only who is known here already may come in.
        Never = "never",
    }
}
