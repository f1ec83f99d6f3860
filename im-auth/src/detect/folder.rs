//! Which product lies in a folder, by its own configuration file.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use im_auth_detect::{ConfigFile, DatabaseUrl, Engine as Named, Kind, Secret, Server};
use im_auth_sql::Engine;
use im_auth_sql::spec::{ConfigSpec, ConfigValue, SqliteFile, VersionFile};
use im_core::AuthError;
use secrecy::SecretString;

use super::config_file::Files;
use super::place::Place;
use super::setting::{Setting, printable};
use super::version;
use super::weights::Weights;
use crate::{KnownSystem, systems};

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

/// A product in a folder, and what its configuration says. It holds the password of the product's own account and the
/// secret of the site; neither is ever shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Installation {
    /// The system.
    pub system: KnownSystem,
    /// The configuration file, relative to the folder.
    pub file: PathBuf,
    /// The version that the product's files say.
    pub version: Option<String>,
    /// Where the database is, as far as the file says it.
    pub place: Place,
    /// The product's own account.
    pub user: Option<String>,
    /// What its tables begin with; `None`: the file does not say.
    pub prefix: Option<String>,
    /// Whether the password stands in the file.
    pub has_password: bool,
    /// What the password is computed from instead.
    pub password_from: Option<String>,
    /// Where the secret of the site stands, if the file has one.
    pub secret_at: Option<String>,
    /// What is not certain, and what the owner must look for elsewhere.
    pub notes: Vec<String>,
    password: Option<Secret>,
    secret: Option<Secret>,
    score: f64,
}

impl Installation {
    /// The password of the product's own account.
    #[must_use]
    pub fn password(&self) -> Option<SecretString> {
        self.password
            .as_ref()
            .and_then(Secret::expose_str)
            .map(Into::into)
    }

    /// The secret of the site, as the product writes it.
    #[must_use]
    pub fn secret(&self) -> Option<SecretString> {
        self.secret
            .as_ref()
            .and_then(Secret::expose_str)
            .filter(|secret| !secret.is_empty())
            .map(Into::into)
    }

    /// How much tells that it is this system: for comparing with the others of the same folder.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }
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

/// How distinctive files, keys and texts are.
struct Signs<'a> {
    files: Weights<&'a str>,
    keys: Weights<&'a str>,
    texts: Weights<&'a str>,
}

