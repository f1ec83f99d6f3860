//! A table of accounts: its statements for one engine and one installation.

use im_core::AuthError;
use im_password::Input;

use super::file::{AfterWrongPassword, Decode, IdKind};
use super::login_column::login_column;
use super::parameter::{for_ids, with_ids};
use super::select::{Item, Select};
use super::state::States;
use super::template::{Template, Test};
use crate::{Engine, LoginColumn, Prefix, Statement, Value};

/// How many accounts one statement of a batch asks for.
pub(crate) const BATCH: usize = 100;
/// How many accounts one statement of a count of formats gives.
pub(crate) const PAGE: usize = 5_000;

/// One table of accounts as a description says it.
#[derive(Debug, Clone)]
pub(crate) struct UserSpec {
    pub(crate) source: Option<String>,
    pub(crate) after_wrong_password: AfterWrongPassword,
    pub(crate) id: IdKind,
    pub(crate) decode: Option<Decode>,
    pub(crate) table: String,
    pub(crate) states: States,
    pub(crate) texts: Vec<(Engine, UserTexts)>,
    /// The tables of `unread` belong to an add-on.
    pub(crate) unread_optional: bool,
    /// The tables of `groups` belong to an add-on.
    pub(crate) groups_optional: bool,
}

impl UserSpec {
    pub(crate) fn texts(&self, engine: Engine) -> Option<&UserTexts> {
        self.texts
            .iter()
            .find(|(known, _)| *known == engine)
            .map(|(_, texts)| texts)
    }
}

/// What a description says for one engine.
#[derive(Debug, Clone)]
pub(crate) struct UserTexts {
    pub(crate) select: Template,
    pub(crate) condition: Option<Template>,
    pub(crate) by_login: Vec<LoginText>,
    pub(crate) by_id: Template,
    pub(crate) groups: Option<Template>,
    pub(crate) unread: Option<Template>,
}

/// A condition on a typed name.
#[derive(Debug, Clone)]
pub(crate) struct LoginText {
    pub(crate) condition: Template,
    pub(crate) only_if: Option<String>,
    pub(crate) steps: Input,
}

/// What is wrong, and under which key of the table.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) key: String,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// The statements on one installation's table of accounts.
#[derive(Debug, Clone)]
pub(crate) struct UserStatements {
    pub(crate) select: Select,
    pub(crate) by_login: Vec<LoginStatement>,
    pub(crate) by_ids: ForIds,
    pub(crate) groups: Option<ForIds>,
    pub(crate) unread: Option<Statement>,
    /// `accounts`
    pub(crate) count: Statement,
    /// `password` and perhaps `format` and `rounds` of some hundred accounts, the newest if that can be had, else any.
    pub(crate) samples: [Statement; 2],
    /// `id`, `password` and perhaps `format` and `secret` of the next accounts after `:after`; of the first ones
    /// where ids are text.
    pub(crate) page: Statement,
}

/// A look-up by name.
#[derive(Debug, Clone)]
pub(crate) struct LoginStatement {
    /// `:login` → what a sign-in needs to know before the password is right: one row, nobody's without an id.
    pub(crate) candidate: Statement,
    /// `:id`, `:login` → the same.
    pub(crate) remembered_candidate: Statement,
    /// `:id`, `:login` → the account.
    pub(crate) account: Statement,
    /// The column that `:login` is compared with, where an index on it would help.
    pub(crate) column: Option<LoginColumn>,
    /// The condition as it is sent.
    pub(crate) condition: String,
}

/// The same question about one account and about a batch.
#[derive(Debug, Clone)]
pub(crate) struct ForIds {
    one: Statement,
    many: Statement,
}

impl ForIds {
    /// The statement for at most [`BATCH`] ids, and its values. The last id fills up what is left over.
    pub(crate) fn of(&self, ids: &[Value]) -> (&Statement, Vec<(String, Value)>) {
        let (statement, places) = if ids.len() <= 1 {
            (&self.one, 1)
        } else {
            (&self.many, BATCH)
        };
        let last = ids.last().cloned().unwrap_or(Value::Null);
        let values = (0..places)
            .map(|n| {
                let id = ids.get(n).unwrap_or(&last).clone();
                (format!("id{n}"), id)
            })
            .collect();
        (statement, values)
    }

    pub(crate) fn one(&self) -> &Statement {
        &self.one
    }
}

