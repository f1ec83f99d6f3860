//! Databases and settings that do not fit together, and what is said about them.

use im_core::{AuthError, ExternalAuthenticator, Login, Verdict};
use im_password::{PoolLimits, VerifyPool};
use libtest_mimic::Trial;

use crate::boards::{self, LATIN1, SQLITE, UTF8, V3, V5_0, V5_1, V6_0, V10, empty, fresh};
use crate::support::{Board, Opening};

fn login() -> Login {
    Login::new("Alice", "correct horse 42")
}

fn is_in(verdict: &Result<Verdict, AuthError>) -> bool {
    matches!(verdict, Ok(Verdict::Accepted(_)))
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        boards::trial(
            "prefix::with_the_underscore_says_what_to_write".into(),
            || async {
                let opening = Opening {
                    prefix: "phorum_",
                    ..Opening::of(Board::V5_2)
                };
                let error = UTF8
                    .open(&opening)
                    .await
                    .authenticate(&login())
                    .await
                    .unwrap_err();
                assert_eq!(error.kind(), "configuration");
                assert!(
                    error.to_string().contains("write prefix = \"phorum\""),
                    "{error}"
                );
            },
        ),
        boards::trial(
            "prefix::with_the_underscore_on_version_3".into(),
            || async {
                let opening = Opening {
                    prefix: "forums_",
                    ..Opening::of(Board::V3)
                };
                let error = V3.open(&opening).await.probe().await.unwrap_err();
                assert!(
                    error.to_string().contains("write prefix = \"forums\""),
                    "{error}"
                );
            },
        ),
        boards::trial("prefix::a_wrong_one_says_which_is_there".into(), || async {
            let opening = Opening {
                prefix: "phroum",
                ..Opening::of(Board::V5_2)
            };
            let error = UTF8
                .open(&opening)
                .await
                .authenticate(&login())
                .await
                .unwrap_err();
            let text = error.to_string();
            assert_eq!(error.kind(), "schema");
            assert!(
                text.contains("phroum_users") && text.contains("\"phorum\""),
                "{text}"
            );
        }),
        boards::trial("prefix::an_empty_database_says_so".into(), || async {
            let (_database, url, _) = empty("utf8mb4", "utf8mb4_general_ci").await;
            let error = Opening::of(Board::V5_2)
                .open(&url)
                .authenticate(&login())
                .await
                .unwrap_err();
            assert_eq!(error.kind(), "schema");
            assert!(error.to_string().contains("phorum_users"), "{error}");
        }),
        boards::trial(
            "prefix::one_that_ends_in_an_underscore_and_means_it".into(),
            || async {
                let (database, url, _) = empty("utf8mb4", "utf8mb4_general_ci").await;
                let engine = im_testkit::Engine::MariaDb;
                let rename = |text: &str| text.replace("phorum_", "odd__");
                database.execute(&rename(Board::V5_2.schema(engine))).await;
                database
                    .execute(&rename(&Board::V5_2.seed(engine, "utf8mb4")))
                    .await;
                let opening = Opening {
                    prefix: "odd_",
                    ..Opening::of(Board::V5_2)
                };
                assert!(is_in(&opening.open(&url).authenticate(&login()).await));
            },
        ),
        boards::trial(
            "v3::strict_is_refused_because_it_could_not_be_kept".into(),
            || async {
                let phorum = V3.open(&Opening::strict(Board::V3)).await;
                let error = phorum
                    .authenticate(&Login::new("Alice", "sesame77"))
                    .await
                    .unwrap_err();
                assert_eq!(error.kind(), "configuration");
                assert!(error.to_string().contains("bans = \"product\""), "{error}");
            },
        ),
        boards::trial(
            "tables::a_missing_ban_table_is_named_when_it_is_needed".into(),
            || async {
                let (database, url) = fresh(Board::V5_2, "utf8mb4", "utf8mb4_general_ci").await;
                database.execute("DROP TABLE phorum_banlists").await;
                assert!(is_in(
                    &Opening::of(Board::V5_2)
                        .open(&url)
                        .authenticate(&login())
                        .await
                ));
                let strict = Opening::strict(Board::V5_2).open(&url);
                let error = strict.authenticate(&login()).await.unwrap_err();
                assert_eq!(error.kind(), "schema");
                assert!(error.to_string().contains("phorum_banlists"), "{error}");
            },
        ),
        boards::trial(
            "tables::an_upgrade_is_noticed_without_a_restart".into(),
            || async {
                let (database, url) = fresh(Board::V5_1, "utf8mb4", "utf8mb4_general_ci").await;
                let phorum = Opening::of(Board::V5_1).open(&url);
                assert!(is_in(&phorum.authenticate(&login()).await));
                database
                .execute(
                    "ALTER TABLE phorum_users DROP COLUMN user_language, DROP COLUMN cookie_sessid_lt,
                     ADD COLUMN display_name varchar(255) NOT NULL DEFAULT 'Shown'",
                )
                .await;
                let error = phorum.authenticate(&login()).await.unwrap_err();
                assert_eq!(error.kind(), "schema");
                let Ok(Verdict::Accepted(alice)) = phorum.authenticate(&login()).await else {
                    panic!("the next sign-in knows the new columns");
                };
                assert_eq!(alice.display_name.as_deref(), Some("Shown"));
                assert_eq!(
                    phorum.probe().await.unwrap().version.as_deref(),
                    Some("5.2")
                );
            },
        ),
        boards::trial(
            "charset::a_russian_board_in_latin1_columns".into(),
            russian_board,
        ),
        boards::trial(
            "probe::a_module_that_replaces_the_check_is_mentioned".into(),
            || async {
                let (database, url) = fresh(Board::V5_2, "utf8mb4", "utf8mb4_general_ci").await;
                database
                .execute(
                    "UPDATE phorum_settings SET data = 'a:1:{s:17:\"user_authenticate\";a:0:{}}' WHERE name = 'hooks'",
                )
                .await;
                let probe = Opening::of(Board::V5_2).open(&url).probe().await.unwrap();
                let warned = probe
                    .warnings
                    .iter()
                    .any(|warning| warning.contains("a module"));
                assert!(warned, "{:?}", probe.warnings);
            },
        ),
        boards::trial(
            "probe::an_expression_that_cannot_be_used_is_mentioned".into(),
            || async {
                let strict = UTF8
                    .open(&Opening::strict(Board::V5_2))
                    .await
                    .probe()
                    .await
                    .unwrap();
                let entry = |warnings: &[String]| {
                    warnings.iter().any(|warning| warning.contains("entry 8 "))
                };
                assert!(entry(&strict.warnings), "{:?}", strict.warnings);
                let product = UTF8
                    .open(&Opening::of(Board::V5_2))
                    .await
                    .probe()
                    .await
                    .unwrap();
                assert!(!entry(&product.warnings), "{:?}", product.warnings);
            },
        ),
        boards::trial("probe::version_3_scans_its_names".into(), || async {
            let probe = V3
                .open(&Opening::of(Board::V3))
                .await
                .probe()
                .await
                .unwrap();
            let warned = probe
                .warnings
                .iter()
                .any(|warning| warning.contains("no index"));
            assert!(warned, "{:?}", probe.warnings);
        }),
        boards::trial("work::unknown_and_wrong_cost_the_same".into(), equal_work),
        boards::trial("work::an_argon2_account_signs_in".into(), || async {
            let (database, url) = fresh(Board::V6_0, "utf8mb4", "utf8mb4_unicode_ci").await;
            let stored = im_password::hash_argon2id("argon-31").expect("a hash");
            database
                .execute(&format!(
                    "UPDATE phorum_users SET password = '{stored}' WHERE user_id = 4"
                ))
                .await;
            let phorum = Opening::of(Board::V6_0).open(&url);
            let right = Login::new("O'Brien", " argon-31");
            assert!(is_in(&phorum.authenticate(&right).await));
            let wrong = Login::new("O'Brien", "argon-32");
            assert!(!is_in(&phorum.authenticate(&wrong).await));
        }),
    ];
    for (place, version, accounts) in [
        (&LATIN1, "5.2", 30),
        (&UTF8, "5.2", 32),
        (&V3, "3", 8),
        (&V5_0, "5.0", 28),
        (&V5_1, "5.1", 30),
        (&V6_0, "6.0", 33),
        (&V10, "10", 33),
        (&SQLITE, "5.2", 32),
    ] {
        trials.push(boards::trial(
            format!(
                "{}::the_probe_names_version_accounts_and_formats",
                place.name
            ),
            move || async move {
                let phorum = place.open(&Opening::of(place.board)).await;
                let probe = phorum.probe().await.unwrap();
                assert_eq!(probe.version.as_deref(), Some(version));
                assert_eq!(probe.accounts, Some(accounts));
                let server = probe.server.unwrap_or_default();
                assert!(
                    server.contains("MariaDB") || server.contains("SQLite"),
                    "{server}"
                );
                let commonest = &probe.formats[0];
                assert!(commonest.supported, "{commonest:?}");
                let unknown: Vec<_> = probe.formats.iter().filter(|f| !f.supported).collect();
                assert!(
                    unknown.iter().any(|f| f.format.contains("40 hex")),
                    "{unknown:?}"
                );
                assert!(!format!("{:?}", probe.formats).contains("NO PASSWORD"));
            },
        ));
    }
    trials
}

