//! Which product lies in a folder, by its own configuration file.

use std::path::{Path, PathBuf};

use im_auth_detect::{ConfigFile, Kind};
use im_auth_sql::spec::{ConfigSpec, VersionFile};
use im_core::AuthError;

use super::config_file::Files;
use super::installation::{Installation, address, read};
use super::score::{Packages, Signs, score};
use super::setting::Setting;
use super::version;
use crate::{System, systems};

/// What was found in a folder.
#[derive(Debug)]
#[non_exhaustive]
pub struct Folder {
    /// The installations, the likeliest first. Several share one configuration file where it does not tell them apart:
    /// the database does.
    pub installations: Vec<Installation>,
    /// Files that could not be read.
    pub problems: Vec<Problem>,
    /// The names of all files that were looked for.
    pub looked_for: Vec<String>,
}

/// A file that could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Problem {
    /// Its path.
    pub path: PathBuf,
    /// Why, without anything that is in it.
    pub what: String,
}

/// Looks for the configuration files of every known product in a folder, or at a file that is one.
///
/// # Errors
/// When there is no such folder or file, or it may not be read.
pub fn look_in(path: &Path) -> Result<Folder, AuthError> {
    let mut files = Files::new(path).map_err(|error| {
        AuthError::configuration("the folder cannot be read")
            .with("folder", path.display().to_string())
            .with_source(error)
    })?;
    let mut entries = Vec::new();
    for system in systems() {
        for config in system.configs()? {
            entries.push((system.clone(), config));
        }
    }
    let signs = Signs::of(&entries);
    let mut installations = Vec::new();
    for (system, config) in &entries {
        if let Some(found) = look_for(&mut files, system, config, &signs) {
            installations.push(found);
        }
    }
    let packages = Packages::read(&mut files, path);
    for found in &mut installations {
        found.score += packages.tell_of(found.system.id());
    }
    rank(&mut installations);
    let mut looked_for: Vec<String> = Vec::new();
    for file in entries.iter().flat_map(|(_, config)| config.files()) {
        if !looked_for.contains(file) {
            looked_for.push(file.clone());
        }
    }
    let problems = std::mem::take(&mut files.problems);
    Ok(Folder {
        installations,
        problems: problems
            .into_iter()
            .map(|(path, what)| Problem {
                path: files.shown(&path),
                what,
            })
            .collect(),
        looked_for,
    })
}

/// The best first; of one system only the best; living products before dead ones.
fn rank(installations: &mut Vec<Installation>) {
    let living = |found: &Installation| {
        found
            .system
            .about()
            .is_ok_and(|about| about.status == "living")
    };
    installations.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| living(b).cmp(&living(a)))
    });
    let mut seen: Vec<String> = Vec::new();
    installations.retain(|found| {
        let id = found.system.id();
        let new = !seen.iter().any(|known| known == id);
        if new {
            seen.push(id.to_owned());
        }
        new
    });
}

/// The installation, if one of the description's files is there and is what it says.
fn look_for(
    files: &mut Files,
    system: &System,
    config: &ConfigSpec,
    signs: &Signs<'_>,
) -> Option<Installation> {
    config.files().iter().find_map(|name| {
        let (folder, path) = files.place(name)?;
        let mut file = files.read(&folder, &path, config.format(), false)?;
        if !config.contains().iter().all(|text| file.contains(text)) {
            return None;
        }
        let has = |file: &ConfigFile| {
            [address(config), config.database()]
                .into_iter()
                .flatten()
                .any(|value| Setting::read(file, value).is_some())
        };
        if !has(&file) && file.kind() == Kind::Php {
            // Some installations keep their settings in a file that this one includes.
            file = files.read(&folder, &path, config.format(), true)?;
        }
        // Where no text tells the file from others, everything that the product has in it must be there.
        let whole = !config.contains().is_empty()
            || [config.host(), config.user(), config.password()]
                .into_iter()
                .flatten()
                .all(|value| Setting::read(&file, value).is_some());
        if !has(&file) || !whole {
            return None;
        }
        let version = installed_version(files, &folder, config);
        if let (Some(range), Some(version)) = (config.versions(), &version)
            && !version::fits(range, version)
        {
            return None;
        }
        let mut found = read(files, system, config, &folder, &path, &file);
        found.score = score(config, name, &file, version.as_deref(), signs);
        found.version = version.as_deref().and_then(version::shown);
        Some(found)
    })
}

fn installed_version(files: &mut Files, folder: &Path, config: &ConfigSpec) -> Option<String> {
    let VersionFile { file, key, .. } = config.version()?;
    let path = folder.join(file);
    path.symlink_metadata().ok()?;
    // Drupal's `.module` files and the like are PHP too.
    let kind = Kind::guess(&path).is_none();
    let format = kind.then_some(im_auth_sql::spec::ConfigFormat::Php);
    let read = files.read(folder, &path, format, false)?;
    let text = read.get(key).ok().flatten()?.text()?;
    Some(text.to_string()).filter(|text| text.contains(|c: char| c.is_ascii_digit()))
}
