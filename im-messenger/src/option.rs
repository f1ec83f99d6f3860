//! Options: one typed table with documentation, defaults and bounds. A site sets them, a role overrides those it may.

mod value;

use std::fmt;
use std::time::Duration;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use value::Kind;
pub use value::{NewcomersExternal, NewcomersLocal, OptionValue};

/// One line of the table: what an option means and what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionDoc {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it does.
    pub doc: String,
    /// What may be written, such as `a whole number` or `at_once, approval or never`.
    pub takes: String,
    /// Its value when nobody sets it, as it would be written.
    pub default: String,
    /// The least and the greatest, as they would be written, for numbers and durations.
    pub bounds: Option<(String, String)>,
    /// Whether a role may override it for its users.
    pub role_may_override: bool,
}

/// An option is unknown or its value does not fit. `Display` says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// No such option.
    #[error("unknown option `{name}`{}", suggest(.suggestion.as_deref()))]
    Unknown {
        /// As written.
        name: String,
        /// The option that was probably meant.
        suggestion: Option<String>,
    },
    /// The value is of the wrong kind or out of bounds.
    #[error("option `{name}` {problem}")]
    Value {
        /// The option.
        name: &'static str,
        /// What is wrong, and what it takes.
        problem: String,
    },
    /// A role cannot override it.
    #[error(
        "option `{name}` holds for a whole site; a role may override only {}",
        overridable()
    )]
    NotForRoles {
        /// The option.
        name: &'static str,
    },
}

fn suggest(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("; did you mean `{name}`?"),
        None => format!("; the options are {}", names(|_| true)),
    }
}

fn overridable() -> String {
    names(|option| option.role_may_override)
}

fn names(which: impl Fn(&OptionDoc) -> bool) -> String {
    let names: Vec<_> = Options::table()
        .into_iter()
        .filter(|option| which(option))
        .map(|option| format!("`{}`", option.name))
        .collect();
    names.join(", ")
}

macro_rules! options {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr, $bounds:expr, role: $role:literal;)+) => {
        /// What a site, or a role on top of it, allows.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Options {
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        /// What a role changes of a site's options.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct OptionOverrides {
            $($(#[doc = $doc])+ pub $name: Option<$type>,)+
        }

        impl Default for Options {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Options {
            /// The table of all options, in the order of the documentation.
            #[must_use]
            pub fn table() -> Vec<OptionDoc> {
                vec![$(OptionDoc {
                    name: stringify!($name),
                    doc: [$($doc.trim()),+].join(" "),
                    takes: <$type as Kind>::takes(),
                    default: <$type as Kind>::show(&$default),
                    bounds: <$type as Kind>::show_bounds(&$bounds),
                    role_may_override: $role,
                },)+]
            }

            /// Sets one option by its name.
            ///
            /// # Errors
            /// When there is no such option or the value does not fit.
            pub fn set(&mut self, name: &str, value: &OptionValue) -> Result<(), OptionError> {
                match name {
                    $(stringify!($name) => {
                        self.$name = <$type as Kind>::parse(value, &$bounds)
                            .map_err(|problem| OptionError::Value { name: stringify!($name), problem })?;
                    })+
                    _ => return Err(unknown(name)),
                }
                Ok(())
            }

            /// These options with a role's on top.
            #[must_use]
            pub fn overridden_by(&self, role: &OptionOverrides) -> Self {
                Self { $($name: role.$name.clone().unwrap_or_else(|| self.$name.clone()),)+ }
            }
        }

        impl OptionOverrides {
            /// Sets one option by its name.
            ///
            /// # Errors
            /// When there is no such option, a role may not override it, or the value does not fit.
            pub fn set(&mut self, name: &str, value: &OptionValue) -> Result<(), OptionError> {
                match name {
                    $(stringify!($name) => {
                        if !$role {
                            return Err(OptionError::NotForRoles { name: stringify!($name) });
                        }
                        self.$name = Some(<$type as Kind>::parse(value, &$bounds)
                            .map_err(|problem| OptionError::Value { name: stringify!($name), problem })?);
                    })+
                    _ => return Err(unknown(name)),
                }
                Ok(())
            }
        }
    };
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

options! {
    /// How many contacts a user may have: accepted ones, and their own requests that wait for an answer.
    max_contacts: u32 = 200, 0..=100_000, role: true;
    /// How many users may be connected at once.
    max_connected: u32 = 1_000, 1..=1_000_000, role: true;
    /// What happens to somebody without an account of their own here: `at_once` makes one at their first sign-in,
    /// `register` lets them register, `approval` lets them register and an administrator approve, `never` turns them away.
    newcomers_local: NewcomersLocal = NewcomersLocal::Register, (), role: false;
    /// What happens at the first sign-in of somebody with an account in a foreign system: `at_once` lets them in,
    /// `approval` makes them wait for an administrator, `never` turns them away.
    newcomers_external: NewcomersExternal = NewcomersExternal::AtOnce, (), role: false;
    /// The shortest password for new accounts of the messenger's own.
    password_min_chars: u32 = 8, 1..=128, role: false;
    /// How many characters a message may have.
    message_max_chars: u32 = 4_000, 1..=20_000, role: true;
    /// On how many devices an account may be signed in; one more ends the session that was used least recently.
    max_sessions: u32 = 20, 1..=1_000, role: true;
    /// How long a session lasts after it was last used.
    session_ttl: Duration = seconds(14 * DAY), seconds(MINUTE)..=seconds(400 * DAY), role: true;
    /// How long a session lasts at most, however much it is used.
    session_max_ttl: Duration = seconds(90 * DAY), seconds(MINUTE)..=seconds(3_650 * DAY), role: true;
    /// How long events are kept for devices that were away. Sites that share a store: set it alike.
    event_retention: Duration = seconds(7 * DAY), seconds(HOUR)..=seconds(90 * DAY), role: false;
    /// How long messages are kept; `none` keeps them for ever. Never shorter than `event_retention`. Sites that share a
    /// store: set it alike; the longest of one process counts.
    history_retention: Option<Duration> = None, seconds(DAY)..=seconds(36_500 * DAY), role: false;
    /// How often the standing of connected members is re-checked where their account comes from.
    standing_interval: Duration = seconds(60), seconds(1)..=seconds(DAY), role: false;
    /// End sessions whose standing could not be checked for this long; `none` never does.
    standing_grace: Option<Duration> = None, seconds(MINUTE)..=seconds(365 * DAY), role: false;
}

fn unknown(name: &str) -> OptionError {
    let suggestion = Options::table()
        .into_iter()
        .map(|option| (strsim::damerau_levenshtein(name, option.name), option.name))
        .filter(|(distance, option)| *distance <= option.len() / 3)
        .min()
        .map(|(_, option)| option.to_owned());
    OptionError::Unknown {
        name: name.to_owned(),
        suggestion,
    }
}

struct TableVisitor<T>(T);

macro_rules! deserialize_by_name {
    ($type:ty) => {
        impl<'de> Visitor<'de> for TableVisitor<$type> {
            type Value = $type;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of options")
            }

            fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<$type, A::Error> {
                while let Some(name) = map.next_key::<String>()? {
                    let value: OptionValue = map.next_value()?;
                    self.0.set(&name, &value).map_err(de::Error::custom)?;
                }
                Ok(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(TableVisitor(Self::default()))
            }
        }
    };
}
deserialize_by_name!(Options);
deserialize_by_name!(OptionOverrides);
