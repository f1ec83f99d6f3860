//! What is known of an account, and how it stands, without its password.

use im_auth_phpbb2::Phpbb2;
use im_core::{
    Avatar, ExternalAuthenticator, ExternalUser, Identity, Login, Lookup, Rejection, Standing,
    Timestamp, Verdict,
};
use libtest_mimic::Trial;

use crate::boards::{Place, ensure_eq};
use crate::names::PASSWORD;
use crate::support::{NOW, SEED, realm};
use crate::trial;

pub(crate) const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("found::everything_that_is_known_of_a_member", everything),
        trial("found::groups_and_moderators", groups),
        trial("found::how_accounts_stand", standings),
        trial("found::a_ban_is_not_hidden_by_a_lock_out", ban_and_lock),
        trial("found::an_id_used_again_is_somebody_else", id_used_again),
        trial("found::a_new_name_is_the_same_account", renamed),
        trial("found::unread_private_messages", unread),
        trial("found::the_probe_tells_the_version_and_what_is_odd", probe),
    ]
}

pub(crate) async fn seeded() -> Place {
    let place = Place::new("latin1", "latin1_swedish_ci", &[("sitename", "x")]).await;
    place
        .database
        .execute("DELETE FROM phpbb_config; DELETE FROM phpbb_users;")
        .await;
    place.database.execute(SEED).await;
    place
}

pub(crate) async fn sign_in(
    forum: &Phpbb2,
    name: &str,
    password: &str,
) -> Result<ExternalUser, String> {
    match forum.authenticate(&Login::new(name, password)).await {
        Ok(Verdict::Accepted(user)) => Ok(*user),
        answer => Err(format!("{name}: {answer:?}")),
    }
}

pub(crate) async fn found(forum: &Phpbb2, lookup: Lookup) -> Result<Option<Standing>, String> {
    let found = forum
        .find(&[lookup])
        .await
        .map_err(|error| error.to_string())?;
    Ok(found
        .into_iter()
        .next()
        .flatten()
        .map(|found| found.standing))
}

fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_unix_timestamp(seconds).ok()
}

pub(crate) const BANNED: Option<Standing> =
    Some(Standing::Refused(Rejection::Banned { until: None }));

async fn everything() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let user = sign_in(&forum, "alice", PASSWORD).await?;
    let mut expected = ExternalUser::new(Identity::new(realm(), "3"), "Alice");
    expected.registered_at = moment(1_100_000_003);
    expected.email = Some("alice@mail.example".into());
    expected.avatar = Some(Avatar::Path("images/avatars/3.png".into()));
    expected.language = Some("fr".into());
    expected.groups = vec!["Gardeners".into()];
    ensure_eq!(&user, &expected);
    let by_id = forum
        .find(&[Lookup::by_id("3")])
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(by_id[0].as_ref().map(|found| &found.user), Some(&expected));
    let user = sign_in(&forum, "r&d", "A&B <c> \"d\"").await?;
    ensure_eq!(
        (user.name.as_str(), user.email.as_deref()),
        ("R&D", Some("r&d@mail.example"))
    );
    ensure_eq!(sign_in(&forum, "Łukasz", "zażółć").await?.name, "Łukasz");
    ensure_eq!(sign_in(&forum, "admin", "admin-pass").await?.is_admin, true);
    Ok(())
}

async fn groups() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let user = sign_in(&forum, "Moderator", "moderator-pass").await?;
    ensure_eq!(
        (user.is_moderator, user.is_admin, user.groups.len()),
        (true, false, 0)
    );
    let user = sign_in(&forum, "Groupmod", "groupmod-pass").await?;
    ensure_eq!(
        (user.is_moderator, user.groups),
        (true, vec!["Q & A".to_owned()])
    );
    // Alice waits to be let into that group.
    ensure_eq!(
        sign_in(&forum, "Alice", PASSWORD).await?.is_moderator,
        false
    );
    // The right may hang on the member's personal group, too.
    place
        .database
        .execute("INSERT INTO phpbb_auth_access (group_id, forum_id, auth_mod) VALUES (1, 7, 1)")
        .await;
    let user = sign_in(&forum, "Alice", PASSWORD).await?;
    ensure_eq!(
        (user.is_moderator, user.groups),
        (true, vec!["Gardeners".to_owned()])
    );
    Ok(())
}

