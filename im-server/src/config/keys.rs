//! One typed source for every key: the struct that is read, its default, and its explanation.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};

/// One key of the configuration, as `config explain` prints it.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it means, one sentence or more, possibly over several lines.
    pub doc: &'static str,
    /// What may be written: `a number`, `an address such as …`.
    pub kind: &'static str,
    /// The default as TOML; `None`: not set.
    pub default: Option<String>,
    /// An example as TOML, where the default says too little.
    pub example: Option<&'static str>,
}

/// A table of the configuration that knows its own keys.
pub trait Section: Default {
    /// What the table is for.
    fn about() -> &'static str;
    /// Its keys in the order they are explained.
    fn keys() -> Vec<Key>;
}

/// A value that a key may have.
pub(crate) trait Setting {
    /// What may be written, in words.
    const KIND: &'static str;
    /// The value as TOML; `None`: not set.
    fn render(&self) -> Option<String>;
}

/// Makes a struct, its defaults and its explanation from one text.
macro_rules! keys {
    (
        $(#[doc = $about:expr])*
        pub struct $name:ident {
            $( $(#[doc = $doc:expr])* $key:ident : $type:ty = $default:expr $(, example $example:expr)? ; )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $key: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $key: $default, )* }
            }
        }

        impl $crate::config::Section for $name {
            fn about() -> &'static str {
                concat!($($about, "\n"),*)
            }
            fn keys() -> Vec<$crate::config::Key> {
                use $crate::config::keys::Setting;
                let defaults = Self::default();
                vec![ $( $crate::config::Key {
                    name: stringify!($key),
                    doc: concat!($($doc, "\n"),*),
                    kind: <$type as Setting>::KIND,
                    default: defaults.$key.render(),
                    example: $crate::config::keys::keys!(@example $($example)?),
                } ),* ]
            }
        }
    };
    (@example) => { None };
    (@example $example:expr) => { Some($example) };
}
pub(crate) use keys;

impl<T: Setting> Setting for Option<T> {
    const KIND: &'static str = T::KIND;
    fn render(&self) -> Option<String> {
        self.as_ref().and_then(Setting::render)
    }
}

macro_rules! plain {
    ($($type:ty => $kind:literal),* $(,)?) => {$(
        impl Setting for $type {
            const KIND: &'static str = $kind;
            fn render(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}
plain!(bool => "true or false", u16 => "a number", u32 => "a number", u64 => "a number", usize => "a number");

macro_rules! quoted {
    ($($type:ty => $kind:literal),* $(,)?) => {$(
        impl Setting for $type {
            const KIND: &'static str = $kind;
            fn render(&self) -> Option<String> {
                Some(toml::Value::String(self.to_string()).to_string())
            }
        }
    )*};
}
quoted!(
    String => "text",
    SocketAddr => "an address and port",
    IpAddr => "an address",
    url::Url => "an address (URL)",
);

impl Setting for PathBuf {
    const KIND: &'static str = "a path, relative to this file";
    fn render(&self) -> Option<String> {
        Some(toml::Value::String(self.display().to_string()).to_string())
    }
}

impl<T: Setting> Setting for Vec<T> {
    const KIND: &'static str = "a list";
    fn render(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(Setting::render).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}

/// What is said of a secret that is no text.
pub(super) const NO_SECRET: &str =
    "a password, a secret or a database's address is text; write it between quotes";

/// A secret in the configuration: never printed.
#[derive(Clone, Default)]
pub struct Secret(pub SecretString);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(from) {
            Ok(toml::Value::String(text)) => Ok(Self(text.into())),
            // The usual message would show the value.
            _ => Err(de::Error::custom(NO_SECRET)),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Setting for Secret {
    const KIND: &'static str = "text, never printed";
    fn render(&self) -> Option<String> {
        None
    }
}

/// A span of time: `"90s"`, `"5m"`, `"1h"`, `"7d"`, `"250ms"`, or a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl Period {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl std::str::FromStr for Period {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let wrong =
            || format!("{text:?} is no span of time; write such as \"90s\", \"5m\", \"1h\"");
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let factor = match unit.trim() {
            "ms" => return Ok(Self(Duration::from_millis(number))),
            "" | "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        let seconds = number.checked_mul(factor).ok_or_else(wrong)?;
        Ok(Self::seconds(seconds))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        if self.0.subsec_millis() > 0 {
            write!(f, "{}ms", self.0.as_millis())
        } else if seconds > 0 && seconds.is_multiple_of(86_400) {
            write!(f, "{}d", seconds / 86_400)
        } else if seconds > 0 && seconds.is_multiple_of(3_600) {
            write!(f, "{}h", seconds / 3_600)
        } else if seconds > 0 && seconds.is_multiple_of(60) {
            write!(f, "{}m", seconds / 60)
        } else {
            write!(f, "{seconds}s")
        }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Seconds(u64),
            Text(String),
        }
        match Written::deserialize(from) {
            Ok(Written::Seconds(seconds)) => Ok(Self::seconds(seconds)),
            Ok(Written::Text(text)) => text.parse().map_err(de::Error::custom),
            Err(_) => Err(de::Error::custom(
                "a span of time is written such as \"90s\", \"5m\", \"1h\"",
            )),
        }
    }
}

impl Setting for Period {
    const KIND: &'static str = "a span of time: \"90s\", \"5m\", \"1h\"";
    fn render(&self) -> Option<String> {
        Some(format!("\"{self}\""))
    }
}

/// An address or network: `127.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(pub ipnet::IpNet);

impl Network {
    /// Whether the address lies in the network; an IPv4 address in IPv6 clothes counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map(Self)
            .or_else(|_| text.parse::<IpAddr>().map(|one| Self(one.into())))
            .map_err(|_| {
                de::Error::custom(format!(
                    "{text:?} is no address; write such as \"127.0.0.1\" or \"10.0.0.0/8\""
                ))
            })
    }
}

impl Setting for Network {
    const KIND: &'static str = "an address or network";
    fn render(&self) -> Option<String> {
        let text = if self.0.prefix_len() == self.0.max_prefix_len() {
            self.0.addr().to_string()
        } else {
            self.0.to_string()
        };
        Some(format!("\"{text}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_what_it_writes() {
        for text in ["250ms", "90s", "5m", "1h", "7d", "0s"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("120".parse::<Period>().unwrap(), Period::seconds(120));
    }

    #[test]
    fn a_period_says_what_to_write_instead() {
        let error = "soon".parse::<Period>().unwrap_err();
        assert!(error.contains("\"5m\""), "{error}");
        assert!("99999999999999999999d".parse::<Period>().is_err());
        assert!("18446744073709551615d".parse::<Period>().is_err());
    }

    #[test]
    fn a_network_knows_mapped_addresses() {
        let network = Network("10.0.0.0/8".parse().unwrap());
        assert!(network.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!network.contains("11.0.0.1".parse().unwrap()));
    }
}
