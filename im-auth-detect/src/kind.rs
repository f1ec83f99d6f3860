//! The languages that configuration files are written in.

use std::fmt;
use std::path::Path;

/// The language of a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A PHP program that sets constants, variables, arrays or classes.
    Php,
    /// `NAME=value` lines as a shell, Laravel and Symfony read them.
    Env,
    /// YAML, also with the ERB tags of Ruby on Rails.
    Yaml,
    /// XML without a document type.
    Xml,
    /// Sections in brackets with `key = value` lines.
    Ini,
    /// JSON, also behind a PHP guard line.
    Json,
    /// TOML.
    Toml,
    /// `key = value` or `key: value` lines without sections.
    KeyValue,
}

impl Kind {
    /// The language a file of this name is written in; `None` if the name does not tell.
    pub fn guess(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        if name == ".env"
            || (name.starts_with(".env.") && !name.ends_with(".php"))
            || name.ends_with(".env")
        {
            return Some(Self::Env);
        }
        // Matomo and others: an INI file that a web server would rather run than show.
        if name.ends_with(".ini.php") {
            return Some(Self::Ini);
        }
        match name.rsplit_once('.')?.1 {
            "php" | "php3" | "php4" | "php5" | "phtml" | "inc" => Some(Self::Php),
            "yml" | "yaml" => Some(Self::Yaml),
            "xml" => Some(Self::Xml),
            "ini" => Some(Self::Ini),
            "json" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            "conf" | "cfg" | "properties" => Some(Self::KeyValue),
            _ => None,
        }
    }

    /// The language by the name a description gives it: `php`, `env`, `yaml`, `xml`, `ini`, `json`, `toml`, `key-value`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "php" => Self::Php,
            "env" => Self::Env,
            "yaml" => Self::Yaml,
            "xml" => Self::Xml,
            "ini" => Self::Ini,
            "json" => Self::Json,
            "toml" => Self::Toml,
            "key-value" => Self::KeyValue,
            _ => return None,
        })
    }

    /// The name that [`from_name`](Kind::from_name) understands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Php => "php",
            Self::Env => "env",
            Self::Yaml => "yaml",
            Self::Xml => "xml",
            Self::Ini => "ini",
            Self::Json => "json",
            Self::Toml => "toml",
            Self::KeyValue => "key-value",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Php => "PHP",
            Self::Env => ".env",
            Self::Yaml => "YAML",
            Self::Xml => "XML",
            Self::Ini => "INI",
            Self::Json => "JSON",
            Self::Toml => "TOML",
            Self::KeyValue => "key-value",
        })
    }
}