/// Names and passwords in windows-1251, stored in columns declared latin1, as boards did before `SET NAMES`.
async fn russian_board() {
    let (database, url) = fresh(Board::V5_0, "latin1", "latin1_swedish_ci").await;
    let im_testkit::ForeignPlace::MariaDb(mariadb) = &database else {
        unreachable!("latin1 is MariaDB's");
    };
    // INSERT … username = 'Иван' in windows-1251; the digest is of 'пароль' in the same bytes.
    let name = [0xC8, 0xE2, 0xE0, 0xED];
    let mut script =
        b"INSERT INTO phorum_users (user_id, username, password, active) VALUES (90, '".to_vec();
    script.extend(name);
    script.extend(b"', MD5(CAST(0xEFE0F0EEEBFC AS BINARY)), 1);");
    mariadb.execute_bytes("latin1", &script).await;
    let opening = Opening {
        charset: Some("bytes:windows-1251"),
        board_charset: Some("windows-1251"),
        ..Opening::of(Board::V5_0)
    };
    let phorum = opening.open(&url);
    let Ok(Verdict::Accepted(ivan)) = phorum.authenticate(&Login::new("Иван", "пароль")).await
    else {
        panic!("Иван signs in");
    };
    assert_eq!(ivan.name, "Иван");
    let plain = Opening::of(Board::V5_0).open(&url);
    assert!(!is_in(
        &plain.authenticate(&Login::new("Иван", "пароль")).await
    ));
}

