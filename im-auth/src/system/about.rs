//! What is said of a system without a database: for the list, for its page, and to recognise an installation.

use std::collections::BTreeMap;

use im_auth_sql::spec::{ConfigSpec, Status, SystemSpec};
use serde::{Deserialize, Serialize};

use crate::registry::Adapter;

/// What is said of a system: the same of one in code and of one that a file describes.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct About {
    /// What the configuration calls it.
    pub id: String,
    /// The product's name.
    pub name: String,
    /// `forum`, `cms`, `groupware`, `other`, `directory`, `custom`.
    pub category: String,
    /// Which versions it covers, for people.
    pub versions: String,
    /// `living`, `dead`, `closed`.
    pub status: String,
    /// `code`: an adapter of its own; `description`: a file.
    pub kind: &'static str,
    /// The databases that it is read from.
    pub engines: Vec<String>,
    /// What its tables begin with unless the owner chose otherwise.
    pub default_prefix: String,
    /// The formats of stored passwords that are verified.
    pub formats: Vec<String>,
    /// What is done to a typed password before it is hashed; each is tried.
    pub input: Vec<String>,
    /// The secret of an installation that some formats need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<AboutSecret>,
    /// Whether groups are read.
    pub groups: bool,
    /// Whether unread private messages are counted.
    pub unread: bool,
    /// The product's own configuration files, relative to its folder.
    pub config_files: Vec<String>,
    /// Where the facts come from.
    pub source: String,
    /// What they were last verified against.
    pub verified: String,
    /// What does not work, and what is not certain.
    pub limits: Vec<String>,
    /// How its configuration files are read.
    #[serde(skip)]
    pub configs: Vec<ConfigSpec>,
    /// The tables it reads, without prefix, and their columns where they are known.
    #[serde(skip)]
    pub tables: BTreeMap<String, Vec<String>>,
    /// All tables that an adapter in code reads, without prefix.
    #[serde(skip)]
    pub reads: Vec<String>,
    /// Those that it reads of some versions only.
    #[serde(skip)]
    pub reads_of_some: Vec<String>,
}

/// A secret of an installation.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct AboutSecret {
    /// What its owner calls it.
    pub name: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: String,
    /// Whether nothing works without it.
    pub required: bool,
    /// Whether a realm without it must say so: `secret = ""`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub must_be_said: bool,
}

/// What an adapter in code says beside itself, in its `about.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    versions: String,
    status: String,
    engines: Vec<String>,
    formats: Vec<String>,
    source: String,
    verified: String,
    limits: Vec<String>,
    groups: Option<bool>,
    unread: Option<bool>,
    tables: BTreeMap<String, Vec<String>>,
    reads: Vec<String>,
    reads_of_some: Vec<String>,
    config: Vec<ConfigSpec>,
}

impl About {
    pub(super) fn of_adapter(system: &Adapter) -> Self {
        // Constant texts, and a test reads every one.
        let written: Written = toml::from_str(system.about).unwrap_or_default();
        Self {
            id: system.id.to_owned(),
            name: system.name.to_owned(),
            category: system.category.to_owned(),
            versions: written.versions,
            status: written.status,
            kind: "code",
            engines: written.engines,
            default_prefix: system.default_prefix.to_owned(),
            formats: written.formats,
            groups: written.groups.unwrap_or(true),
            unread: written.unread.unwrap_or(true),
            config_files: files(&written.config),
            source: written.source,
            verified: written.verified,
            limits: written.limits,
            configs: written.config,
            tables: written.tables,
            reads: written.reads,
            reads_of_some: written.reads_of_some,
            ..Self::default()
        }
    }

    pub(super) fn of_spec(spec: &SystemSpec, category: &str) -> Self {
        let status = match spec.status() {
            Status::Dead => "dead",
            Status::Closed => "closed",
            _ => "living",
        };
        Self {
            id: spec.id().to_owned(),
            name: spec.name().to_owned(),
            category: category.to_owned(),
            versions: spec.versions().to_owned(),
            status: status.to_owned(),
            kind: "description",
            engines: spec
                .engines()
                .iter()
                .map(|engine| engine.name().to_owned())
                .collect(),
            default_prefix: spec.default_prefix().to_owned(),
            formats: spec
                .formats()
                .iter()
                .map(|rule| rule.text().to_owned())
                .collect(),
            input: spec.inputs().iter().map(ToString::to_string).collect(),
            secret: spec.secret().map(|secret| AboutSecret {
                name: secret.name.clone(),
                place: secret.place.clone(),
                required: secret.required,
                must_be_said: secret.unsaid == im_auth_sql::spec::Unsaid::Refuse,
            }),
            groups: spec.has_groups(),
            unread: spec.has_unread(),
            config_files: files(spec.configs()),
            source: spec.source().to_owned(),
            verified: spec.verified().to_owned(),
            limits: spec.limits().to_vec(),
            configs: spec.configs().to_vec(),
            tables: BTreeMap::new(),
            reads: Vec::new(),
            reads_of_some: Vec::new(),
        }
    }
}

/// The part of a description's text that says where the product keeps its database settings; `None` when it cannot be
/// read on its own.
#[cfg(all(feature = "detect", feature = "described"))]
pub(super) fn configs(text: &str) -> Option<Vec<ConfigSpec>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Several(Vec<ConfigSpec>),
        One(Box<ConfigSpec>),
    }
    #[derive(Deserialize)]
    struct Part {
        config: Option<Written>,
    }
    let mut inside = false;
    let mut part = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.starts_with("[config") || line.starts_with("[[config");
        }
        if inside {
            part.push_str(line);
            part.push('\n');
        }
    }
    Some(match toml::from_str::<Part>(&part).ok()?.config {
        Some(Written::Several(several)) => several,
        Some(Written::One(one)) => vec![*one],
        None => Vec::new(),
    })
}

fn files(configs: &[ConfigSpec]) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for file in configs.iter().flat_map(ConfigSpec::files) {
        if !files.contains(file) {
            files.push(file.clone());
        }
    }
    files
}
