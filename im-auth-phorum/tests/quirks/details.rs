//! Who a member is, how they stand, and what waits for them.

use im_auth_phorum::Phorum;
use im_core::{
    ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup, Realm, Rejection,
    Standing, Verdict,
};
use libtest_mimic::Trial;

use crate::boards::{self, LATIN1, SQLITE, UTF8, V3, V5_0, V5_1, V6_0, V10, fresh};
use crate::support::{Board, Opening, REALM};

async fn found(phorum: &Phorum, lookup: Lookup) -> Option<Found> {
    let mut answer = phorum.find(&[lookup]).await.expect("the board answers");
    assert_eq!(answer.len(), 1);
    answer.pop().flatten()
}

async fn user(phorum: &Phorum, id: &str) -> ExternalUser {
    found(phorum, Lookup::by_id(id))
        .await
        .expect("a member")
        .user
}

async fn unread(phorum: &Phorum, id: &str) -> Option<u32> {
    let identity = Identity::new(Realm::new(REALM).unwrap(), id);
    phorum
        .unread_private_messages(&identity)
        .await
        .expect("the board answers")
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for place in [&LATIN1, &UTF8, &V5_0, &V5_1, &V6_0, &V10, &SQLITE] {
        let name = |what: &str| format!("{}::{what}", place.name);
        let open = move || async move { place.open(&Opening::of(place.board)).await };
        trials.push(boards::trial(
            name("groups_are_those_of_members_and_leaders"),
            move || async move {
                let alice = user(&*open().await, "2").await;
                assert_eq!(alice.groups, ["Friends", "Writers"]);
            },
        ));
        trials.push(boards::trial(
            name("a_moderator_by_own_permission"),
            move || async move { assert!(user(&*open().await, "6").await.is_moderator) },
        ));
        trials.push(boards::trial(
            name("a_moderator_by_a_group"),
            move || async move { assert!(user(&*open().await, "3").await.is_moderator) },
        ));
        trials.push(boards::trial(
            name("reading_and_replying_make_no_moderator"),
            move || async move {
                let phorum = open().await;
                assert!(!user(&phorum, "7").await.is_moderator);
                assert!(
                    !user(&phorum, "2").await.is_moderator,
                    "asked for Staff, not let in"
                );
            },
        ));
        trials.push(boards::trial(
            name("an_administrator_is_one"),
            move || async move {
                let phorum = open().await;
                assert!(user(&phorum, "1").await.is_admin);
                assert!(!user(&phorum, "2").await.is_admin);
            },
        ));
        trials.push(boards::trial(
            name("no_date_of_registration_is_none"),
            move || async move {
                let phorum = open().await;
                assert_eq!(user(&phorum, "28").await.registered_at, None);
                let registered = user(&phorum, "2").await.registered_at.expect("a date");
                assert_eq!(registered.unix_timestamp(), 1_100_000_002);
            },
        ));
        trials.push(boards::trial(
            name("what_was_sent_is_not_unread"),
            move || async move {
                let phorum = open().await;
                let waiting = if place.board == Board::V5_0 { 2 } else { 3 };
                assert_eq!(unread(&phorum, "2").await, Some(waiting));
                assert_eq!(
                    unread(&phorum, "6").await,
                    Some(u32::from(place.board == Board::V5_0))
                );
                assert_eq!(unread(&phorum, "1").await, Some(0));
                assert_eq!(unread(&phorum, "4711").await, None);
                assert_eq!(unread(&phorum, "x").await, None);
            },
        ));
        trials.push(boards::trial(
            name("a_batch_answers_in_order_with_gaps"),
            move || async move {
                let phorum = open().await;
                let mut lookups: Vec<Lookup> = (1..=250)
                    .map(|id: u32| Lookup::by_id(id.to_string()))
                    .collect();
                lookups[3] = Lookup::by_name(" o'brien ");
                lookups.push(Lookup::by_id("02"));
                lookups.push(Lookup::by_id("2 OR 1=1"));
                lookups.push(Lookup::by_id("-2"));
                lookups.push(Lookup::by_name("Mallory"));
                lookups.push(Lookup::by_id("2"));
                let answer = phorum.find(&lookups).await.expect("the board answers");
                assert_eq!(answer.len(), lookups.len());
                let id = |at: usize| {
                    answer[at]
                        .as_ref()
                        .map(|found| found.user.identity.id.to_string())
                };
                for at in 0..28 {
                    assert_eq!(id(at), Some((at + 1).to_string()));
                }
                assert!(answer[50..254].iter().all(Option::is_none));
                assert_eq!(id(254).as_deref(), Some("2"));
            },
        ));
        trials.push(boards::trial(
            name("a_look_up_tells_the_standing_without_a_password"),
            move || async move {
                let phorum = open().await;
                for (id, rejection) in [
                    ("10", Rejection::Inactive),
                    ("11", Rejection::PendingActivation),
                    ("12", Rejection::PendingActivation),
                    ("13", Rejection::PendingActivation),
                ] {
                    let found = found(&phorum, Lookup::by_id(id)).await.expect("a member");
                    assert_eq!(found.standing, Standing::Refused(rejection), "{id}");
                }
                let alice = found(&phorum, Lookup::by_id("2")).await.expect("a member");
                assert_eq!(alice.standing, Standing::Good);
            },
        ));
        trials.push(boards::trial(
            name("a_look_up_says_what_a_sign_in_says"),
            move || async move {
                let phorum = open().await;
                let login = Login::new("Zoé", "crème brûlée é1");
                let Ok(Verdict::Accepted(signed_in)) = phorum.authenticate(&login).await else {
                    panic!("Zoé signs in");
                };
                assert_eq!(*signed_in, user(&phorum, "3").await);
                let named = found(&phorum, Lookup::by_name("Zoé"))
                    .await
                    .expect("a member");
                assert_eq!(*signed_in, named.user);
            },
        ));
    }
    for place in [&LATIN1, &UTF8, &V6_0, &V10, &SQLITE] {
        trials.push(boards::trial(
            format!("{}::a_display_name_is_shown_where_it_differs", place.name),
            move || async move {
                let phorum = place.open(&Opening::of(place.board)).await;
                assert_eq!(
                    user(&phorum, "6").await.display_name.as_deref(),
                    Some("Captain Bob")
                );
                assert_eq!(user(&phorum, "2").await.display_name, None);
                assert_eq!(user(&phorum, "5").await.display_name, None, "an empty one");
            },
        ));
        trials.push(boards::trial(
            format!(
                "{}::a_forced_change_of_password_ends_the_standing",
                place.name
            ),
            move || async move {
                let phorum = place.open(&Opening::of(place.board)).await;
                let found = found(&phorum, Lookup::by_id("29")).await.expect("a member");
                assert_eq!(
                    found.standing,
                    Standing::Refused(Rejection::PasswordExpired)
                );
            },
        ));
    }
    trials.push(boards::trial(
        "utf8::a_display_name_in_html_is_not_shown".into(),
        || async {
            let (database, url) = fresh(Board::V5_2, "utf8mb3", "utf8mb3_general_ci").await;
            let phorum = Opening::of(Board::V5_2).open(&url);
            database
                .execute(
                    "UPDATE phorum_users SET display_name = '<b>Bob</b>' WHERE user_id = 6;
                     INSERT INTO phorum_settings (name, type, data) VALUES ('custom_display_name', 'V', '1')",
                )
                .await;
            let bob = user(&phorum, "6").await;
            assert_eq!(bob.display_name, None);
            assert_eq!(bob.shown_name(), "Bob Smith");
        },
    ));
    trials.push(boards::trial("utf8::languages".into(), || async {
        let phorum = UTF8.open(&Opening::of(Board::V5_2)).await;
        assert_eq!(user(&phorum, "2").await.language.as_deref(), Some("fr"));
        assert_eq!(user(&phorum, "4").await.language, None);
        let ten = V10.open(&Opening::of(Board::V10)).await;
        assert_eq!(user(&ten, "3").await.language.as_deref(), Some("pt-PT"));
    }));
    trials.push(boards::trial(
        "utf8::strict_a_ban_ends_the_standing_and_lifting_it_mends_it".into(),
        || async {
            let (database, url) = fresh(Board::V5_2, "utf8mb3", "utf8mb3_general_ci").await;
            let phorum = Opening::strict(Board::V5_2).open(&url);
            let standing = async |id: &str| found(&phorum, Lookup::by_id(id)).await.unwrap().standing;
            let banned = Standing::Refused(Rejection::Banned { until: None });
            assert_eq!(standing("2").await, Standing::Good);
            assert_eq!(standing("6").await, banned);
            database
                .execute("INSERT INTO phorum_banlists (forum_id, type, pcre, string) VALUES (0, 2, 0, 'ALICE')")
                .await;
            assert_eq!(standing("2").await, banned);
            database
                .execute("DELETE FROM phorum_banlists WHERE type IN (2, 5)")
                .await;
            assert_eq!(standing("2").await, Standing::Good);
            assert_eq!(standing("6").await, Standing::Good);
        },
    ));
    trials.push(boards::trial(
        "v6.0::a_banned_last_address_ends_the_standing".into(),
        || async {
            let phorum = V6_0.open(&Opening::of(Board::V6_0)).await;
            let from = |address: [u8; 4]| Lookup::by_id("2").from_address(address);
            let listed = found(&phorum, from([203, 0, 113, 7])).await.unwrap();
            assert_eq!(
                listed.standing,
                Standing::Refused(Rejection::Banned { until: None })
            );
            let other = found(&phorum, from([198, 51, 100, 7])).await.unwrap();
            assert_eq!(other.standing, Standing::Good);
        },
    ));
    trials.push(boards::trial("v3::who_it_is".into(), || async {
        let phorum = V3.open(&Opening::of(Board::V3)).await;
        let alice = user(&phorum, "2").await;
        assert_eq!(alice.groups, ["Friends", "Writers"]);
        assert_eq!(alice.email.as_deref(), Some("alice@example.org"));
        assert_eq!(alice.language.as_deref(), Some("fr"));
        assert!(!alice.is_admin && !alice.is_moderator);
        assert!(user(&phorum, "1").await.is_admin);
        let bob = user(&phorum, "8").await;
        assert!(bob.is_moderator && !bob.is_admin);
    }));
    trials.push(boards::trial(
        "v3::it_has_no_private_messages".into(),
        || async {
            let phorum = V3.open(&Opening::of(Board::V3)).await;
            let alice = Identity::new(Realm::new(REALM).unwrap(), "2");
            let error = phorum.unread_private_messages(&alice).await.unwrap_err();
            assert_eq!(error.kind(), "unsupported");
        },
    ));
    trials
}
