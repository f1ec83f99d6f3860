//! One installation, once its columns are known: what to ask it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use std::collections::HashMap;

use im_core::AuthError;
use im_password::Shape;

use super::notes::Notes;
use crate::spec::user::{ForIds, Maker, UserSpec, UserStatements};
use crate::spec::{RuleSet, Rules, SystemSpec, Test};
use crate::{ForeignDatabase, LoginColumn, NameLookup, Prefix, Statement};

/// How long what was learnt about stored passwords is good for.
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// What stands for everybody's stored password while there is none, the costliest first.
const BLANKS: [&str; 7] = [
    "$2y$10$aaaaaaaaaaaaaaaaaaaaaOaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "$P$Baaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "$S$Daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000",
    "00000000000000000000000000000000",
];

/// An installation whose tables were looked at.
pub(super) struct Installed {
    pub(super) sources: Vec<Source>,
    pub(super) version: Option<Statement>,
    /// Those of the description's questions about columns and tables that were answered with yes.
    pub(super) present: BTreeSet<String>,
    /// Tables and columns that it could have and has not, or that may not be read.
    pub(super) absent: BTreeSet<String>,
    /// Every table that no sign-in can do without is there.
    pub(super) is_complete: bool,
    pub(super) notes: Notes,
    decoy: Mutex<Learnt>,
}

/// One of its tables of accounts.
pub(super) struct Source {
    pub(super) statements: UserStatements,
    /// One for each way to name an account.
    pub(super) lookups: Vec<NameLookup>,
    pub(super) groups: Option<ForIds>,
    pub(super) unread: Unread,
}

/// How to ask for unread messages.
pub(super) enum Unread {
    Ask(Statement),
    /// The add-on is not installed.
    Absent,
    /// The description does not say.
    Undescribed,
}

/// A stored password that is nobody's, and the formats it is compared with.
#[derive(Clone)]
pub(super) struct Decoy {
    pub(super) rules: RuleSet,
    /// What tells formats apart.
    pub(super) format: String,
    pub(super) shape: Shape,
    /// The rounds, where they stand in a column of their own.
    pub(super) rounds: Option<u32>,
}

#[derive(Default)]
struct Learnt {
    decoy: Option<Decoy>,
    at: Option<Instant>,
}

impl Installed {
    /// Looks at the columns that the description asks for, and makes the statements.
    ///
    /// # Errors
    /// As [`ForeignDatabase::fetch_all`]; [`AuthError::Configuration`] when the description cannot be used.
    pub(super) async fn look(
        database: &ForeignDatabase,
        spec: &SystemSpec,
        prefix: &Prefix,
    ) -> Result<Self, AuthError> {
        let engine = database.engine();
        let mut catalogue = Catalogue {
            database,
            prefix,
            tables: BTreeMap::new(),
        };
        let mut present = BTreeSet::new();
        let mut absent = BTreeSet::new();
        let texts: Vec<_> = spec
            .users()
            .iter()
            .map(|user| user.texts(engine).ok_or_else(|| spec.no_engine(engine)))
            .collect::<Result<_, _>>()?;
        let tests = texts.iter().flat_map(|texts| texts.tests()).chain(
            spec.version(engine)
                .into_iter()
                .flat_map(|text| text.tests()),
        );
        for test in tests {
            if catalogue.has(test).await? {
                present.insert(test.to_string());
                continue;
            }
            let table = Test {
                table: test.table.clone(),
                column: None,
            };
            // A column of a table that is not there goes with it.
            if catalogue.has(&table).await? {
                absent.insert(test.to_string());
            } else {
                absent.insert(table.to_string());
            }
        }
        let has = |test: &Test| present.contains(&test.to_string());
        let mut sources = Vec::with_capacity(texts.len());
        let mut is_complete = true;
        for (user, texts) in spec.users().iter().zip(texts) {
            let statements = texts
                .statements(prefix, user.id, &user.states, &has)
                .map_err(|problem| spec.unusable(&problem))?;
            is_complete &= catalogue.has_all(statements.by_ids.one()).await?;
            sources.push(Source::new(&mut catalogue, user, statements, &mut absent).await?);
        }
        let version = spec
            .version(engine)
            .map(|text| Maker { prefix }.statement("version.select", &text.resolve(&has)))
            .transpose()
            .map_err(|problem| spec.unusable(&problem))?;
        Ok(Self {
            sources,
            version,
            present,
            absent,
            is_complete,
            notes: Notes::default(),
            decoy: Mutex::default(),
        })
    }