/// What is read of an account before its password is right.
///
/// Little, and always a row: bans that are looked up, or a row more or less on the way, would tell a stopwatch who
/// exists.
struct Candidate<'a>(Vec<&'a Item>);

impl<'a> Candidate<'a> {
    fn of(select: &'a Select, states: &States) -> Self {
        let locks = states.lock_out()
            || select
                .expression("state")
                .is_some_and(|state| state.contains("locked_out"));
        let is_read = |alias: &str| match alias {
            "id" | "name" | "password" | "salt" | "rounds" | "secret" | "username" | "format"
            | "locked_until" => true,
            "state" | "until" => locks,
            _ => false,
        };
        Self(
            select
                .items
                .iter()
                .filter(|item| is_read(&item.alias))
                .collect(),
        )
    }

    fn sql(&self, from: &str) -> String {
        let outer: Vec<String> = self
            .0
            .iter()
            .map(|item| format!("c.{0} AS {0}", item.alias))
            .collect();
        let inner: Vec<String> = self
            .0
            .iter()
            .map(|item| format!("{} AS {}", item.expression, item.alias))
            .collect();
        format!(
            "SELECT {} FROM (SELECT 1 AS one) o LEFT JOIN (SELECT {} {from}) c ON 1 = 1",
            outer.join(", "),
            inner.join(", ")
        )
    }
}

impl UserTexts {
    /// Everything that an installation is asked before the statements are made.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &Test> {
        let texts = [&self.select, &self.by_id]
            .into_iter()
            .chain(&self.condition)
            .chain(&self.groups)
            .chain(&self.unread)
            .chain(self.by_login.iter().map(|login| &login.condition));
        texts.flat_map(Template::tests)
    }

    /// The statements for an installation.
    ///
    /// # Errors
    /// What is wrong with the description.
    pub(crate) fn statements(
        &self,
        prefix: &Prefix,
        id: IdKind,
        states: &States,
        has: &dyn Fn(&Test) -> bool,
    ) -> Result<UserStatements, Problem> {
        let select = Select::parse(&self.select.resolve(has))
            .map_err(|message| Problem::new("select", message))?;
        let maker = Maker { prefix };
        maker.check("select", &self.select.resolve(has), &["now"], None)?;
        let condition = self.condition.as_ref().map(|text| text.resolve(has));
        if let Some(condition) = &condition {
            let sql = format!("SELECT 1 {} WHERE {condition}", select.from);
            maker.check("where", &sql, &["now"], None)?;
        }
        let items: Vec<String> = select
            .items
            .iter()
            .map(|item| format!("{} AS {}", item.expression, item.alias))
            .collect();
        let from = &select.from;
        let also = condition
            .map(|condition| format!("({condition}) AND "))
            .unwrap_or_default();
        let account = format!("SELECT {} {from} WHERE {also}", items.join(", "));
        let candidate = Candidate::of(&select, states);
        let by_id = self.by_id.resolve(has);

        let sql = format!("{account}({by_id})");
        maker.check("by_id", &sql, &["id", "now"], Some("id"))?;
        let by_ids = ForIds {
            one: maker.statement("by_id", &format!("{account}{}", for_ids(&by_id, 1)))?,
            many: maker.statement("by_id", &format!("{account}{}", for_ids(&by_id, BATCH)))?,
        };

        let mut by_login = Vec::with_capacity(self.by_login.len());
        for (n, login) in self.by_login.iter().enumerate() {
            let key = format!("by_login.#{n}");
            let condition = login.condition.resolve(has);
            let sql = format!("{account}({condition})");
            maker.check(&key, &sql, &["login", "now"], Some("login"))?;
            let both = format!("({by_id}) AND ({condition})");
            let candidate = |condition: &str| {
                maker.statement(
                    &key,
                    &candidate.sql(&format!("{from} WHERE {also}{condition}")),
                )
            };
            by_login.push(LoginStatement {
                candidate: candidate(&format!("({condition})"))?,
                remembered_candidate: candidate(&both)?,
                account: maker.statement(&key, &format!("{account}{both}"))?,
                column: login_column(&condition, &select, prefix),
                condition,
            });
        }

        let groups = self
            .groups
            .as_ref()
            .map(|text| maker.groups(&text.resolve(has)))
            .transpose()?;
        let unread = self
            .unread
            .as_ref()
            .map(|text| maker.unread(&text.resolve(has), from, &also, &by_id))
            .transpose()?;

        let expression = |alias: &str| select.expression(alias).unwrap_or("NULL").to_owned();
        let (own_id, password) = (expression("id"), expression("password"));
        let further = |aliases: &[&str]| -> String {
            aliases
                .iter()
                .filter_map(|alias| Some(format!(", {} AS {alias}", select.expression(alias)?)))
                .collect()
        };
        let all = also.trim_end_matches(" AND ");
        let only = if all.is_empty() {
            String::new()
        } else {
            format!(" WHERE {all}")
        };
        let sample = format!(
            "SELECT {password} AS password{} {from}{only}",
            further(&["format", "rounds"])
        );
        let columns = format!(
            "SELECT {own_id} AS id, {password} AS password{} {from}",
            further(&["format", "secret"])
        );
        let page = match id {
            IdKind::Int => {
                format!("{columns} WHERE {also}{own_id} > :after ORDER BY {own_id} LIMIT {PAGE}")
            }
            IdKind::Text => format!("{columns}{only} LIMIT {PAGE}"),
        };
        Ok(UserStatements {
            by_login,
            by_ids,
            groups,
            unread,
            count: maker.statement(
                "where",
                &format!("SELECT COUNT(*) AS accounts {from}{only}"),
            )?,
            samples: [
                maker.statement(
                    "select",
                    &format!("{sample} ORDER BY {own_id} DESC LIMIT 300"),
                )?,
                maker.statement("select", &format!("{sample} LIMIT 300"))?,
            ],
            page: maker.statement("select", &page)?,
            select,
        })
    }
}

