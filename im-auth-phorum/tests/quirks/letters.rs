//! Names beyond ASCII: what the pages sent, and what the columns made of it.

use im_auth_phorum::Phorum;
use im_core::{ExternalAuthenticator, Login, Lookup, Verdict};
use im_testkit::ForeignPlace;
use libtest_mimic::Trial;

use crate::boards::{self, fresh};
use crate::support::{Board, Opening};

/// The name of who signs in as `name`, if anybody.
async fn name_of(phorum: &Phorum, name: &str, password: &str) -> Option<String> {
    match phorum.authenticate(&Login::new(name, password)).await {
        Ok(Verdict::Accepted(user)) => Some(user.name.clone()),
        Ok(_) => None,
        Err(error) => panic!("{name}: {error}"),
    }
}

/// A member of any version from 5.0 on whose password is `password`.
fn member(id: u32, name: &str, password: &str) -> String {
    format!(
        "INSERT INTO phorum_users (user_id, username, password, active) VALUES ({id}, '{name}', MD5('{password}'), 1);\n"
    )
}

/// A board whose text arrived as UTF-8 over a connection that called it latin1.
async fn mislabelled(board: Board) -> (ForeignPlace, String) {
    let (database, url) = fresh(board, "latin1", "latin1_swedish_ci").await;
    let ForeignPlace::MariaDb(mariadb) = &database else {
        unreachable!("latin1 is MariaDB's");
    };
    let rows = "DELETE FROM phorum_users WHERE user_id IN (3, 16);\n".to_owned()
        + &member(90, "Zoé", "zoe-90")
        + &member(91, "Łukasz", "lukasz-91")
        + "UPDATE phorum_groups SET name = 'Écrivains' WHERE name = 'Writers';\n\
           INSERT INTO phorum_user_group_xref (user_id, group_id, status) SELECT 90, group_id, 1 \
           FROM phorum_groups WHERE name = 'Écrivains';\n";
    mariadb.execute_bytes("latin1", rows.as_bytes()).await;
    (database, url)
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        boards::trial(
            "letters::what_western_pages_lacked_was_stored_as_entities".into(),
            entities,
        ),
        boards::trial(
            "letters::pages_in_utf_8_stored_names_as_they_are".into(),
            || async {
                let (database, url) = fresh(Board::V5_0, "utf8mb4", "utf8mb4_general_ci").await;
                let phorum = Opening::of(Board::V5_0).open(&url);
                let known = name_of(&phorum, "Иван", "ivan-40").await;
                assert_eq!(known.as_deref(), Some("Иван"));
                drop(database);
            },
        ),
        boards::trial(
            "letters::later_versions_make_no_entities".into(),
            || async {
                let (database, url) = fresh(Board::V5_1, "utf8mb3", "utf8mb3_general_ci").await;
                database.execute(&member(90, "&#321;uk", "luk-90")).await;
                let phorum = Opening::of(Board::V5_1).open(&url);
                assert_eq!(name_of(&phorum, "Łuk", "luk-90").await, None);
                let known = name_of(&phorum, "&#321;uk", "luk-90").await;
                assert_eq!(known.as_deref(), Some("&#321;uk"));
            },
        ),
        boards::trial(
            "letters::utf_8_in_latin1_columns_is_noticed".into(),
            || async {
                for board in [Board::V5_0, Board::V5_1, Board::V5_2] {
                    let (database, url) = mislabelled(board).await;
                    let phorum = Opening::of(board).open(&url);
                    let zoe = name_of(&phorum, "Zoé", "zoe-90").await;
                    assert_eq!(zoe.as_deref(), Some("Zoé"), "{board:?}");
                    let lukasz = name_of(&phorum, "Łukasz", "lukasz-91").await;
                    assert_eq!(lukasz.as_deref(), Some("Łukasz"), "{board:?}");
                    let found = phorum.find(&[Lookup::by_id("90")]).await.unwrap();
                    let zoe = found[0].as_ref().expect("a member");
                    assert_eq!(zoe.user.groups, ["Écrivains"], "{board:?}");
                    let probe = phorum.probe().await.unwrap();
                    assert!(
                        probe.warnings.iter().any(|w| w.contains("bytes:utf-8")),
                        "{:?}",
                        probe.warnings
                    );
                    drop(database);
                }
            },
        ),
        boards::trial(
            "letters::a_configured_charset_has_the_last_word".into(),
            || async {
                let (database, url) = mislabelled(Board::V5_2).await;
                let opening = |charset| Opening {
                    charset: Some(charset),
                    ..Opening::of(Board::V5_2)
                };
                let western = opening("bytes:windows-1252").open(&url);
                assert_eq!(name_of(&western, "Zoé", "zoe-90").await, None);
                let as_declared = name_of(&western, "ZoÃ©", "zoe-90").await;
                assert_eq!(as_declared.as_deref(), Some("ZoÃ©"));
                let utf8 = opening("bytes:utf-8").open(&url);
                let zoe = name_of(&utf8, "Zoé", "zoe-90").await;
                assert_eq!(zoe.as_deref(), Some("Zoé"));
                drop(database);
            },
        ),
        boards::trial(
            "letters::latin1_columns_that_hold_latin1_are_read_so".into(),
            || async {
                let (database, url) = fresh(Board::V5_2, "latin1", "latin1_swedish_ci").await;
                // One name that only looks like UTF-8 does not outvote the others.
                database.execute(&member(90, "AÃ©", "odd-90")).await;
                let phorum = Opening::of(Board::V5_2).open(&url);
                let zoe = name_of(&phorum, "Zoé", "crème brûlée é1").await;
                assert_eq!(zoe.as_deref(), Some("Zoé"));
                let odd = name_of(&phorum, "AÃ©", "odd-90").await;
                assert_eq!(odd.as_deref(), Some("AÃ©"));
                let warnings = phorum.probe().await.unwrap().warnings;
                assert!(
                    !warnings.iter().any(|w| w.contains("UTF-8")),
                    "{warnings:?}"
                );
            },
        ),
    ]
}

/// `Łukasz` and an emoji on iso-8859-1 pages.
async fn entities() {
    let (database, url) = fresh(Board::V5_0, "latin1", "latin1_swedish_ci").await;
    let rows = member(90, "&#321;ukasz", "lukasz-90") + &member(91, "smile &#128512;", "smile-91");
    database.execute(&rows).await;
    let phorum = Opening::of(Board::V5_0).open(&url);
    for typed in ["Łukasz", " Łukasz ", "ŁUKASZ", "&#321;ukasz"] {
        let name = name_of(&phorum, typed, "lukasz-90").await;
        assert_eq!(name.as_deref(), Some("Łukasz"), "{typed}");
    }
    let smile = name_of(&phorum, "smile \u{1f600}", "smile-91").await;
    assert_eq!(smile.as_deref(), Some("smile \u{1f600}"));
    assert_eq!(name_of(&phorum, "łukasz", "lukasz-90").await, None);
    let found = phorum
        .find(&[Lookup::by_name("Łukasz"), Lookup::by_id("90")])
        .await
        .unwrap();
    for found in found {
        let user = found.expect("a member").user;
        assert_eq!((user.identity.id.as_str(), &*user.name), ("90", "Łukasz"));
    }
}
