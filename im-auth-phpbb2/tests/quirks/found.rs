//! What is known of an account, and how it stands, without its password.

use im_auth_phpbb2::{BanPolicy, Options, Phpbb2};
use im_core::{
    Avatar, ExternalAuthenticator, ExternalUser, Identity, Login, Lookup, Rejection, Standing,
    Timestamp, Verdict,
};
use libtest_mimic::Trial;

use crate::boards::{Place, ensure_eq};
use crate::names::PASSWORD;
use crate::support::{NOW, SEED, board, realm};
use crate::trial;

const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("found::everything_that_is_known_of_a_member", everything),
        trial("found::groups_and_moderators", groups),
        trial("found::how_accounts_stand", standings),
        trial("found::a_ban_is_not_hidden_by_a_lock_out", ban_and_lock),
        trial("found::many_at_once_by_id", many_by_id),
        trial("found::many_at_once_by_name", many_by_name),
        trial("found::bans_of_many_at_once", many_bans),
        trial("found::last_addresses_count", addresses),
        trial("found::strict_bans_count", strict),
        trial("found::an_id_used_again_is_somebody_else", id_used_again),
        trial("found::a_new_name_is_the_same_account", renamed),
        trial("found::the_guest_and_no_numbers_are_nobody", nobody),
        trial("found::two_accounts_of_one_name_are_no_answer", ambiguous),
        trial("found::unread_private_messages", unread),
        trial("found::tables_of_several_collations", collations),
        trial("found::the_probe_tells_the_version_and_what_is_odd", probe),
    ]
}

async fn seeded() -> Place {
    let place = Place::new("latin1", "latin1_swedish_ci", &[("sitename", "x")]).await;
    place
        .database
        .execute("DELETE FROM phpbb_config; DELETE FROM phpbb_users;")
        .await;
    place.database.execute(SEED).await;
    place
}

async fn sign_in(forum: &Phpbb2, name: &str, password: &str) -> Result<ExternalUser, String> {
    match forum.authenticate(&Login::new(name, password)).await {
        Ok(Verdict::Accepted(user)) => Ok(*user),
        answer => Err(format!("{name}: {answer:?}")),
    }
}

async fn found(forum: &Phpbb2, lookup: Lookup) -> Result<Option<Standing>, String> {
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

const BANNED: Option<Standing> = Some(Standing::Refused(Rejection::Banned { until: None }));

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

async fn crowd(count: usize) -> Place {
    let place = Place::new(
        "latin1",
        "latin1_swedish_ci",
        &[("version", ".0.23"), ("default_lang", "english")],
    )
    .await;
    let last = 999 + count;
    place
        .database
        .execute(&format!(
            "INSERT INTO phpbb_users (user_id, username, user_password, user_email, user_regdate) \
             SELECT seq, CONCAT('member', seq), '{STORED}', CONCAT('m', seq, '@mail.example'), seq FROM seq_1000_to_{last}"
        ))
        .await;
    place
}

async fn many_by_id() -> Result<(), String> {
    let place = crowd(300).await;
    let forum = place.open("auto");
    let before = forum.statements_run();
    let lookups: Vec<_> = (900..1350)
        .map(|id: i32| Lookup::by_id(id.to_string()))
        .collect();
    let found = forum
        .find(&lookups)
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(found.len(), 450);
    for (at, found) in found.iter().enumerate() {
        let id = 900 + at;
        let expected = (1000..1300).contains(&id).then(|| id.to_string());
        ensure_eq!(
            found
                .as_ref()
                .map(|found| found.user.identity.id.to_string()),
            expected
        );
    }
    let spent = forum.statements_run() - before;
    if spent > 20 {
        return Err(format!("{spent} statements for 450 accounts"));
    }
    // The same one twice is twice the same.
    let twice = [
        Lookup::by_id("1000"),
        Lookup::by_name("MEMBER1000"),
        Lookup::by_id("1000"),
    ];
    let found = forum
        .find(&twice)
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(
        found
            .iter()
            .flatten()
            .filter(|found| found.user.name == "member1000")
            .count(),
        3
    );
    ensure_eq!(
        forum
            .find(&[])
            .await
            .map_err(|error| error.to_string())?
            .len(),
        0
    );
    Ok(())
}

async fn many_by_name() -> Result<(), String> {
    let place = crowd(40).await;
    place.member(3, b"Zo\xe9", STORED).await;
    let forum = place.open("auto");
    let mut names: Vec<_> = (990..1010).map(|id: i32| format!("Member{id} ")).collect();
    names.extend(["Zoé".to_owned(), "zoe".into(), "Zoë".into(), "🔑".into()]);
    let lookups: Vec<_> = names
        .iter()
        .map(|name| Lookup::by_name(name.as_str()))
        .collect();
    let found = forum
        .find(&lookups)
        .await
        .map_err(|error| error.to_string())?;
    let ids: Vec<_> = found
        .iter()
        .map(|found| {
            found
                .as_ref()
                .map_or("-".to_owned(), |found| found.user.identity.id.to_string())
        })
        .collect();
    let mut expected: Vec<_> = (990..1010)
        .map(|id: i32| {
            if id < 1000 {
                "-".to_owned()
            } else {
                id.to_string()
            }
        })
        .collect();
    expected.extend(["3", "3", "3", "-"].map(String::from));
    ensure_eq!(ids, expected);
    Ok(())
}

async fn many_bans() -> Result<(), String> {
    let place = crowd(200).await;
    place
        .database
        .execute(
            "INSERT INTO phpbb_banlist (ban_userid, ban_email) VALUES (1003, NULL), (0, 'M1070@mail.example'), \
             (1199, NULL), (0, 'm_100@mail.example');\n\
             UPDATE phpbb_users SET user_email = 'ł@mail.example' WHERE 1 = 0;\n\
             UPDATE phpbb_users SET user_email = '\u{e9}@mail.example' WHERE user_id = 1150;\n\
             INSERT INTO phpbb_banlist (ban_email) VALUES ('\u{e9}@mail.example');",
        )
        .await;
    let forum = place.open("auto");
    let lookups: Vec<_> = (1000..1200)
        .map(|id: i32| Lookup::by_id(id.to_string()))
        .collect();
    let found = forum
        .find(&lookups)
        .await
        .map_err(|error| error.to_string())?;
    let banned: Vec<_> = found
        .iter()
        .flatten()
        .filter(|found| Some(&found.standing) == BANNED.as_ref())
        .map(|found| found.user.identity.id.to_string())
        .collect();
    ensure_eq!(banned, ["1003", "1070", "1150", "1199"]);
    Ok(())
}

async fn addresses() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let at = |id: &str, address: &str| {
        Lookup::by_id(id).from_address(address.parse().expect("an address"))
    };
    let lookups = [
        at("3", "198.51.100.7"),
        at("3", "198.51.100.8"),
        at("4", "203.0.113.77"),
        at("5", "::ffff:203.0.113.1"),
        at("6", "2001:db8::1"),
        Lookup::by_name("R&D"),
    ];
    let found = forum
        .find(&lookups)
        .await
        .map_err(|error| error.to_string())?;
    let banned: Vec<_> = found
        .iter()
        .map(|found| found.as_ref().map(|found| found.standing.clone()) == BANNED)
        .collect();
    ensure_eq!(banned, [true, false, true, true, false, false]);
    Ok(())
}

