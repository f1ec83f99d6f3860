//! One board, once its version is known: what to ask it and how to compare passwords.

use std::sync::Arc;

use im_auth_sql::{
    ColumnInfo, CommonestShape, Engine, ForeignDatabase, LoginColumn, NameLookup, Prefix,
    Statement, TextCharset,
};
use im_core::AuthError;
use im_password::Policy;

use crate::config::Options;
use crate::names::{self, Names};
use crate::php;
use crate::query::Queries;
use crate::text::{self, Databases};
use crate::version::{Columns, Traits, Version};

/// What stands for every member's stored password while the table is empty.
const BLANK_MD5: &[u8] = b"00000000000000000000000000000000";

/// A board whose tables were looked at.
#[derive(Debug)]
pub(crate) struct Board {
    /// Reads text as it is meant.
    pub(crate) database: ForeignDatabase,
    /// Columns declared latin1 turned out to hold UTF-8.
    pub(crate) utf8_in_latin1: bool,
    pub(crate) names: Names,
    pub(crate) version: Version,
    pub(crate) queries: Queries,
    /// Finds [candidates](crate::account::Candidate).
    pub(crate) candidates: NameLookup,
    /// Finds accounts.
    pub(crate) accounts: NameLookup,
    pub(crate) policy: Arc<Policy>,
    pub(crate) commonest: CommonestShape,
}

impl Board {
    /// Looks at the tables and columns.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no table of accounts, [`AuthError::Configuration`] when the prefix was
    /// written with the underscore, or the options ask for what the version does not have.
    pub(crate) async fn detect(
        databases: &Databases,
        options: &Options,
    ) -> Result<Self, AuthError> {
        let prefix = &options.prefix;
        let found = find(&databases.declared, prefix).await?;
        let version = found.version;
        options.fit(version)?;
        let text = text(databases, options, &found).await?;
        let database = text.database;
        let queries = Queries::new(prefix, version, &found.columns)?;
        let names = Names {
            pages: text.pages,
            html: html_names(database, prefix, &queries).await?,
        };
        let policy = Arc::new(version.policy(&options.board_charset)?);
        let blank = policy
            .recognise(BLANK_MD5)
            .map_err(im_auth_sql::verify_error)?;
        let commonest =
            CommonestShape::new(queries.newest_passwords.clone(), Arc::clone(&policy), blank);
        let column = login_column(prefix, version)?;
        let candidates = NameLookup::new(
            database.clone(),
            column.clone(),
            queries.candidate.clone(),
            queries.remembered_candidate.clone(),
        );
        let accounts = NameLookup::new(
            database.clone(),
            column,
            queries.by_login.clone(),
            queries.by_id_and_login.clone(),
        );
        Ok(Self {
            database: database.clone(),
            utf8_in_latin1: text.utf8_in_latin1,
            names,
            version,
            queries,
            candidates,
            accounts,
            policy,
            commonest,
        })
    }
}

/// The column that names are looked up in.
fn login_column(prefix: &Prefix, version: Version) -> Result<LoginColumn, AuthError> {
    let (table, _) = version.user_table();
    Ok(LoginColumn::new(prefix.table(table)?, "username"))
}

/// What the catalogue says.
struct Catalogued {
    version: Version,
    columns: Columns,
    /// What `username` is declared to hold.
    charset: Option<String>,
}

/// Looks for the table of accounts. Only this one tells the version: others may be hidden from the account.
async fn find(database: &ForeignDatabase, prefix: &Prefix) -> Result<Catalogued, AuthError> {
    let charset = |columns: Vec<ColumnInfo>| {
        columns
            .into_iter()
            .find(|column| column.name.eq_ignore_ascii_case("username"))
            .and_then(|column| column.charset)
    };
    let users = prefix.table("_users")?;
    let infos = database.column_infos(&users).await?;
    if !infos.is_empty() {
        let traits = Traits {
            user_columns: infos.iter().map(|column| column.name.clone()).collect(),
            password_width: password_width(database, users.as_str()).await?,
        };
        return Ok(Catalogued {
            version: traits.version(),
            columns: traits.columns(),
            charset: charset(infos),
        });
    }
    let infos = database.column_infos(&prefix.table("_auth")?).await?;
    if infos.is_empty() {
        return Err(no_accounts(database, prefix).await);
    }
    Ok(Catalogued {
        version: Version::V3,
        columns: Columns::default(),
        charset: charset(infos),
    })
}

