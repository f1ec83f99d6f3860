//! What the board's own settings change, and what old or broken tables do.

use im_auth_phpbb2::{ClosedBoard, Options};
use std::time::Duration;

use im_core::{ExternalAuthenticator, Lookup, Rejection, Standing, Timestamp};
use libtest_mimic::Trial;

use crate::boards::{Place, ask, ensure_eq};
use crate::case::Expect;
use crate::support::{NOW, POOL, board, board_by, clock};
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
        trial(
            "settings::rights_that_are_granted_later_are_noticed",
            rights_granted_later,
        ),
        trial("settings::a_restore_is_survived", restored),
        trial(
            "settings::columns_that_are_converted_are_read_as_such",
            converted,
        ),
        trial(
            "settings::columns_that_stay_keep_what_is_remembered",
            unchanged,
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
    ask(&forum, "Alice", PASSWORD, Expect::Error("closed")).await?;
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
    settings_only(&place).await?;
    let answer = place.open("auto").probe().await;
    ensure_eq!(
        answer.err().map(|error| error.kind()),
        Some("configuration")
    );
    ask(
        &place.open("auto"),
        "Alice",
        PASSWORD,
        Expect::Error("configuration"),
    )
    .await
}

/// Leaves the reader nothing but the board's settings; gives what grants the rest.
async fn settings_only(place: &Place) -> Result<String, String> {
    let url = place.database.reader_url();
    let (reader, _) = url
        .strip_prefix("mysql://")
        .and_then(|url| url.split_once(':'))
        .ok_or("an address")?;
    let name = place.database.name();
    let grant = |table: &str| format!("GRANT SELECT ON {name}.phpbb_{table} TO {reader};\n");
    let revoke = format!("REVOKE SELECT ON {name}.* FROM {reader};\n");
    place.database.execute(&(revoke + &grant("config"))).await;
    let rest = [
        "users",
        "banlist",
        "groups",
        "user_group",
        "auth_access",
        "privmsgs",
    ];
    Ok(rest.map(grant).concat())
}

async fn rights_granted_later() -> Result<(), String> {
    // The board's lock counts from then on.
    let place = with(&[("max_login_attempts", "5"), ("login_reset_time", "30")]).await;
    fail(&place, 5, NOW).await;
    let grants = settings_only(&place).await?;
    let forum = place.open("auto");
    ask(&forum, "Alice", PASSWORD, Expect::Error("configuration")).await?;
    place.database.execute(&grants).await;
    ask(&forum, "Alice", PASSWORD, locked(NOW + 30 * 60)).await?;
    // So do names that lie as bytes in latin1 columns.
    let rows = [("version", ".0.23"), ("default_lang", "russian")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, b"\xc8\xe2\xe0\xed", STORED).await;
    let grants = settings_only(&place).await?;
    let forum = place.open("auto");
    ask(&forum, "Иван", PASSWORD, Expect::Error("configuration")).await?;
    place.database.execute(&grants).await;
    ask(&forum, "Иван", PASSWORD, Expect::In(3)).await
}

async fn restored() -> Result<(), String> {
    let place = with(&[("max_login_attempts", "5"), ("login_reset_time", "30")]).await;
    fail(&place, 5, NOW).await;
    let away = "RENAME TABLE phpbb_users TO restoring";
    place.database.execute(away).await;
    let forum = place.open("auto");
    ask(&forum, "Alice", PASSWORD, Expect::Error("schema")).await?;
    let back = "RENAME TABLE restoring TO phpbb_users";
    place.database.execute(back).await;
    ask(&forum, "Alice", PASSWORD, locked(NOW + 30 * 60)).await
}

async fn converted() -> Result<(), String> {
    let place = Place::new("latin1", "latin1_swedish_ci", &PLAIN).await;
    place.member(3, "Łukasz".as_bytes(), STORED).await;
    let clock = clock();
    let mut options = Options::default();
    options.board_charset = "utf-8".parse().map_err(|_| "a character set")?;
    let forum = board_by(clock.clone(), place.config(), options, POOL.clone());
    ask(&forum, "Łukasz", PASSWORD, Expect::In(3)).await?;
    // As owners do it: through bytes, lest the server convert what never was latin1.
    place
        .database
        .execute(
            "ALTER TABLE phpbb_users MODIFY username varbinary(25) NOT NULL;\n\
             ALTER TABLE phpbb_users MODIFY username varchar(25) CHARACTER SET utf8mb4 NOT NULL;",
        )
        .await;
    clock.advance(Duration::from_secs(30));
    ask(&forum, "Łukasz", PASSWORD, Expect::In(3)).await?;
    let found = forum.find(&[Lookup::by_id("3")]).await;
    let name = |found: Option<_>| found.map(|found: im_core::Found| found.user.name);
    let mut found = found.map_err(|error| error.to_string())?;
    ensure_eq!(found.pop().and_then(name), Some("Łukasz".to_owned()));
    Ok(())
}

async fn unchanged() -> Result<(), String> {
    let place = with(&[]).await;
    let clock = clock();
    let options = Options::default();
    let forum = board_by(clock.clone(), place.config(), options, POOL.clone());
    let spent = async || {
        let before = forum.statements_run();
        ask(&forum, "Alice", PASSWORD, Expect::In(3)).await?;
        Ok::<_, String>(forum.statements_run() - before)
    };
    spent().await?;
    let remembered = spent().await?;
    // Settings and columns are looked at once more, and the name is still known.
    clock.advance(Duration::from_secs(30));
    ensure_eq!(spent().await?, remembered + 2);
    ensure_eq!(spent().await?, remembered);
    Ok(())
}
