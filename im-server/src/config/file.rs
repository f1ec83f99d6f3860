//! From the file's text to a [`Config`]: unknown keys first, then types, then sense.

use std::path::Path;

use im_core::Realm;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::NO_SECRET;
use super::place::{self, Known};
use super::secret::{self, Environment};
use super::{Complaint, Config, RealmBlock, RealmOwnKeys, Root, Section};
use crate::problem::Chain;

/// The tables of the file, by their names.
const TABLES: [&str; 7] = [
    "limits",
    "throttle",
    "passwords",
    "log",
    "realm",
    "site",
    "role",
];

/// The keys of a realm whose values must not be shown in a complaint.
const SECRETS: [&str; 3] = ["database", "database_password", "secret"];

/// What is being read, and what was wrong so far.
pub(super) struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    environment: &'a Environment,
    pub(super) complaints: Vec<Complaint>,
    /// Every realm that has a block, also one that makes no sense: whoever names it is not to blame.
    pub(super) realms: Vec<String>,
}

pub(super) fn read(
    text: &str,
    path: &Path,
    environment: &Environment,
) -> Result<Config, Vec<Complaint>> {
    let mut reader = Reader {
        text,
        path,
        environment,
        complaints: Vec::new(),
        realms: Vec::new(),
    };
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            reader.complain_toml("", &[], &error);
            return Err(reader.complaints);
        }
    };
    let config = reader.file(table);
    reader.sense(&config);
    if reader.complaints.is_empty() {
        Ok(config)
    } else {
        Err(reader.complaints)
    }
}