impl<'a> Signs<'a> {
    fn of(entries: &'a [(KnownSystem, ConfigSpec)]) -> Self {
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

/// The address of the database, where a file has it as one text: a URL, or a DSN of PDO.
fn address(config: &ConfigSpec) -> Option<&ConfigValue> {
    config.url().or_else(|| config.dsn())
}

/// The installation, if one of the description's files is there and is what it says.
fn look_for(
    files: &mut Files,
    system: &KnownSystem,
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

fn score(
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

/// Everything that the file says.
fn read(
    files: &mut Files,
    system: &KnownSystem,
    config: &ConfigSpec,
    folder: &Path,
    path: &Path,
    file: &Rc<ConfigFile>,
) -> Installation {
    let mut notes: Vec<String> = file.notes().iter().map(|note| printable(note)).collect();
    let shown = files.shown(path);
    let mut ask = |value: Option<&ConfigValue>, what: &str| {
        let setting = Setting::read(file, value?)?;
        if let Some(doubt) = &setting.doubt {
            notes.push(format!("{what} ({}) may be another: {doubt}", setting.key));
        }
        if let Some(computed) = &setting.computed {
            let known = if setting.non_empty().is_some() {
                "; what stands there in case that is empty was taken"
            } else {
                ""
            };
            notes.push(format!(
                "{what} ({}) comes from {computed} when the product runs{known}",
                setting.key
            ));
        }
        Some(setting)
    };
    let own = |setting: Option<Setting>| {
        setting
            .as_ref()
            .and_then(Setting::non_empty)
            .map(str::to_owned)
    };
    let host = own(ask(config.host(), "the host"));
    let port = own(ask(config.port(), "the port"));
    let socket = own(ask(config.socket(), "the socket"));
    let mut database = own(ask(config.database(), "the database's name"));
    let mut user = own(ask(config.user(), "the account"));
    let password = ask(config.password(), "the password");
    let prefix = ask(config.prefix(), "the prefix");
    let url = ask(address(config), "the database's address");
    let driver = ask(config.driver(), "the kind of database");
    let schema = own(ask(config.schema(), "the schema"));
    let of_files = config.sqlite().and_then(SqliteFile::folder);
    let of_files = own(ask(of_files, "the folder of the database"));
    let mut password_from = password
        .as_ref()
        .and_then(|setting| setting.computed.clone());
    let mut password = password.and_then(|setting| setting.text().map(Secret::from));
    let mut server = Server::parse(host.as_deref().unwrap_or_default());
    // 0 is what products write for the engine's usual port; some write `:3306`, to be put behind the host.
    let number = |port: String| port.trim().trim_start_matches(':').parse().ok();
    if let Some(port) = port.and_then(number)
        && port != 0
    {
        server.port = Some(port);
    }
    if socket.is_some() {
        server.socket = socket;
    }
    let mut engine = None;
    if let Some(setting) = url {
        if setting.computed.is_some() {
            password_from.clone_from(&setting.computed);
        }
        match setting.non_empty().map(DatabaseUrl::parse) {
            Some(Ok(address)) => {
                engine = address.engine.map(from_named);
                server = address.server;
                database = address.database.or(database);
                user = address.user.or(user);
                password = address.password.or(password);
            }
            Some(Err(error)) => {
                notes.push(format!("the database's address ({}): {error}", setting.key))
            }
            None => {}
        }
    } else if let Some(word) = driver.as_ref().and_then(Setting::non_empty) {
        engine = config
            .engine_of(word)
            .or_else(|| Named::from_driver(word).map(from_named));
        if engine.is_none() {
            notes.push(
                "the kind of database that the file names is none that can be read".to_owned(),
            );
        }
    }
    let engine = engine
        .or_else(|| config.engine())
        .or_else(|| first_engine(system));
    if engine == Some(Engine::Sqlite)
        && let Some(file) = config.sqlite()
    {
        database = database.map(|name| file.path(of_files.as_deref(), &name));
    }
    let secret = secret(files, config, folder, file, &shown);
    let mut place = Place::new(engine, server, database, folder);
    place.schema = schema.filter(|name| engine == Some(Engine::Postgres) && name != "public");
    if let Some(name) = &place.schema {
        notes.push(printable(&format!(
            "its tables are in the schema {name:?}: an account finds them there when its search_path says so"
        )));
    }
    Installation {
        system: system.clone(),
        version: None,
        place,
        user,
        prefix: prefix.as_ref().and_then(Setting::text).map(str::to_owned),
        has_password: password
            .as_ref()
            .is_some_and(|password| !password.is_empty()),
        password_from,
        secret_at: secret.as_ref().map(|(_, place)| place.clone()),
        notes,
        password,
        secret: secret.map(|(secret, _)| secret),
        score: 0.0,
        file: shown,
    }
}

/// The secret of the site, and where it stands.
fn secret(
    files: &mut Files,
    config: &ConfigSpec,
    folder: &Path,
    file: &Rc<ConfigFile>,
    shown: &Path,
) -> Option<(Secret, String)> {
    let value = config.secret()?;
    let (file, shown) = match config.secret_file() {
        None => (Rc::clone(file), shown.to_owned()),
        Some(name) => {
            let path = folder.join(name);
            (files.read(folder, &path, None, false)?, files.shown(&path))
        }
    };
    let setting = Setting::read(&file, value)?;
    let line = match setting.line {
        0 => String::new(),
        line => format!(", line {line}"),
    };
    let secret = Secret::from(setting.non_empty()?);
    Some((
        secret,
        format!("{} in {}{line}", setting.key, shown.display()),
    ))
}

fn from_named(engine: Named) -> Engine {
    match engine {
        Named::Postgres => Engine::Postgres,
        Named::Sqlite => Engine::Sqlite,
        _ => Engine::MySql,
    }
}

fn first_engine(system: &KnownSystem) -> Option<Engine> {
    match system.spec().ok()? {
        Some(spec) => spec.engines().first().copied(),
        None => Some(Engine::MySql),
    }
}

/// The PHP packages of a folder, by which products with the same configuration file are told apart.
struct Packages(Vec<String>);

impl Packages {
    fn read(files: &mut Files, path: &Path) -> Self {
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
    fn tell_of(&self, id: &str) -> f64 {
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
