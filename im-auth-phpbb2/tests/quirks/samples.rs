//! The sample board plays the product well enough for others to build on.

use im_auth_phpbb2::sample::{Board, Member};
use im_auth_phpbb2::{Options, Phpbb2};
use im_auth_sql::DatabaseConfig;
use im_core::{
    ExternalAuthenticator, Identity, Login, Lookup, Rejection, Standing, Timestamp, Verdict,
};
use im_testkit::{MariaDb, SqliteFile, TestDatabase};
use libtest_mimic::Trial;

use crate::boards::{ask, ensure_eq};
use crate::case::Expect;
use crate::support::{NOW, board, patient, realm};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("samples::on_mariadb", || async {
            let database = MariaDb::shared().await;
            let database = database
                .create_database("utf8mb4", "utf8mb4_general_ci")
                .await;
            let config = patient(&database.reader_url());
            plays(&Where::MariaDb(database), config, Board::mysql("a-b_")).await
        }),
        trial("samples::on_sqlite", || async {
            let file = SqliteFile::create().await;
            let config = patient(&file.url());
            plays(&Where::Sqlite(file), config, Board::sqlite("a-b_")).await
        }),
    ]
}

enum Where {
    MariaDb(TestDatabase),
    Sqlite(SqliteFile),
}

impl Where {
    async fn run(&self, script: String) {
        match self {
            Self::MariaDb(database) => database.execute(&script).await,
            Self::Sqlite(file) => file.execute(&script).await,
        }
    }
}

async fn standing(forum: &Phpbb2, id: i64) -> Result<Option<Standing>, String> {
    let found = forum.find(&[Lookup::by_id(id.to_string())]).await;
    let found = found.map_err(|error| error.to_string())?;
    Ok(found
        .into_iter()
        .next()
        .flatten()
        .map(|found| found.standing))
}

async fn plays(
    place: &Where,
    config: DatabaseConfig,
    sample: Result<Board, im_core::AuthError>,
) -> Result<(), String> {
    let sample = sample.map_err(|error| error.to_string())?;
    let mut options = Options::default();
    options.prefix = "a-b_".parse().map_err(|_| "a prefix")?;
    let forum = board(config, options);
    place.run(sample.create()).await;
    place
        .run(sample.register(&Member::new("Boss", "boss's \\ own").id(2).administrator()))
        .await;
    let registered = Timestamp::from_unix_timestamp(NOW).map_err(|_| "a moment")?;
    let alice = Member::new("Alice \\ O'Neill & Łucja", "“crème” 'brûlée'\\")
        .email("alice@mail.example")
        .language("french")
        .registered_at(registered);
    place.run(sample.register(&alice)).await;
    place
        .run(sample.register(&Member::new("Mod", "mod").moderator()))
        .await;
    // As typed, so signed in: whatever is in it.
    let login = Login::new("alice \\ o'neill & Łucja", "“crème” 'brûlée'\\");
    let user = match forum.authenticate(&login).await {
        Ok(Verdict::Accepted(user)) => user,
        answer => return Err(format!("{answer:?}")),
    };
    ensure_eq!(user.identity.id.as_str(), "3");
    ensure_eq!(user.registered_at, Some(registered));
    ensure_eq!(user.language.as_deref(), Some("fr"));
    ask(&forum, "Boss", "boss's \\ own", Expect::In(2)).await?;
    ask(&forum, "Mod", "mod", Expect::In(4)).await?;
    ask(&forum, "Anonymous", "", Expect::Unknown).await?;
    // What happens to members.
    let refused = |rejection| Some(Standing::Refused(rejection));
    ensure_eq!(standing(&forum, 4).await?, Some(Standing::Good));
    place.run(sample.ban(4)).await;
    ensure_eq!(
        standing(&forum, 4).await?,
        refused(Rejection::Banned { until: None })
    );
    place.run(sample.lift_ban(4)).await;
    place.run(sample.deactivate(4)).await;
    ensure_eq!(standing(&forum, 4).await?, refused(Rejection::Inactive));
    place.run(sample.activate(4)).await;
    place.run(sample.lock_out(4, registered)).await;
    match standing(&forum, 4).await? {
        Some(Standing::Refused(Rejection::LockedOut { .. })) => {}
        other => return Err(format!("{other:?}")),
    }
    let unread = async || {
        forum
            .unread_private_messages(&Identity::new(realm(), "3"))
            .await
            .ok()
    };
    place.run(sample.send_private_message(2, 3)).await;
    place.run(sample.send_private_message(4, 3)).await;
    ensure_eq!(unread().await, Some(Some(2)));
    place.run(sample.read_private_messages(3)).await;
    ensure_eq!(unread().await, Some(Some(0)));
    // The id of the newest goes to the next.
    place.run(sample.delete(4)).await;
    ensure_eq!(standing(&forum, 4).await?, None);
    place
        .run(sample.register(&Member::new("Next", "next")))
        .await;
    ask(&forum, "Next", "next", Expect::In(4)).await?;
    place.run(sample.rename(4, "Renamed")).await;
    place.run(sample.set_password(4, "new")).await;
    ask(&forum, "Next", "next", Expect::Unknown).await?;
    ask(&forum, "Renamed", "new", Expect::In(4)).await?;
    ask(&forum, "Renamed", "next", Expect::Wrong).await?;
    // The product's own table has no index on names.
    let without_index = async || {
        let probe = forum.probe().await.map_err(|error| error.to_string())?;
        Ok::<_, String>(
            probe
                .warnings
                .iter()
                .any(|warning| warning.contains("index")),
        )
    };
    ensure_eq!(without_index().await?, true);
    place.run(sample.index_names()).await;
    ensure_eq!(without_index().await?, false);
    ask(&forum, "Renamed", "new", Expect::In(4)).await
}
