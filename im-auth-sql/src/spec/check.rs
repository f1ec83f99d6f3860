//! From a text to a description that can be used.

mod vectors;

use std::collections::BTreeSet;

use im_password::Input;

use super::alias::known_aliases;
use super::file::{File, QueryEntry, UserEntry};
use super::flexible::Short;
use super::format::inputs;
use super::place::Places;
use super::select::Select;
use super::state::States;
use super::template::{Template, Test};
use super::user::{LoginText, Maker, Problem, UserSpec, UserTexts};
use super::{FormatRule, Rules, SpecError, SystemSpec};
use crate::target::closest;
use crate::{Engine, Prefix};

pub(super) fn parse(text: &str, file_name: &str) -> Result<SystemSpec, SpecError> {
    let places = Places::new(text, file_name);
    let file: File = toml::from_str(text).map_err(|error| places.reader(&error))?;
    Checker { places, file }.check(file_name)
}

struct Checker<'a> {
    places: Places<'a>,
    file: File,
}

impl Checker<'_> {
    fn check(self, file_name: &str) -> Result<SystemSpec, SpecError> {
        let prefix = self.head()?;
        let formats = self.formats()?;
        let inputs = self.inputs()?;
        let users = self.users(&prefix)?;
        self.aliases_for_formats(&formats, &users)?;
        let version = self.version(&prefix)?;
        self.vectors(&formats)?;
        Ok(SystemSpec {
            file_name: file_name.to_owned(),
            rules: Rules::new(&formats, &inputs),
            formats,
            inputs,
            users,
            version,
            file: self.file,
        })
    }

    fn wrong<T>(&self, path: &str, message: impl Into<String>) -> Result<T, SpecError> {
        Err(self.places.error(path, message))
    }

    /// Id, prefix and engines.
    fn head(&self) -> Result<Prefix, SpecError> {
        let id = &self.file.id;
        let is_id = !id.is_empty()
            && id.len() <= 64
            && id.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte)
            });
        if !is_id {
            return self.wrong("id", "an id is 1 to 64 of a-z 0-9 - _ .");
        }
        if self.file.engines.is_empty() {
            return self.wrong(
                "engines",
                "write one of \"mysql\", \"postgres\", \"sqlite\"",
            );
        }
        if self.file.formats.is_empty() {
            return self.wrong("formats", "name at least one format");
        }
        Prefix::new(&*self.file.default_prefix)
            .map_err(|error| self.places.error("default_prefix", detail(&error)))
    }

    fn formats(&self) -> Result<Vec<FormatRule>, SpecError> {
        self.file
            .formats
            .iter()
            .enumerate()
            .map(|(n, entry)| {
                FormatRule::new(entry).map_err(|(key, message)| {
                    let mut error = self.places.error(&format!("formats.#{n}.{key}"), &*message);
                    if error.line().is_none() {
                        error = self.places.error("formats", message);
                    }
                    error
                })
            })
            .collect()
    }

    fn inputs(&self) -> Result<Vec<Input>, SpecError> {
        match &self.file.input {
            None => Ok(vec![Input::default()]),
            Some(steps) if steps.is_empty() => {
                self.wrong("input", "leave it out, or write [\"raw\"]")
            }
            Some(steps) => inputs(steps).map_err(|message| self.places.error("input", message)),
        }
    }

    fn users(&self, prefix: &Prefix) -> Result<Vec<UserSpec>, SpecError> {
        let entries = &self.file.user.0;
        if entries.is_empty() {
            return self.wrong("user", "there must be a [user] or several [[user]]");
        }
        let mut sources = BTreeSet::new();
        for (n, entry) in entries.iter().enumerate() {
            match &entry.source {
                None if entries.len() > 1 => {
                    return self.wrong(
                        &format!("user.#{n}"),
                        "each of several tables needs a `source`: its name in ids, such as \"staff\"",
                    );
                }
                Some(source) if !is_source(source) => {
                    return self.wrong(
                        &format!("user.#{n}.source"),
                        "a source is 1 to 32 of a-z 0-9 - _",
                    );
                }
                Some(source) if !sources.insert(source) => {
                    return self.wrong(
                        &format!("user.#{n}.source"),
                        format!("there are two tables called {source:?}"),
                    );
                }
                _ => {}
            }
        }
        if entries.len() > 1 {
            let shared = [
                ("states", self.file.states.is_some()),
                ("groups", self.file.groups.is_some()),
                ("unread", self.file.unread.is_some()),
            ];
            for (key, written) in shared {
                if written {
                    return self.wrong(
                        key,
                        format!("there are several tables: write [user.{key}] below the [[user]] it belongs to"),
                    );
                }
            }
        }
        entries
            .iter()
            .enumerate()
            .map(|(n, entry)| {
                self.user(n, entry, prefix).map_err(|problem| {
                    // What may also stand at the top of the file.
                    let path = format!("user.#{n}.{}", problem.key);
                    let top = problem.key.split('.').next().unwrap_or_default();
                    let at_top = match top {
                        "states" => entry.states.is_none(),
                        "groups" => entry.groups.is_none(),
                        "unread" => entry.unread.is_none(),
                        _ => false,
                    };
                    let path = if at_top { &problem.key } else { &path };
                    self.places.error(path, problem.message)
                })
            })
            .collect()
    }

    fn user(&self, n: usize, entry: &UserEntry, prefix: &Prefix) -> Result<UserSpec, Problem> {
        let _ = n;
        let written = entry.states.as_ref().or(self.file.states.as_ref());
        let states = match written {
            Some(written) => States::parse(written)
                .map_err(|(value, message)| Problem::new(format!("states.{value}"), message))?,
            None => States::default(),
        };
        let groups = entry.groups.as_ref().or(self.file.groups.as_ref());
        let unread = entry.unread.as_ref().or(self.file.unread.as_ref());
        if entry.by_login.is_empty() {
            return Err(Problem::new("by_login", "it needs a condition with :login"));
        }
        let mut texts = Vec::new();
        for engine in &self.file.engines {
            texts.push((*engine, self.texts(*engine, entry, groups, unread, prefix)?));
        }
        let table = match &entry.table {
            Some(table) => table.clone(),
            None => first_table(&texts).ok_or_else(|| {
                Problem::new("table", "name the table of accounts, without prefix")
            })?,
        };
        if has_alias(&texts, "state").is_none() && written.is_some() {
            return Err(Problem::new(
                "states",
                "`select` has no alias `state` whose values these could be",
            ));
        }
        Ok(UserSpec {
            source: entry.source.clone(),
            after_wrong_password: entry.after_wrong_password,
            id: entry.id,
            decode: entry.decode,
            table,
            states,
            texts,
            unread_optional: unread.is_some_and(|query| query.optional),
            groups_optional: groups.is_some_and(|query| query.optional),
        })
    }

    /// The texts for one engine, tried out with every column there and with none.
    fn texts(
        &self,
        engine: Engine,
        entry: &UserEntry,
        groups: Option<&QueryEntry>,
        unread: Option<&QueryEntry>,
        prefix: &Prefix,
    ) -> Result<UserTexts, Problem> {
        let variant = entry.variant(engine).cloned().unwrap_or_default();
        let template = |key: &str, text: &str| {
            Template::parse(text).map_err(|message| Problem::new(key, message))
        };
        let condition = variant.condition.as_ref().or(entry.condition.as_ref());
        let by_login = variant.by_login.as_ref().unwrap_or(&entry.by_login);
        let typed = entry
            .login
            .as_deref()
            .map(|steps| steps.parse::<Input>())
            .transpose()
            .map_err(|error| Problem::new("login", error.to_string()))?
            .unwrap_or_default();
        let texts = UserTexts {
            select: template("select", variant.select.as_ref().unwrap_or(&entry.select))?,
            condition: condition.map(|text| template("where", text)).transpose()?,
            by_login: by_login
                .iter()
                .enumerate()
                .map(|(n, Short(login))| {
                    let key = format!("by_login.#{n}");
                    Ok(LoginText {
                        condition: template(&key, &login.condition)?,
                        only_if: login.only_if.clone(),
                        steps: match &login.login {
                            Some(steps) => {
                                steps.parse().map_err(|error: im_password::InputError| {
                                    Problem::new(&*key, error.to_string())
                                })?
                            }
                            None => typed.clone(),
                        },
                    })
                })
                .collect::<Result<_, Problem>>()?,
            by_id: template("by_id", variant.by_id.as_ref().unwrap_or(&entry.by_id))?,
            groups: groups
                .map(|query| template("groups.select", query.at(engine)))
                .transpose()?,
            unread: unread
                .map(|query| template("unread.select", query.at(engine)))
                .transpose()?,
        };
        for present in [true, false] {
            let statements = texts
                .statements(prefix, entry.id, &States::default(), &|_: &Test| present)
                .map_err(|mut problem| {
                    let overridden = match &*problem.key {
                        "select" => variant.select.is_some(),
                        "where" => variant.condition.is_some(),
                        "by_id" => variant.by_id.is_some(),
                        key => key.starts_with("by_login") && variant.by_login.is_some(),
                    };
                    if overridden {
                        problem.key = format!("{}.{}", word(engine), problem.key);
                    }
                    problem
                })?;
            known_aliases(&statements.select)?;
        }
        Ok(texts)
    }

    /// Formats that depend on columns need them.
    fn aliases_for_formats(
        &self,
        formats: &[FormatRule],
        users: &[UserSpec],
    ) -> Result<(), SpecError> {
        let given = |alias: &str| {
            users
                .iter()
                .any(|user| has_alias(&user.texts, alias).is_some())
        };
        for (n, rule) in formats.iter().enumerate() {
            let path = format!("formats.#{n}");
            if rule.when().is_some() && !given("format") {
                return self.wrong(
                    &path,
                    "`when` needs an alias `format` in `select`: the column that tells formats apart",
                );
            }
            if rule.needs_secret() && self.file.secret.is_none() && !given("secret") {
                return self.wrong(
                    &path,
                    format!(
                        "{:?} uses $secret: add [secret] with its name and where it stands, or select it as alias `secret`",
                        rule.text()
                    ),
                );
            }
        }
        Ok(())
    }

    fn version(&self, prefix: &Prefix) -> Result<Vec<(Engine, Template)>, SpecError> {
        let Some(query) = &self.file.version else {
            return Ok(Vec::new());
        };
        let path = "version.select";
        let mut templates = Vec::new();
        for engine in &self.file.engines {
            let template = Template::parse(query.at(*engine))
                .map_err(|message| self.places.error(path, message))?;
            for present in [true, false] {
                let sql = template.resolve(&|_| present);
                let maker = Maker { prefix };
                maker
                    .check(path, &sql, &[], None)
                    .map_err(|problem| self.places.error(path, problem.message))?;
                let select =
                    Select::parse_any(&sql).map_err(|message| self.places.error(path, message))?;
                if !select.has("version") {
                    return self.wrong(path, "the alias `version` is missing");
                }
            }
            templates.push((*engine, template));
        }
        Ok(templates)
    }
}

/// The engine's word in descriptions.
pub(crate) fn word(engine: Engine) -> &'static str {
    match engine {
        Engine::MySql => "mysql",
        Engine::Postgres => "postgres",
        Engine::Sqlite => "sqlite",
    }
}

fn is_source(source: &str) -> bool {
    (1..=32).contains(&source.len())
        && source
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

/// The SELECT with every column there, for each engine that has it.
fn selects(texts: &[(Engine, UserTexts)]) -> impl Iterator<Item = Select> {
    texts
        .iter()
        .filter_map(|(_, texts)| Select::parse(&texts.select.resolve(&|_| true)).ok())
}

fn has_alias(texts: &[(Engine, UserTexts)], alias: &str) -> Option<()> {
    selects(texts).any(|select| select.has(alias)).then_some(())
}

fn first_table(texts: &[(Engine, UserTexts)]) -> Option<String> {
    selects(texts).find_map(|select| select.first_table().map(str::to_owned))
}

fn detail(error: &im_core::AuthError) -> String {
    error
        .detail()
        .map_or_else(|| error.to_string(), |detail| detail.message().to_owned())
}