    /// Whether the same statements are made for both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.present == other.present
            && self.absent == other.absent
            && self.is_complete == other.is_complete
    }

    /// What to compare with where there is nobody: like most stored passwords of all tables. `None` while nothing
    /// is stored that could be compared.
    ///
    /// # Errors
    /// As [`ForeignDatabase::fetch_all`], as long as nothing was learnt.
    pub(super) async fn decoy(
        &self,
        database: &ForeignDatabase,
        rules: &Rules,
    ) -> Result<Option<Decoy>, AuthError> {
        let known;
        {
            let mut learnt = self.learnt();
            if learnt.at.is_some_and(|at| at.elapsed() < GOOD_FOR) {
                return Ok(learnt.decoy.clone());
            }
            known = learnt.at.is_some();
            if known {
                // One asks; the others go on with what is known.
                learnt.at = Some(Instant::now());
            }
        }
        let commonest = match self.commonest(database, rules).await {
            Ok(commonest) => commonest,
            Err(_) if known => return Ok(self.learnt().decoy.clone()),
            Err(error) => return Err(error),
        };
        let mut learnt = self.learnt();
        if commonest.is_some() || learnt.decoy.is_none() {
            learnt.decoy = commonest.or_else(|| blank(rules));
        }
        learnt.at = Some(Instant::now());
        Ok(learnt.decoy.clone())
    }

    async fn commonest(
        &self,
        database: &ForeignDatabase,
        rules: &Rules,
    ) -> Result<Option<Decoy>, AuthError> {
        let mut counts: HashMap<(Shape, String, Option<u32>), usize> = HashMap::new();
        for source in &self.sources {
            let [newest, any] = &source.statements.samples;
            let rows = match database.fetch_all(newest, &[now_unneeded()]).await {
                Ok(rows) => rows,
                // To sort a view of a large table may take longer than a statement may.
                Err(AuthError::Unavailable(_)) => {
                    database.fetch_all(any, &[now_unneeded()]).await?
                }
                Err(error) => return Err(error),
            };
            for row in rows {
                let format = if row.has("format") {
                    row.opt_text("format")?.unwrap_or_default()
                } else {
                    String::new()
                };
                if let Some(stored) = row.opt_bytes("password")?
                    && let Some(rules) = rules.of(&format)
                    && let Ok(shape) = rules.policy.recognise(&stored)
                {
                    let rounds = if row.has("rounds") {
                        row.opt_int("rounds").unwrap_or_default()
                    } else {
                        None
                    };
                    let rounds = rounds.and_then(|rounds| rounds.try_into().ok());
                    *counts.entry((shape, format, rounds)).or_default() += 1;
                }
            }
        }
        let commonest = counts.into_iter().max_by_key(|(_, count)| *count);
        Ok(commonest.and_then(|((shape, format, rounds), _)| {
            let rules = rules.of(&format)?.clone();
            Some(Decoy {
                rules,
                format,
                shape,
                rounds,
            })
        }))
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        self.decoy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The conditions of a description may ask for the time, which does not matter to what is commonest.
fn now_unneeded() -> (&'static str, crate::Value) {
    ("now", crate::Value::Int(0))
}

fn blank(rules: &Rules) -> Option<Decoy> {
    rules.all().find_map(|rules| {
        let shape = BLANKS
            .iter()
            .find_map(|blank| rules.policy.recognise(blank.as_bytes()).ok())?;
        Some(Decoy {
            rules: rules.clone(),
            format: String::new(),
            shape,
            rounds: None,
        })
    })
}

impl Source {
    async fn new(
        catalogue: &mut Catalogue<'_>,
        user: &UserSpec,
        statements: UserStatements,
        absent: &mut BTreeSet<String>,
    ) -> Result<Self, AuthError> {
        let database = catalogue.database;
        let unknown_column = LoginColumn::new(catalogue.prefix.table(&user.table)?, "");
        let lookups = statements
            .by_login
            .iter()
            .map(|login| {
                let column = login.column.clone();
                let lookup = NameLookup::new(
                    database.clone(),
                    column.clone().unwrap_or_else(|| unknown_column.clone()),
                    login.candidate.clone(),
                    login.remembered_candidate.clone(),
                );
                match column {
                    Some(_) => lookup,
                    None => lookup.computing(),
                }
            })
            .collect();
        let mut groups = statements.groups.clone();
        if let Some(statement) = &groups
            && user.groups_optional
            && let Some(table) = catalogue.lacks(statement.one()).await?
        {
            absent.insert(table);
            groups = None;
        }
        let unread = match &statements.unread {
            None => Unread::Undescribed,
            Some(statement) if user.unread_optional => match catalogue.lacks(statement).await? {
                Some(table) => {
                    absent.insert(table);
                    Unread::Absent
                }
                None => Unread::Ask(statement.clone()),
            },
            Some(statement) => Unread::Ask(statement.clone()),
        };
        Ok(Self {
            statements,
            lookups,
            groups,
            unread,
        })
    }
}

/// The columns of the tables that were asked for, by whole names.
struct Catalogue<'a> {
    database: &'a ForeignDatabase,
    prefix: &'a Prefix,
    tables: BTreeMap<String, Vec<String>>,
}

impl Catalogue<'_> {
    async fn has(&mut self, test: &Test) -> Result<bool, AuthError> {
        let table = self.prefix.table(&test.table)?;
        let columns = self.columns(table.as_str()).await?;
        Ok(match &test.column {
            None => !columns.is_empty(),
            Some(column) => columns
                .iter()
                .any(|known| known.eq_ignore_ascii_case(column)),
        })
    }

    /// Whether every table of a statement is there.
    async fn has_all(&mut self, statement: &Statement) -> Result<bool, AuthError> {
        Ok(self.lacks(statement).await?.is_none())
    }

    /// The first table of a statement that is not there, without prefix.
    async fn lacks(&mut self, statement: &Statement) -> Result<Option<String>, AuthError> {
        for table in statement.quoted_names() {
            if self.columns(table).await?.is_empty() {
                let bare = table.strip_prefix(self.prefix.as_str()).unwrap_or(table);
                return Ok(Some(bare.to_owned()));
            }
        }
        Ok(None)
    }

    async fn columns(&mut self, table: &str) -> Result<&[String], AuthError> {
        if !self.tables.contains_key(table) {
            let infos = self.database.column_infos_of(table).await?;
            let names = infos.into_iter().map(|column| column.name).collect();
            self.tables.insert(table.to_owned(), names);
        }
        Ok(self
            .tables
            .get(table)
            .map(Vec::as_slice)
            .unwrap_or_default())
    }
}
