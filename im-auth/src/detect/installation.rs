//! A product that was found, and what its own configuration says.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use im_auth_detect::{ConfigFile, DatabaseUrl, Engine as Named, Secret, Server};
use im_auth_sql::Engine;
use im_auth_sql::spec::{ConfigSpec, ConfigValue, SqliteFile};
use secrecy::SecretString;

use super::config_file::Files;
use super::place::Place;
use super::setting::{Setting, printable};
use crate::System;

/// A product in a folder, and what its configuration says. It holds the password of the product's own account and the
/// secret of the site; neither is ever shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Installation {
    /// The system.
    pub system: System,
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
    pub(super) score: f64,
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

/// The address of the database, where a file has it as one text: a URL, or a DSN of PDO.
pub(super) fn address(config: &ConfigSpec) -> Option<&ConfigValue> {
    config.url().or_else(|| config.dsn())
}

/// Everything that a product's file says.
pub(super) fn read(
    files: &mut Files,
    system: &System,
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

fn first_engine(system: &System) -> Option<Engine> {
    match system.spec().ok()? {
        Some(spec) => spec.engines().first().copied(),
        None => Some(Engine::MySql),
    }
}
