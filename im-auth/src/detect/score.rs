//! How much tells that what lies in a folder is one product and not another.

use std::path::Path;

use im_auth_detect::ConfigFile;
use im_auth_sql::spec::{ConfigSpec, ConfigValue};

use super::config_file::Files;
use super::installation::address;
use super::setting::Setting;
use super::weights::Weights;
use crate::System;

/// How distinctive files, keys and texts are.
pub(super) struct Signs<'a> {
    files: Weights<&'a str>,
    keys: Weights<&'a str>,
    texts: Weights<&'a str>,
}

impl<'a> Signs<'a> {
    pub(super) fn of(entries: &'a [(System, ConfigSpec)]) -> Self {
        let configs = || entries.iter().map(|(_, config)| config);
        Self {
            files: Weights::of(configs().flat_map(|config| config.files().iter().map(|f| &**f))),
            keys: Weights::of(configs().flat_map(keys)),
            texts: Weights::of(configs().flat_map(|config| config.contains().iter().map(|t| &**t))),
        }
    }
}

fn keys(config: &ConfigSpec) -> impl Iterator<Item = &str> {
    [
        config.driver(),
        config.host(),
        config.port(),
        config.socket(),
        config.database(),
        config.user(),
        config.password(),
        config.prefix(),
        address(config),
        config.secret(),
    ]
    .into_iter()
    .flatten()
    .filter_map(ConfigValue::key)
}

/// How much tells that a file is this product's.
pub(super) fn score(
    config: &ConfigSpec,
    name: &str,
    file: &ConfigFile,
    version: Option<&str>,
    signs: &Signs<'_>,
) -> f64 {
    let mut score = 2.0 * signs.files.of_sign(name);
    for text in config.contains() {
        score += 0.2 + 2.0 * signs.texts.of_sign(&**text);
    }
    for key in keys(config) {
        if file.has(key).unwrap_or(false) {
            score += 0.2 + signs.keys.of_sign(key);
        }
    }
    // Without these a file is hardly the product's.
    for needed in [config.host(), config.user(), config.password()] {
        if needed.is_some_and(|value| Setting::read(file, value).is_none()) {
            score -= 2.0;
        }
    }
    // A kind of database that the product does not know is another product's.
    if address(config).is_none()
        && let Some(word) = config
            .driver()
            .and_then(|driver| Setting::read(file, driver))
        && let Some(word) = word.non_empty()
        && config.engine_of(word).is_none()
    {
        score -= 2.0;
    }
    score
        + match (version, config.versions()) {
            (Some(_), Some(_)) => 5.0,
            (Some(_), None) => 2.0,
            (None, _) => 0.0,
        }
}

/// The PHP packages of a folder, by which products with the same configuration file are told apart.
pub(super) struct Packages(Vec<String>);

impl Packages {
    pub(super) fn read(files: &mut Files, path: &Path) -> Self {
        let folder = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        let Ok(folder) = folder.canonicalize() else {
            return Self(Vec::new());
        };
        let manifest = folder.join("composer.json");
        if manifest.symlink_metadata().is_err() {
            return Self(Vec::new());
        }
        let Some(read) = files.read(&folder, &manifest, None, false) else {
            return Self(Vec::new());
        };
        let mut names = read.entries("require").unwrap_or_default();
        if let Ok(Some(name)) = read.get("name") {
            names.extend(name.text().map(|text| text.to_string()));
        }
        Self(names)
    }

    /// Whether one of them is by the makers of a system: `contao/manager-bundle`, `kimai/kimai`.
    pub(super) fn tell_of(&self, id: &str) -> f64 {
        let stem = id.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
        let known = self.0.iter().any(|name| {
            let (vendor, package) = name.split_once('/').unwrap_or((name, ""));
            vendor == stem || package == stem
        });
        match known {
            // A part of most of the others too.
            true if matches!(stem, "symfony" | "laravel") => 1.0,
            true => 5.0,
            false => 0.0,
        }
    }
}
