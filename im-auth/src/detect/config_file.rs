//! The configuration files of one folder, each read once.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use im_auth_detect::{ConfigFile, Kind, ReadError, ReadOptions};
use im_auth_sql::spec::ConfigFormat;

/// How long reading all files of one folder may take: each has a limit of its own, but there may be many.
const PATIENCE: Duration = Duration::from_secs(5);

/// The files of a product's folder.
pub(super) struct Files {
    folder: PathBuf,
    /// A file that was named itself, whatever folder it is in.
    only: Option<PathBuf>,
    read: HashMap<(PathBuf, Kind, bool), Option<Rc<ConfigFile>>>,
    started: Instant,
    /// What could not be read, and why.
    pub(super) problems: Vec<(PathBuf, String)>,
}

impl Files {
    /// Those of a folder, or that file.
    ///
    /// # Errors
    /// When there is neither.
    pub(super) fn new(path: &Path) -> std::io::Result<Self> {
        let real = path.canonicalize()?;
        let (folder, only) = if real.is_dir() {
            (real, None)
        } else {
            let folder = real.parent().unwrap_or(Path::new("/")).to_owned();
            (folder, Some(real))
        };
        Ok(Self {
            folder,
            only,
            read: HashMap::new(),
            started: Instant::now(),
            problems: Vec::new(),
        })
    }

    /// The folder that a description's file is in, and the file itself if it is there.
    pub(super) fn place(&self, name: &str) -> Option<(PathBuf, PathBuf)> {
        let name = Path::new(name);
        if let Some(only) = &self.only {
            if only.file_name() != name.file_name() {
                return None;
            }
            // The product's folder, where the file is where the product has it.
            let depth = name.components().count();
            let folder = only.ancestors().nth(depth).filter(|_| only.ends_with(name));
            return Some((folder.unwrap_or(&self.folder).to_owned(), only.clone()));
        }
        let path = if name.is_absolute() {
            // Outside of the folder, unless this is that place.
            let inside = name.parent()?.canonicalize().ok()? == self.folder;
            inside.then(|| name.to_owned())?
        } else {
            self.folder.join(name)
        };
        path.symlink_metadata().ok()?;
        Some((self.folder.clone(), path))
    }

    /// A file of the product; `None`, with a problem, when it cannot be read.
    pub(super) fn read(
        &mut self,
        folder: &Path,
        path: &Path,
        format: Option<ConfigFormat>,
        includes: bool,
    ) -> Option<Rc<ConfigFile>> {
        let kind = format.and_then(kind).or_else(|| Kind::guess(path))?;
        let key = (path.to_owned(), kind, includes);
        if let Some(known) = self.read.get(&key) {
            return known.clone();
        }
        if self.started.elapsed() > PATIENCE {
            self.problem(
                path,
                "not read: the files before it took too long".to_owned(),
            );
            return None;
        }
        let options = ReadOptions::new()
            .kind(kind)
            .within(within(folder, path))
            .follow_includes(includes);
        let read = match ConfigFile::read_with(path, &options) {
            Ok(file) => Some(Rc::new(file)),
            Err(error) => {
                if !is_absent(&error) {
                    self.problem(path, told(&error));
                }
                None
            }
        };
        self.read.insert(key, read.clone());
        read
    }

    fn problem(&mut self, path: &Path, what: String) {
        if !self.problems.iter().any(|(known, _)| known == path) {
            self.problems.push((path.to_owned(), what));
        }
    }

    /// A path as its owner knows it: relative to the folder.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.folder).unwrap_or(path).to_owned()
    }
}

/// What a file may not lead out of: the product's folder, or the one above where the product says so.
fn within(folder: &Path, path: &Path) -> PathBuf {
    let above = path
        .components()
        .filter(|part| *part == Component::ParentDir)
        .count();
    if above == 0 {
        return folder.to_owned();
    }
    folder.ancestors().nth(above).unwrap_or(folder).to_owned()
}

fn is_absent(error: &ReadError) -> bool {
    matches!(error, ReadError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
}

/// The error and its cause; neither shows what is in the file.
fn told(error: &ReadError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn kind(format: ConfigFormat) -> Option<Kind> {
    Some(match format {
        ConfigFormat::Php => Kind::Php,
        ConfigFormat::Env => Kind::Env,
        ConfigFormat::Yaml => Kind::Yaml,
        ConfigFormat::Xml => Kind::Xml,
        ConfigFormat::Ini => Kind::Ini,
        ConfigFormat::Json => Kind::Json,
        _ => return None,
    })
}