/// Statements and verifications of every way to be turned away.
async fn equal_work() {
    for (place, alice, comparisons) in [
        (&UTF8, "correct horse 42", 2),
        (&V6_0, "correct horse 42", 2),
        (&V10, "correct horse 42", 1),
        (&V3, "sesame77", 1),
    ] {
        let pool = VerifyPool::new(PoolLimits::default());
        let (_, url) = place.database().await;
        let config = Opening::of(place.board).config(url, pool.clone());
        let phorum = im_auth_phorum::Phorum::new(config).unwrap();
        // What is asked once and remembered comes first.
        assert!(is_in(
            &phorum.authenticate(&Login::new("Alice", alice)).await
        ));
        let work = || {
            (
                phorum.statements_run(),
                pool.stats().verified + pool.stats().decoys,
            )
        };
        let mut costs = Vec::new();
        for name in [
            "Nobody",
            "Alice",
            "alice",
            "Zoé",
            "O'Brien",
            "   ",
            "\u{1f600}",
        ] {
            let (statements, verified) = work();
            let verdict = phorum
                .authenticate(&Login::new(name, "certainly wrong"))
                .await;
            assert!(
                matches!(verdict, Ok(Verdict::Rejected(_))),
                "{name}: {verdict:?}"
            );
            let (statements_now, verified_now) = work();
            if name.is_ascii() || place.board == Board::V10 || place.board == Board::V6_0 {
                costs.push((name, statements_now - statements));
            }
            assert_eq!(
                verified_now - verified,
                comparisons,
                "{name} on {}",
                place.name
            );
        }
        assert!(
            costs.windows(2).all(|pair| pair[0].1 == pair[1].1),
            "{costs:?}"
        );
    }
}
