//! What the board's own settings change, and what old or broken tables do.

use im_auth_phpbb2::{ClosedBoard, Options};
use im_core::{ExternalAuthenticator, Lookup, Rejection, Standing, Timestamp};
use libtest_mimic::Trial;

use crate::boards::{Place, ask, ensure_eq};
use crate::case::Expect;
use crate::support::{NOW, board};
use crate::trial;

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";
const PLAIN: [(&str, &str); 2] = [("version", ".0.23"), ("default_lang", "english")];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(
            "settings::the_limit_on_failures_is_the_boards",
            limit_on_failures,
        ),
        trial(
            "settings::without_a_limit_nobody_is_locked_out",
            without_a_limit,
        ),
        trial(
            "settings::before_2_0_19_nobody_is_locked_out",
            before_the_limit,
        ),
        trial("settings::a_closed_board_is_ignored", closed_ignored),
        trial(
            "settings::a_closed_board_is_followed_where_wanted",
            closed_followed,
        ),
        trial(
            "settings::without_rows_the_last_version_is_taken",
            without_rows,
        ),
        trial("settings::an_empty_prefix", empty_prefix),
        trial("settings::a_missing_table_is_named", missing_table),
        trial("settings::a_missing_column_is_named", missing_column),
        trial("settings::a_board_of_phpbb_3_is_told_apart", phpbb_3),
        trial(
            "settings::an_account_without_rights_is_told",
            without_rights,
        ),
    ]
}

async fn with(rows: &[(&str, &str)]) -> Place {
    let rows = [&PLAIN[..], rows].concat();
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, b"Alice", STORED).await;
    place
}

fn locked(until: i64) -> Expect {
    let until = Timestamp::from_unix_timestamp(until).ok();
    Expect::Refused(Rejection::LockedOut { until })
}

async fn fail(place: &Place, tries: u32, at: i64) {
    let script = format!(
        "UPDATE phpbb_users SET user_login_tries = {tries}, user_last_login_try = {at} WHERE user_id = 3"
    );
    place.database.execute(&script).await;
}

async fn limit_on_failures() -> Result<(), String> {
    let place = with(&[("max_login_attempts", "2"), ("login_reset_time", "1")]).await;
    let forum = place.open("auto");
    fail(&place, 1, NOW).await;
    ask(&forum, "Alice", PASSWORD, Expect::In(3)).await?;
    fail(&place, 2, NOW).await;
    ask(&forum, "Alice", PASSWORD, locked(NOW + 60)).await?;
    fail(&place, 2, NOW - 61).await;
    ask(&forum, "Alice", PASSWORD, Expect::In(3)).await
}

async fn without_a_limit() -> Result<(), String> {
    for rows in [
        &[("max_login_attempts", "0"), ("login_reset_time", "30")][..],
        &[("max_login_attempts", "5"), ("login_reset_time", "0")],
        &[],
    ] {
        let place = with(rows).await;
        fail(&place, 100, NOW).await;
        ask(&place.open("auto"), "Alice", PASSWORD, Expect::In(3)).await?;
    }
    Ok(())
}

async fn before_the_limit() -> Result<(), String> {
    let place = with(&[("max_login_attempts", "5"), ("login_reset_time", "30")]).await;
    let columns =
        "ALTER TABLE phpbb_users DROP COLUMN user_login_tries, DROP COLUMN user_last_login_try";
    place.database.execute(columns).await;
    let forum = place.open("auto");
    ask(&forum, "Alice", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "Alice", "wrong", Expect::Wrong).await
}

async fn closed_ignored() -> Result<(), String> {
    let place = with(&[("board_disable", "1")]).await;
    ask(&place.open("auto"), "Alice", PASSWORD, Expect::In(3)).await
}

