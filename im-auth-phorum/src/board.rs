//! One board, once its version is known: what to ask it and how to compare passwords.

use std::sync::Arc;

use im_auth_sql::{
    CommonestShape, Engine, ForeignDatabase, LoginColumn, NameLookup, Prefix, Statement,
};
use im_core::AuthError;
use im_password::Policy;

use crate::config::Options;
use crate::query::Queries;
use crate::version::{Traits, Version};

/// What stands for every member's stored password while the table is empty.
const BLANK_MD5: &[u8] = b"00000000000000000000000000000000";

/// A board whose tables were looked at.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) version: Version,
    pub(crate) queries: Queries,
    pub(crate) lookup: NameLookup,
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
        database: &ForeignDatabase,
        options: &Options,
    ) -> Result<Self, AuthError> {
        let prefix = &options.prefix;
        let (version, columns) = match traits(database, prefix).await? {
            Some(traits) => (traits.version(), traits.columns()),
            None if database.table_exists(&prefix.table("_auth")?).await? => {
                (Version::V3, Default::default())
            }
            None => return Err(no_accounts(database, prefix).await),
        };
        options.fit(version)?;
        let queries = Queries::new(prefix, version, &columns)?;
        let policy = Arc::new(version.policy(&options.board_charset)?);
        let blank = policy
            .recognise(BLANK_MD5)
            .map_err(im_auth_sql::verify_error)?;
        let commonest =
            CommonestShape::new(queries.newest_passwords.clone(), Arc::clone(&policy), blank);
        let lookup = NameLookup::new(
            database.clone(),
            login_column(prefix, version)?,
            queries.by_login.clone(),
            queries.by_id_and_login.clone(),
        );
        Ok(Self {
            version,
            queries,
            lookup,
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

/// What tells the versions from 5.0 on apart; `None` without a `…_users` table.
async fn traits(database: &ForeignDatabase, prefix: &Prefix) -> Result<Option<Traits>, AuthError> {
    let users = prefix.table("_users")?;
    let user_columns = database.columns(&users).await?;
    if user_columns.is_empty() {
        return Ok(None);
    }
    let private_messages = database
        .table_exists(&prefix.table("_private_messages")?)
        .await?;
    Ok(Some(Traits {
        user_columns,
        private_messages,
        password_width: password_width(database, users.as_str()).await?,
    }))
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