/// Makes statements, and says under which key one is wrong.
pub(crate) struct Maker<'a> {
    pub(crate) prefix: &'a Prefix,
}

impl Maker<'_> {
    pub(crate) fn statement(&self, key: &str, sql: &str) -> Result<Statement, Problem> {
        Statement::prefixed(sql, self.prefix).map_err(|error| Problem::new(key, plain(&error)))
    }

    /// Takes a text whose parameters are known ones, `wanted` among them.
    pub(crate) fn check(
        &self,
        key: &str,
        sql: &str,
        known: &[&str],
        wanted: Option<&str>,
    ) -> Result<Statement, Problem> {
        let statement = self.statement(key, sql)?;
        if let Some(unknown) = statement.parameters().find(|name| !known.contains(name)) {
            let known: Vec<String> = known.iter().map(|name| format!(":{name}")).collect();
            return Err(Problem::new(
                key,
                format!("there is no :{unknown} here: only {}", known.join(", ")),
            ));
        }
        if let Some(wanted) = wanted
            && !statement.parameters().any(|name| name == wanted)
        {
            return Err(Problem::new(key, format!("it must use :{wanted}")));
        }
        Ok(statement)
    }

    fn groups(&self, sql: &str) -> Result<ForIds, Problem> {
        let key = "groups.select";
        self.check(key, sql, &["ids", "now"], Some("ids"))?;
        let select = Select::parse_any(sql).map_err(|message| Problem::new(key, message))?;
        for alias in ["id", "name"] {
            if !select.has(alias) {
                return Err(Problem::new(key, format!("the alias `{alias}` is missing")));
            }
        }
        Ok(ForIds {
            one: self.statement(key, &with_ids(sql, 1))?,
            many: self.statement(key, &with_ids(sql, BATCH))?,
        })
    }

    /// The count as part of the account's own row, so that nobody's account has none.
    fn unread(&self, sql: &str, from: &str, also: &str, by_id: &str) -> Result<Statement, Problem> {
        let key = "unread.select";
        self.check(key, sql, &["id", "now"], Some("id"))?;
        let select = Select::parse_any(sql).map_err(|message| Problem::new(key, message))?;
        if select.items.len() != 1 || !select.has("unread") {
            return Err(Problem::new(
                key,
                "it must give one column with the alias `unread`",
            ));
        }
        let sql = sql.trim().trim_end_matches(';');
        self.statement(
            key,
            &format!("SELECT ({sql}) AS unread {from} WHERE {also}({by_id})"),
        )
    }
}

/// What an error of a statement says, without its kind.
fn plain(error: &AuthError) -> String {
    error
        .detail()
        .map_or_else(|| error.to_string(), |detail| detail.message().to_owned())
}