async fn closed_followed() -> Result<(), String> {
    let place = with(&[("board_disable", "1")]).await;
    place.member(2, b"Admin", STORED).await;
    place
        .database
        .execute("UPDATE phpbb_users SET user_level = 1 WHERE user_id = 2")
        .await;
    let mut options = Options::default();
    options.board_disable = ClosedBoard::Follow;
    let forum = board(place.config(), options);
    ask(&forum, "Alice", PASSWORD, Expect::Error("unavailable")).await?;
    ask(&forum, "Alice", "wrong", Expect::Wrong).await?;
    ask(&forum, "Admin", PASSWORD, Expect::In(2)).await?;
    // Who is in stays in.
    let found = forum
        .find(&[Lookup::by_id("3")])
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(
        found[0].as_ref().map(|found| found.standing.clone()),
        Some(Standing::Good)
    );
    Ok(())
}

async fn without_rows() -> Result<(), String> {
    let place = Place::new("latin1", "latin1_swedish_ci", &[("sitename", "x")]).await;
    place.member(3, b"R&amp;D", STORED).await;
    let forum = place.open("auto");
    ask(&forum, "R&D\\", PASSWORD, Expect::In(3)).await
}

async fn empty_prefix() -> Result<(), String> {
    let place = with(&[]).await;
    // `groups` is a word of SQL's own in newer servers.
    for table in [
        "users",
        "config",
        "banlist",
        "groups",
        "user_group",
        "auth_access",
        "privmsgs",
    ] {
        place
            .database
            .execute(&format!("RENAME TABLE phpbb_{table} TO `{table}`"))
            .await;
    }
    let mut options = Options::default();
    options.prefix = "".parse().map_err(|_| "a prefix")?;
    let forum = board(place.config(), options);
    ask(&forum, "Alice", PASSWORD, Expect::In(3)).await?;
    forum
        .probe()
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}

async fn missing_table() -> Result<(), String> {
    let place = with(&[]).await;
    let mut options = Options::default();
    options.prefix = "phbb_".parse().map_err(|_| "a prefix")?;
    let answer = board(place.config(), options).probe().await;
    let text = answer.err().ok_or("an error is due")?.to_string();
    if !text.contains("phbb_") || !text.contains("phpbb_") {
        return Err(format!(
            "neither the table nor the right prefix is named: {text}"
        ));
    }
    place.database.execute("DROP TABLE phpbb_banlist").await;
    let forum = place.open("auto");
    ask(&forum, "Alice", "wrong", Expect::Wrong).await?;
    // Who is banned cannot be known: nobody comes in.
    ask(&forum, "Alice", PASSWORD, Expect::Error("schema")).await
}

async fn missing_column() -> Result<(), String> {
    let place = with(&[]).await;
    place
        .database
        .execute("ALTER TABLE phpbb_users DROP COLUMN user_actkey")
        .await;
    let answer = place.open("auto").probe().await;
    let error = answer.err().ok_or("an error is due")?;
    ensure_eq!(error.kind(), "schema");
    if !error.to_string().contains("user_actkey") {
        return Err(format!("the column is not named: {error}"));
    }
    ask(
        &place.open("auto"),
        "Alice",
        PASSWORD,
        Expect::Error("schema"),
    )
    .await
}

async fn phpbb_3() -> Result<(), String> {
    let place = Place::new("utf8mb3", "utf8mb3_bin", &[("version", "3.3.10")]).await;
    ask(
        &place.open("auto"),
        "Alice",
        PASSWORD,
        Expect::Error("configuration"),
    )
    .await
}

async fn without_rights() -> Result<(), String> {
    let place = with(&[]).await;
    let (reader, rest) = place
        .database
        .reader_url()
        .strip_prefix("mysql://")
        .and_then(|url| {
            url.split_once(':')
                .map(|(reader, rest)| (reader.to_owned(), rest.to_owned()))
        })
        .ok_or("an address")?;
    drop(rest);
    let name = place.database.name();
    place
        .database
        .execute(&format!("REVOKE SELECT ON {name}.* FROM {reader}; GRANT SELECT ON {name}.phpbb_config TO {reader};"))
        .await;
    ask(
        &place.open("auto"),
        "Alice",
        PASSWORD,
        Expect::Error("configuration"),
    )
    .await
}