impl Reader<'_> {
    fn file(&mut self, table: DeTable<'_>) -> Config {
        let mut config = Config {
            file: Some(self.path.to_owned()),
            ..Config::default()
        };
        let mut root = DeTable::new();
        for (key, value) in table {
            let (at, name) = (key.span().start, key.get_ref().to_string());
            match name.as_str() {
                "limits" => config.limits = self.section("[limits]", value),
                "throttle" => config.throttle = self.section("[throttle]", value),
                "passwords" => config.passwords = self.section("[passwords]", value),
                "log" => config.log = self.section("[log]", value),
                "realm" => {
                    for (name, at, value) in self.named("realm", at, value) {
                        config.realms.extend(self.realm(&name, at, value));
                    }
                }
                "role" => {
                    let mut roles = self.named("role", at, value);
                    // Who is in several groups has the role that comes first in the file.
                    roles.sort_by_key(|(_, at, _)| *at);
                    for (name, _, value) in roles {
                        let keys = self.section(&format!("[role.{name}]"), value);
                        config.roles.push((name, keys));
                    }
                }
                "site" => match value.into_inner() {
                    DeValue::Array(sites) => {
                        for site in sites {
                            config.sites.extend(self.try_section("[[site]]", site));
                        }
                    }
                    _ => self.complain(at, "write `[[site]]`, with two brackets, once per site"),
                },
                _ => {
                    root.insert(key, value);
                }
            }
        }
        let end = self.text.len();
        let keys = Known::of::<Root>();
        self.drop_unknown("", &mut root, &names(&keys), &TABLES);
        config.root = self.decode("", &keys, Spanned::new(0..end, DeValue::Table(root)));
        self.root_secrets(&mut config.root);
        config
    }

    /// `[kind.NAME]` tables: name, where, and what.
    fn named<'i>(
        &mut self,
        kind: &str,
        at: usize,
        value: Spanned<DeValue<'i>>,
    ) -> Vec<(String, usize, Spanned<DeValue<'i>>)> {
        match value.into_inner() {
            DeValue::Table(table) => table
                .into_iter()
                .map(|(key, value)| (key.get_ref().to_string(), key.span().start, value))
                .collect(),
            _ => {
                self.complain(at, format!("write `[{kind}.NAME]`, one block per {kind}"));
                Vec::new()
            }
        }
    }

    fn section<S: Section + DeserializeOwned>(
        &mut self,
        header: &str,
        value: Spanned<DeValue<'_>>,
    ) -> S {
        self.try_section(header, value).unwrap_or_default()
    }

    fn try_section<S: Section + DeserializeOwned>(
        &mut self,
        header: &str,
        mut value: Spanned<DeValue<'_>>,
    ) -> Option<S> {
        let keys = Known::of::<S>();
        if let DeValue::Table(table) = value.get_mut() {
            self.drop_unknown(header, table, &names(&keys), &[]);
            if let Some(options) = table.get_mut("options")
                && let DeValue::Table(options) = options.get_mut()
            {
                let names: Vec<_> = im_messenger::Options::table()
                    .iter()
                    .map(|option| option.name)
                    .collect();
                self.drop_unknown(&format!("options of {header}"), options, &names, &[]);
            }
        }
        self.try_decode(header, &keys, value)
    }

    fn realm(&mut self, name: &str, at: usize, value: Spanned<DeValue<'_>>) -> Option<RealmBlock> {
        let header = format!("[realm.{name}]");
        self.realms.push(name.to_owned());
        let name = match Realm::new(name) {
            Ok(realm) if realm == Realm::local() => {
                self.complain(
                    at,
                    "`local` is the realm of own accounts and needs no block",
                );
                return None;
            }
            Ok(realm) => realm,
            Err(error) => {
                self.complain(at, error.to_string());
                return None;
            }
        };
        let span = value.span();
        let DeValue::Table(mut table) = value.into_inner() else {
            self.complain(at, format!("{header} must be a table"));
            return None;
        };
        let (of_own, of_adapter) = (Known::of::<RealmOwnKeys>(), Known::of_adapter());
        let own_names = names(&of_own);
        let known = [own_names.clone(), names(&of_adapter)].concat();
        let before = self.complaints.len();
        self.drop_unknown(&header, &mut table, &known, &[]);
        let (own, adapter): (DeTable<'_>, DeTable<'_>) = table
            .into_iter()
            .partition(|(key, _)| own_names.contains(&key.get_ref().as_ref()));
        let own = Spanned::new(span.clone(), DeValue::Table(own));
        let own = self.decode(&header, &of_own, own);
        if self.complaints.len() > before {
            return None;
        }
        for (key, value) in &adapter {
            let name = key.get_ref().as_ref();
            if SECRETS.contains(&name) && !matches!(value.get_ref(), DeValue::String(_)) {
                self.complain(
                    value.span().start,
                    format!("{header}: `{name}`: {NO_SECRET}"),
                );
                return None;
            }
        }
        let adapter = Spanned::new(span, DeValue::Table(adapter));
        let mut adapter: im_auth::RealmConfig = self.try_decode(&header, &of_adapter, adapter)?;
        if adapter.system.is_empty() {
            self.complain(
                at,
                format!("{header}: `system` is missing; write such as `system = \"phpbb2\"`; `im-auth systems` lists them"),
            );
            return None;
        }
        // Once they have been read they are forgotten.
        let secret_files = [
            ("database_password_file", &adapter.database_password_file),
            ("secret_file", &adapter.secret_file),
        ];
        let secret_files = secret_files
            .into_iter()
            .filter_map(|(key, file)| Some((key, file.clone()?)))
            .collect();
        self.realm_secrets(&name, at, &mut adapter);
        Some(RealmBlock {
            secret_files,
            name,
            own,
            adapter,
            line: Some(self.line(at)),
        })
    }

    fn realm_secrets(&mut self, name: &Realm, at: usize, adapter: &mut im_auth::RealmConfig) {
        let variable = |key: &str| Environment::realm_variable(name.as_str(), key);
        let environment = self.environment;
        let lookup = |key: &str| environment.secret(&variable(key)).map(|secret| secret.0);
        let folder = self.path.parent();
        if let Some(folder) = folder {
            adapter.resolve_system(folder);
        }
        if let Err(error) = adapter.resolve_secrets(folder, lookup) {
            self.complain(at, format!("[realm.{name}]: {}", Chain(&error)));
        }
        // As with every other path: it begins where this file lies.
        let relative = adapter.database.as_ref().and_then(|url| {
            let path = url.expose_secret().strip_prefix("sqlite:")?;
            (!path.is_empty() && !path.starts_with(['/', ':'])).then(|| path.to_owned())
        });
        if let Some(relative) = relative {
            let path = secret::resolve(Some(self.path), relative.as_ref());
            adapter.database = Some(format!("sqlite:{}", path.display()).into());
        }
    }

    fn root_secrets(&mut self, root: &mut Root) {
        if let Some(url) = self.environment.secret("IM_DATABASE") {
            root.database = url;
        }
        if let Some(file) = &root.database_password_file {
            if root.database_password.is_some() {
                self.complaints.push(Complaint::new(
                    "give either `database_password` or `database_password_file`, not both",
                ));
            }
            match secret::from_file(&secret::resolve(Some(self.path), file)) {
                Ok(password) => root.database_password = Some(password),
                Err(error) => self
                    .complaints
                    .push(Complaint::new(format!("`database_password_file`: {error}"))),
            }
        }
        if let Some(password) = self.environment.secret("IM_DATABASE_PASSWORD") {
            root.database_password = Some(password);
        }
    }

    /// Complains about every key that is not among `known`, and drops it, so that the others can be looked at.
    fn drop_unknown(
        &mut self,
        header: &str,
        table: &mut DeTable<'_>,
        known: &[&str],
        tables: &[&str],
    ) {
        let (kept, unknown): (DeTable<'_>, DeTable<'_>) = std::mem::take(table)
            .into_iter()
            .partition(|(key, _)| known.contains(&key.get_ref().as_ref()));
        *table = kept;
        for (key, value) in &unknown {
            let (at, name) = (key.span().start, key.get_ref());
            let place = if header.is_empty() {
                String::new()
            } else {
                format!(" in {header}")
            };
            let meant = || closest(name, known.iter().chain(tables).copied());
            // A table is a table's name misspelt, whatever key is called so.
            let is_table = matches!(value.get_ref(), DeValue::Table(_)) && !tables.is_empty();
            let home = place::home(name).filter(|_| !is_table);
            let hint = home
                .or_else(|| meant().map(|close| format!("did you mean `{close}`?")))
                .unwrap_or_else(|| "`im-server config explain` lists all keys".into());
            self.complain(at, format!("unknown key `{name}`{place}; {hint}"));
        }
    }

    fn decode<T: DeserializeOwned + Default>(
        &mut self,
        header: &str,
        keys: &[Known],
        value: Spanned<DeValue<'_>>,
    ) -> T {
        self.try_decode(header, keys, value).unwrap_or_default()
    }

    fn try_decode<T: DeserializeOwned>(
        &mut self,
        header: &str,
        keys: &[Known],
        value: Spanned<DeValue<'_>>,
    ) -> Option<T> {
        match T::deserialize(toml::de::ValueDeserializer::from(value)) {
            Ok(decoded) => Some(decoded),
            Err(error) => {
                self.complain_toml(header, keys, &error);
                None
            }
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at.min(self.text.len())].matches('\n').count() + 1
    }

    fn complain(&mut self, at: usize, message: impl Into<String>) {
        let line = self.line(at);
        self.complaints.push(Complaint::at(line, message));
    }

    /// A complaint about the first line that holds `what`: good enough to point at once spans are gone.
    pub(super) fn find(&mut self, what: &str, message: impl Into<String>) {
        let line = (!what.is_empty())
            .then(|| self.text.find(what))
            .flatten()
            .map(|at| self.line(at));
        self.complaints.push(Complaint::at(line, message));
    }

    fn complain_toml(&mut self, header: &str, keys: &[Known], error: &toml::de::Error) {
        let span = error.span();
        let key = span
            .clone()
            .and_then(|span| place::key_at(self.text, span.start));
        let key = keys.iter().find(|known| Some(known.name) == key);
        let mut message = error.message().trim().to_owned();
        if let Some(key) = key {
            message = key.complaint(&message);
        } else if message == "duplicate key"
            && let Some(name) = span.and_then(|span| self.text.get(span))
        {
            message = format!("the key `{}` stands there twice", name.trim());
        }
        if !header.is_empty() {
            message = format!("{header}: {message}");
        }
        let line = error.span().map(|span| self.line(span.start));
        self.complaints.push(Complaint::at(line, message));
    }
}

fn names(keys: &[Known]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The known name that is close enough to have been meant.
pub(super) fn closest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}