/// How text is read.
struct Text<'a> {
    database: &'a ForeignDatabase,
    pages: Option<TextCharset>,
    utf8_in_latin1: bool,
}

/// Finds out how text is to be read; the configuration has the last word.
async fn text<'a>(
    databases: &'a Databases,
    options: &Options,
    found: &Catalogued,
) -> Result<Text<'a>, AuthError> {
    let declared = &databases.declared;
    let charset = found.charset.as_deref();
    let pages = |columns| names::pages(found.version, &options.board_charset, columns);
    let as_declared = |columns| Text {
        database: declared,
        pages: pages(columns),
        utf8_in_latin1: false,
    };
    let Some(utf8) = &databases.utf8 else {
        return Ok(as_declared(declared.charset()));
    };
    if charset != Some("latin1") && pages(None).is_none() {
        return Ok(as_declared(None));
    }
    let look = text::look(declared, &options.prefix, found.version, charset).await?;
    if look.utf8_in_latin1 {
        tracing::info!(
            "Phorum: columns declared latin1 hold UTF-8 and are read so; charset = \"bytes:utf-8\" would settle it"
        );
        return Ok(Text {
            database: utf8,
            pages: pages(utf8.charset()),
            utf8_in_latin1: true,
        });
    }
    Ok(as_declared(
        look.beyond_western.then(|| utf8.charset()).flatten(),
    ))
}

/// Whether a module wrote HTML into the display names. A table of settings that cannot be read keeps nobody out.
async fn html_names(
    database: &ForeignDatabase,
    prefix: &Prefix,
    queries: &Queries,
) -> Result<bool, AuthError> {
    let Some(statement) = &queries.html_names else {
        return Ok(false);
    };
    match database.fetch_optional(statement, &[]).await {
        Ok(Some(row)) => Ok(row
            .opt_text("data")?
            .is_some_and(|data| php::is_true(&data))),
        Ok(None) => Ok(false),
        Err(error) if is_refused(&error) => {
            tracing::warn!(
                "Phorum: {prefix}_settings cannot be read, display names are taken for plain text: {error}"
            );
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Whether a table is not there for this account, rather than the database not answering.
pub(crate) fn is_refused(error: &AuthError) -> bool {
    matches!(error, AuthError::Configuration(_) | AuthError::Schema(_))
}

/// How many characters `password` holds.
async fn password_width(database: &ForeignDatabase, users: &str) -> Result<Option<u64>, AuthError> {
    let statement = match database.engine() {
        Engine::Sqlite => {
            "SELECT type AS width FROM pragma_table_info(:table) WHERE name = 'password'"
        }
        _ => {
            "SELECT character_maximum_length AS width FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = :table AND column_name = 'password'"
        }
    };
    let statement = Statement::new(statement)?;
    let rows = database
        .fetch_all(&statement, &[("table", users.into())])
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    // A number, or on SQLite the declared type: varchar(50).
    let width = row.opt_text("width")?.unwrap_or_default();
    Ok(width
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .trim_end_matches(')')
        .parse()
        .ok())
}

/// There is neither `…_users` nor `…_auth`: the reason, and what to write.
async fn no_accounts(database: &ForeignDatabase, prefix: &Prefix) -> AuthError {
    match underscored(database, prefix).await {
        Ok(Some(bare)) => {
            return AuthError::configuration(format!(
                "Phorum puts an underscore after the prefix itself: write prefix = \"{bare}\", not \"{prefix}\""
            ));
        }
        Ok(None) => {}
        Err(error) => return error,
    }
    // The database's own words about the missing table, with the prefixes that would do.
    let accounts = Statement::prefixed("SELECT 1 AS one FROM {prefix}_users WHERE 1 = 0", prefix);
    let answer = match accounts {
        Ok(accounts) => database.fetch_all(&accounts, &[]).await,
        Err(error) => return error,
    };
    match answer {
        Err(error) => error.with("of Phorum 3", format!("{prefix}_auth")),
        Ok(_) => AuthError::schema("the table of accounts appeared only now; try again"),
    }
}

/// The prefix without the underscore that somebody wrote after it, if that leads to a table of accounts.
async fn underscored(
    database: &ForeignDatabase,
    prefix: &Prefix,
) -> Result<Option<Prefix>, AuthError> {
    let Some(bare) = prefix.as_str().strip_suffix('_') else {
        return Ok(None);
    };
    let bare = Prefix::new(bare)?;
    for table in ["_users", "_auth"] {
        if database.table_exists(&bare.table(table)?).await? {
            return Ok(Some(bare));
        }
    }
    Ok(None)
}