async fn standings() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let refused = |rejection| Some(Standing::Refused(rejection));
    for (id, expected) in [
        ("3", Some(Standing::Good)),
        ("8", refused(Rejection::Inactive)),
        ("9", refused(Rejection::PendingActivation)),
        ("10", BANNED),
        ("11", BANNED),
        ("14", Some(Standing::Good)),
        (
            "16",
            refused(Rejection::LockedOut {
                until: moment(1_780_314_600 + 1800),
            }),
        ),
        ("17", Some(Standing::Good)),
        ("18", refused(Rejection::Inactive)),
        ("21", Some(Standing::Good)),
        ("999", None),
    ] {
        ensure_eq!(
            (id, found(&forum, Lookup::by_id(id)).await?),
            (id, expected)
        );
    }
    Ok(())
}

async fn ban_and_lock() -> Result<(), String> {
    let place = seeded().await;
    place
        .database
        .execute("INSERT INTO phpbb_banlist (ban_userid) VALUES (16)")
        .await;
    let forum = place.open("auto");
    ensure_eq!(found(&forum, Lookup::by_id("16")).await?, BANNED);
    // At sign-in the lock comes first, as in the product.
    match forum.authenticate(&Login::new("Lola", "lola-pass")).await {
        Ok(Verdict::Rejected(Rejection::LockedOut { .. })) => Ok(()),
        answer => Err(format!("{answer:?}")),
    }
}

async fn id_used_again() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let before = sign_in(&forum, "Alice", PASSWORD).await?;
    place
        .database
        .execute(&format!(
            "DELETE FROM phpbb_users WHERE user_id = 3; \
             INSERT INTO phpbb_users (user_id, username, user_password, user_regdate) VALUES (3, 'Carol', '{STORED}', {NOW});"
        ))
        .await;
    match forum.authenticate(&Login::new("Alice", PASSWORD)).await {
        Ok(Verdict::Rejected(Rejection::UnknownUser)) => {}
        answer => return Err(format!("{answer:?}")),
    }
    let after = sign_in(&forum, "Carol", PASSWORD).await?;
    ensure_eq!(&after.identity, &before.identity);
    ensure_eq!(after.registered_at, moment(NOW));
    ensure_eq!(after.registered_at == before.registered_at, false);
    Ok(())
}

async fn renamed() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let before = sign_in(&forum, "Alice", PASSWORD).await?;
    place
        .database
        .execute("UPDATE phpbb_users SET username = 'Alicia' WHERE user_id = 3")
        .await;
    match forum.authenticate(&Login::new("Alice", PASSWORD)).await {
        Ok(Verdict::Rejected(Rejection::UnknownUser)) => {}
        answer => return Err(format!("{answer:?}")),
    }
    let after = sign_in(&forum, "Alicia", PASSWORD).await?;
    ensure_eq!(
        (after.identity, after.registered_at),
        (before.identity, before.registered_at)
    );
    Ok(())
}

async fn unread() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    for (id, expected) in [
        ("3", Some(2)),
        ("2", Some(1)),
        ("4", Some(0)),
        ("999", None),
    ] {
        let unread = forum
            .unread_private_messages(&Identity::new(realm(), id))
            .await;
        ensure_eq!(
            (id, unread.map_err(|error| error.to_string())?),
            (id, expected)
        );
    }
    Ok(())
}

async fn probe() -> Result<(), String> {
    let place = seeded().await;
    place.member(50, b"ALICE", STORED).await;
    place
        .database
        .execute("UPDATE phpbb_config SET config_value = '1' WHERE config_name = 'board_disable'")
        .await;
    let probe = place
        .open("auto")
        .probe()
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(probe.version.as_deref(), Some("2.0.23"));
    ensure_eq!(probe.accounts, Some(21));
    let formats: Vec<_> = probe
        .formats
        .iter()
        .map(|f| (f.accounts, f.supported))
        .collect();
    ensure_eq!(formats, [(19, true), (1, false), (1, false)]);
    ensure_eq!(probe.formats[0].format.as_str(), "md5($pass)");
    ensure_eq!(
        probe
            .server
            .is_some_and(|server| server.starts_with("MariaDB")),
        true
    );
    let warnings = probe.warnings.join("\n");
    for word in ["CREATE INDEX", "2 accounts", "1 names", "closed"] {
        if !warnings.contains(word) {
            return Err(format!("no warning of {word:?} among:\n{warnings}"));
        }
    }
    Ok(())
}
