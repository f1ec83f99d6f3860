//! Accounts that may read little, databases that say nothing, and rows that were tampered with.

use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use im_auth_phorum::Phorum;
use im_core::{AuthError, ExternalAuthenticator, Login, Lookup, Verdict};
use im_testkit::ForeignPlace;
use libtest_mimic::Trial;
use tokio::task::JoinSet;

use crate::boards::{self, UTF8, fresh};
use crate::support::{Board, Opening};

fn login() -> Login {
    Login::new("Alice", "correct horse 42")
}

fn is_in(verdict: &Result<Verdict, AuthError>) -> bool {
    matches!(verdict, Ok(Verdict::Accepted(_)))
}

/// What every sign-in reads.
const NEEDED: [&str; 5] = [
    "users",
    "groups",
    "user_group_xref",
    "forum_group_xref",
    "user_permissions",
];

/// A board that the reader may read these tables of, and nothing else.
async fn granting(board: Board, tables: &[&str]) -> (ForeignPlace, String) {
    let charset = if board == Board::V5_0 {
        "latin1"
    } else {
        "utf8mb3"
    };
    let collation = if board == Board::V5_0 {
        "latin1_swedish_ci"
    } else {
        "utf8mb3_general_ci"
    };
    let (database, url) = fresh(board, charset, collation).await;
    let ForeignPlace::MariaDb(mariadb) = &database else {
        unreachable!("SQLite has no grants");
    };
    let reader = url
        .strip_prefix("mysql://")
        .and_then(|rest| rest.split(':').next())
        .expect("an account");
    let schema = mariadb.name();
    let mut script = format!("REVOKE SELECT ON {schema}.* FROM {reader};\n");
    for table in tables {
        script += &format!("GRANT SELECT ON {schema}.phorum_{table} TO {reader};\n");
    }
    database.execute(&script).await;
    (database, url)
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        boards::trial(
            "grants::the_version_does_not_hang_on_the_private_messages".into(),
            || async {
                let (_database, url) = granting(Board::V5_0, &NEEDED).await;
                let phorum = Opening::of(Board::V5_0).open(&url);
                let latin1 = Login::new("Zoé", "crème brûlée é1");
                assert!(is_in(&phorum.authenticate(&latin1).await));
                let untrimmed = Login::new("Bob Smith", " spaced out ");
                assert!(is_in(&phorum.authenticate(&untrimmed).await));
            },
        ),
        boards::trial(
            "grants::settings_that_may_not_be_read_keep_nobody_out".into(),
            || async {
                let others = ["banlists", "pm_xref"];
                let (_database, url) =
                    granting(Board::V5_2, &[&NEEDED[..], &others[..]].concat()).await;
                let phorum = Opening::of(Board::V5_2).open(&url);
                let Ok(Verdict::Accepted(bob)) = phorum
                    .authenticate(&Login::new("Bob Smith", "two words"))
                    .await
                else {
                    panic!("Bob signs in");
                };
                assert_eq!(bob.display_name.as_deref(), Some("Captain Bob"));
                let probe = phorum.probe().await.unwrap();
                assert!(
                    probe
                        .warnings
                        .iter()
                        .any(|warning| warning.contains("GRANT SELECT ON phorum_settings")),
                    "{:?}",
                    probe.warnings
                );
            },
        ),
        boards::trial(
            "grants::each_other_table_of_a_sign_in_is_an_error_that_says_grant".into(),
            || async {
                for missing in &NEEDED[1..] {
                    let tables: Vec<&str> = NEEDED
                        .into_iter()
                        .filter(|table| table != missing)
                        .collect();
                    let (_database, url) = granting(Board::V5_2, &tables).await;
                    let phorum = Opening::of(Board::V5_2).open(&url);
                    let error = phorum.authenticate(&login()).await.unwrap_err();
                    assert_eq!(error.kind(), "configuration", "{missing}");
                    assert!(error.to_string().contains("GRANT SELECT"), "{error}");
                }
            },
        ),
        boards::trial(
            "stored::only_a_mailed_password_of_an_unknown_format_is_an_error".into(),
            || async {
                let (database, url) = fresh(Board::V5_2, "utf8mb3", "utf8mb3_general_ci").await;
                let unknown = "1596717cacc75a2bcc6c8f6c7228d8ef422c6d17";
                database
                    .execute(&format!(
                        "UPDATE phorum_users SET password = '*NO PASSWORD SET*', password_temp = '{unknown}' WHERE user_id = 2;
                         UPDATE phorum_users SET password = '', password_temp = '{unknown}' WHERE user_id = 3;
                         UPDATE phorum_users SET password_temp = '{unknown}' WHERE user_id = 4;"
                    ))
                    .await;
                let phorum = Opening::of(Board::V5_2).open(&url);
                for name in ["Alice", "Zoé"] {
                    let answer = phorum.authenticate(&Login::new(name, "forty-digits")).await;
                    assert!(
                        matches!(&answer, Err(AuthError::UnsupportedHash { .. })),
                        "{name}: {answer:?}"
                    );
                }
                // Beside a first password that could be compared it is only a wrong one.
                let answer = phorum.authenticate(&Login::new("O'Brien", "wrong")).await;
                assert!(matches!(answer, Ok(Verdict::Rejected(_))), "{answer:?}");
            },
        ),
        boards::trial(
            "waiting::a_silent_database_does_not_make_a_queue".into(),
            || async {
                // Connections are accepted by the system and never answered.
                let silent = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
                let port = silent.local_addr().expect("its address").port();
                let url = format!("mysql://im_ro@127.0.0.1:{port}/forum");
                let phorum = Arc::new(Opening::of(Board::V5_2).open(&url));
                let start = Instant::now();
                let mut sign_ins = JoinSet::new();
                for _ in 0..8 {
                    let phorum = Arc::clone(&phorum);
                    sign_ins.spawn(async move { phorum.authenticate(&login()).await });
                }
                for answer in sign_ins.join_all().await {
                    let error = answer.expect_err("nobody answers");
                    assert_eq!(error.kind(), "unavailable");
                }
                // One second is each one's limit; one after the other they would take eight.
                assert!(
                    start.elapsed() < Duration::from_secs(5),
                    "{:?}",
                    start.elapsed()
                );
            },
        ),
        boards::trial(
            "waiting::the_first_questions_look_at_the_tables_once".into(),
            || async {
                let (_, url) = UTF8.database().await;
                // A look-up of nobody looks at the tables and asks no more than a fixed number of statements.
                let ask = async |phorum: &Phorum| {
                    let nobody = [Lookup::by_id("4711")];
                    assert!(phorum.find(&nobody).await.is_ok());
                };
                let alone = Opening::of(Board::V5_2).open(url);
                ask(&alone).await;
                let first = alone.statements_run();
                ask(&alone).await;
                let later = alone.statements_run() - first;
                assert!(later < first);
                let phorum = Opening::of(Board::V5_2).open(url);
                tokio::join!(ask(&phorum), ask(&phorum), ask(&phorum), ask(&phorum));
                assert_eq!(phorum.statements_run(), first + 3 * later);
            },
        ),
        boards::trial(
            "waiting::a_probe_under_way_stops_no_sign_in".into(),
            || async {
                let phorum = UTF8.open(&Opening::of(Board::V5_2)).await;
                assert!(is_in(&phorum.authenticate(&login()).await));
                let mut probe = pin!(phorum.probe());
                poll_fn(|context| {
                    assert!(probe.as_mut().poll(context).is_pending());
                    Poll::Ready(())
                })
                .await;
                let sign_in = tokio::time::timeout(Duration::from_secs(10), async {
                    phorum.authenticate(&login()).await
                });
                assert!(is_in(
                    &sign_in.await.expect("an answer, while the probe rests")
                ));
                assert!(probe.await.is_ok());
            },
        ),
    ]
}