async fn strict() -> Result<(), String> {
    let place = seeded().await;
    // Dotted addresses are in boards that other programs have written to.
    place
        .database
        .execute("INSERT INTO phpbb_banlist (ban_ip) VALUES ('10.1.2.*')")
        .await;
    let mut options = Options::default();
    options.bans = BanPolicy::Strict;
    let forum = board(place.config(), options);
    ensure_eq!(found(&forum, Lookup::by_id("21")).await?, BANNED);
    ensure_eq!(
        found(&forum, Lookup::by_id("3")).await?,
        Some(Standing::Good)
    );
    let from = Lookup::by_id("3").from_address([10, 1, 2, 3].into());
    ensure_eq!(found(&forum, from).await?, BANNED);
    Ok(())
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

async fn nobody() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    for id in ["-1", "03", " 3", "3x", "", "0", "99999999999999999999"] {
        ensure_eq!((id, found(&forum, Lookup::by_id(id)).await?), (id, None));
        let unread = forum
            .unread_private_messages(&Identity::new(realm(), id))
            .await;
        ensure_eq!(unread.map_err(|error| error.to_string())?, None);
    }
    ensure_eq!(found(&forum, Lookup::by_name("Anonymous")).await?, None);
    Ok(())
}

async fn ambiguous() -> Result<(), String> {
    let place = seeded().await;
    place.member(50, b"ALICE", STORED).await;
    let forum = place.open("auto");
    for lookups in [
        vec![Lookup::by_name("alice")],
        vec![Lookup::by_name("Admin"), Lookup::by_name("alice")],
    ] {
        match forum.find(&lookups).await {
            Err(error) => ensure_eq!(error.kind(), "ambiguous"),
            Ok(found) => return Err(format!("{found:?}")),
        }
    }
    ensure_eq!(
        found(&forum, Lookup::by_id("3")).await?,
        Some(Standing::Good)
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

async fn collations() -> Result<(), String> {
    let place = seeded().await;
    place
        .database
        .execute(
            "ALTER TABLE phpbb_banlist CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n\
             ALTER TABLE phpbb_groups CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_bin;\n\
             ALTER TABLE phpbb_users MODIFY user_email varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;",
        )
        .await;
    let forum = place.open("auto");
    ensure_eq!(
        sign_in(&forum, "Groupmod", "groupmod-pass").await?.groups,
        ["Q & A"]
    );
    let ids: Vec<_> = (2..30)
        .map(|id: i32| Lookup::by_id(id.to_string()))
        .collect();
    let found = forum.find(&ids).await.map_err(|error| error.to_string())?;
    let banned = found
        .iter()
        .flatten()
        .filter(|found| Some(&found.standing) == BANNED.as_ref());
    ensure_eq!(banned.count(), 2);
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
