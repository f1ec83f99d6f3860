//! The sample forums and who is in them.

use std::path::Path;

use anyhow::Context;
use im_auth_phorum::sample as phorum;
use im_auth_phpbb2::sample as phpbb2;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Executor};

/// An account that visitors may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Where it belongs.
    pub(super) realm: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// Its password, which is no secret.
    pub(super) password: &'static str,
}

impl Sample {
    /// For people.
    pub(super) fn words(&self) -> String {
        format!("{} (password: {})", self.name, self.password)
    }
}

/// Everybody. Alice is in both forums, as two different people.
pub(super) fn samples() -> &'static [Sample] {
    const fn sample(realm: &'static str, name: &'static str, password: &'static str) -> Sample {
        Sample {
            realm,
            name,
            password,
        }
    }
    const {
        &[
            sample("phpbb2", "Alice", "alice-2005"),
            sample("phpbb2", "Bob", "bob-2005"),
            sample("phorum", "Chloé", "chloe-2006"),
            sample("phorum", "Alice", "alice-2006"),
            sample("local", "Dora", "dora-2026"),
            sample("local", "Emil", "emil-2026"),
        ]
    }
}

fn of(realm: &str) -> impl Iterator<Item = &'static Sample> {
    samples().iter().filter(move |sample| sample.realm == realm)
}

/// Makes both forums as SQLite files.
pub(super) async fn make_forums(folder: &Path) -> anyhow::Result<()> {
    let board = phpbb2::Board::sqlite("phpbb_")?;
    let mut script = board.create() + &board.index_names();
    for sample in of("phpbb2") {
        script += &board.register(&phpbb2::Member::new(sample.name, sample.password));
    }
    run(&folder.join("phpbb2.sqlite"), script).await?;

    let forum = phorum::Board::sqlite("phorum")?;
    let mut script = forum.create();
    for sample in of("phorum") {
        script += &forum.register(&phorum::Member::new(sample.name, sample.password));
    }
    run(&folder.join("phorum.sqlite"), script).await
}

async fn run(file: &Path, script: String) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .with_context(|| format!("cannot make {}", file.display()))?;
    connection
        .execute(sqlx::AssertSqlSafe(script))
        .await
        .with_context(|| format!("cannot fill {}", file.display()))?;
    connection.close().await?;
    Ok(())
}
