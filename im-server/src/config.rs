//! The configuration: one TOML file, and errors that say what to write instead.

mod explain;
mod file;
mod keys;
mod limits;
mod log;
mod passwords;
mod place;
mod root;
mod secret;
mod sense;
mod site;
mod throttle;
mod warnings;

use std::fmt;
use std::path::{Path, PathBuf};

use im_core::Realm;
use ipnet::IpNet;

pub use self::explain::explain;
pub use self::keys::{Key, Network, Period, Secret, Section};
pub use self::limits::Limits;
pub use self::log::{Log, LogFormat};
pub use self::passwords::Passwords;
pub use self::root::Root;
pub use self::secret::Environment;
pub use self::site::{RealmOwnKeys, RoleKeys, SiteKeys};
pub use self::throttle::ThrottleKeys;

/// A configuration that was read and makes sense by itself; whether databases answer is not known yet.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where it came from; relative paths start in its folder.
    pub file: Option<PathBuf>,
    /// The keys before the first table.
    pub root: Root,
    /// `[limits]`.
    pub limits: Limits,
    /// `[throttle]`.
    pub throttle: ThrottleKeys,
    /// `[passwords]`.
    pub passwords: Passwords,
    /// `[log]`.
    pub log: Log,
    /// `[realm.NAME]`.
    pub realms: Vec<RealmBlock>,
    /// `[[site]]`, in the order of the file.
    pub sites: Vec<SiteKeys>,
    /// `[role.NAME]`.
    pub roles: Vec<(String, RoleKeys)>,
}

/// A `[realm.NAME]` block: the server's own keys, and those of the adapter.
#[derive(Debug, Clone)]
pub struct RealmBlock {
    /// Its name.
    pub name: Realm,
    /// Keys about how people see it.
    pub own: RealmOwnKeys,
    /// Keys for the adapter: system, database, prefix and others.
    pub adapter: im_auth::RealmConfig,
    /// The files its secrets came from, and the keys that name them.
    pub secret_files: Vec<(&'static str, PathBuf)>,
    /// The line it starts at.
    pub line: Option<usize>,
}

impl Config {
    /// Reads a file; secrets may also come from the process's environment.
    ///
    /// # Errors
    /// When the file cannot be read, or says something that makes no sense: every complaint at once.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let file = path.display();
            let advice = if error.kind() == std::io::ErrorKind::NotFound {
                format!("; `im-server config explain > {file}` writes one to start from, and `--config FILE` names another")
            } else {
                String::new()
            };
            let complaint = Complaint::new(format!("cannot be read: {error}{advice}"));
            ConfigError::new(path, vec![complaint])
        })?;
        Self::parse(&text, path, &Environment::of_process())
    }

    /// Reads a text that stands at `path`.
    ///
    /// # Errors
    /// When it says something that makes no sense: every complaint at once.
    pub fn parse(text: &str, path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        file::read(text, path, environment).map_err(|complaints| ConfigError::new(path, complaints))
    }

    /// A path of the configuration, which is relative to the file's folder.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        secret::resolve(self.file.as_deref(), path)
    }
}

/// `127.0.0.0/8` and `::1`.
fn loopback() -> Vec<Network> {
    [
        IpNet::new_assert([127, 0, 0, 0].into(), 8),
        IpNet::new_assert(std::net::Ipv6Addr::LOCALHOST.into(), 128),
    ]
    .map(Network)
    .into()
}

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line, if it is known.
    pub line: Option<usize>,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl Complaint {
    /// A complaint about the file as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }

    /// A complaint about a line.
    pub fn at(line: impl Into<Option<usize>>, message: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            message: message.into(),
        }
    }
}

/// Everything that is wrong with a configuration, one complaint a line.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    /// The complaints, in the order of the file as far as lines are known.
    pub complaints: Vec<Complaint>,
}

impl ConfigError {
    /// Complaints about a file.
    #[must_use]
    pub fn new(file: &Path, mut complaints: Vec<Complaint>) -> Self {
        complaints.sort_by_key(|complaint| complaint.line.unwrap_or(usize::MAX));
        Self {
            file: file.to_owned(),
            complaints,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.complaints.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", self.file.display())?;
            if let Some(line) = complaint.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": {}", complaint.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
