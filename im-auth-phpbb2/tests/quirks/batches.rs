//! Accounts looked up many at a time.

use std::net::IpAddr;

use im_auth_phpbb2::{BanPolicy, Options};
use im_core::{ExternalAuthenticator, Identity, Lookup, Standing};
use libtest_mimic::Trial;

use crate::boards::{Place, ensure_eq};
use crate::found::{BANNED, STORED, found, seeded, sign_in};
use crate::support::{board, realm};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("batches::many_at_once_by_id", many_by_id),
        trial("batches::many_at_once_by_name", many_by_name),
        trial("batches::bans_of_many_at_once", many_bans),
        trial("batches::bans_of_strangers_are_not_read", bans_of_strangers),
        trial("batches::last_addresses_count", addresses),
        trial("batches::strict_bans_count", strict),
        trial("batches::the_guest_and_no_numbers_are_nobody", nobody),
        trial("batches::two_accounts_of_one_name_are_no_answer", ambiguous),
        trial("batches::tables_of_several_collations", collations),
    ]
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
             (1199, NULL), (0, 'm_100@mail.example'), (0, '@polish.example');\n\
             ALTER TABLE phpbb_users MODIFY user_email varchar(255) CHARACTER SET utf8mb3;\n\
             UPDATE phpbb_users SET user_email = 'ł@mail.example' WHERE user_id = 1160;\n\
             UPDATE phpbb_users SET user_email = 'ł@polish.example' WHERE user_id = 1161;\n\
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
    ensure_eq!(banned, ["1003", "1070", "1150", "1161", "1199"]);
    // Nobody else's ban has these asked for one by one: what the column cannot hold must not hide the one it can.
    let few = ["1000", "1150", "1160"].map(Lookup::by_id);
    let found = forum.find(&few).await;
    let standings: Vec<_> = found
        .map_err(|error| error.to_string())?
        .into_iter()
        .map(|found| found.map(|found| found.standing))
        .collect();
    let good = Some(Standing::Good);
    ensure_eq!(standings, [good.clone(), BANNED, good]);
    Ok(())
}

/// More of them than a statement may give rows.
async fn bans_of_strangers() -> Result<(), String> {
    let place = crowd(3).await;
    place
        .database
        .execute(
            "INSERT INTO phpbb_banlist (ban_userid, ban_ip, ban_email) \
             SELECT 0, LPAD(HEX(seq), 8, '0'), NULL FROM seq_1_to_100001;\n\
             INSERT INTO phpbb_banlist (ban_userid) VALUES (1001);",
        )
        .await;
    let forum = place.open("auto");
    let lookups = ["1000", "1001", "1002"].map(Lookup::by_id);
    let found = forum.find(&lookups).await;
    let standings: Vec<_> = found
        .map_err(|error| error.to_string())?
        .into_iter()
        .map(|found| found.map(|found| found.standing))
        .collect();
    let good = Some(Standing::Good);
    ensure_eq!(standings, [good.clone(), BANNED, good]);
    Ok(())
}

async fn addresses() -> Result<(), String> {
    let place = seeded().await;
    let forum = place.open("auto");
    let at = |id: &str, address: &str| {
        Lookup::by_id(id).from_address(address.parse::<IpAddr>().expect("an address"))
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
    let from = Lookup::by_id("3").from_address([10, 1, 2, 3]);
    ensure_eq!(found(&forum, from).await?, BANNED);
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
