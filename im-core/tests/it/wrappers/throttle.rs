use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use im_core::wrappers::{Allowance, Throttle, ThrottleLimits};
use im_core::{AuthError, ExternalAuthenticator, Identity, Login, Lookup, ManualClock, Rejection};

use crate::support::{Play, Scripted, clock, kind, realm};

const MINUTE: Duration = Duration::from_secs(60);
const WRONG: Play = Play::Reject(Rejection::WrongPassword);

struct Setup {
    forum: Arc<Scripted>,
    clock: Arc<ManualClock>,
    throttle: Throttle<Arc<Scripted>>,
}

/// Three tries for a name from a network, ten for a name, twenty for a network; one more a minute each.
fn setup(play: Play) -> Setup {
    let mut limits = ThrottleLimits::default();
    limits.name_and_network = Allowance::new(3, MINUTE);
    limits.name = Allowance::new(10, MINUTE);
    limits.network = Allowance::new(20, MINUTE);
    let forum = Arc::new(Scripted::new("forum", [play]));
    let clock = clock();
    let throttle = Throttle::new(Arc::clone(&forum), limits, clock.clone());
    Setup {
        forum,
        clock,
        throttle,
    }
}

fn login(name: &str, from: &str) -> Login {
    Login::new(name, "x").from_address(from.parse::<IpAddr>().unwrap())
}

impl Setup {
    async fn sign_in(&self, name: &str, from: &str) -> &'static str {
        kind(&self.throttle.authenticate(&login(name, from)).await)
    }

    /// How many tries there are until it says to wait, and for how long then.
    async fn tries(&self, logins: impl IntoIterator<Item = Login>) -> (usize, u64) {
        for (tries, login) in logins.into_iter().enumerate() {
            if let Err(AuthError::TooManyAttempts { retry_after }) =
                self.throttle.authenticate(&login).await
            {
                return (tries, retry_after.as_secs());
            }
        }
        panic!("never throttled");
    }
}

fn again(name: &str, from: &str) -> impl Iterator<Item = Login> {
    std::iter::repeat_n(login(name, from), 1_000)
}

/// A name from a different address each time.
fn from_everywhere(name: &str) -> impl Iterator<Item = Login> {
    (1..250).map(move |i| login(name, &format!("198.51.100.{i}")))
}

#[tokio::test]
async fn a_name_from_one_network_has_a_few_tries_and_then_one_a_minute() {
    let setup = setup(WRONG);
    assert_eq!(setup.tries(again("Alice", "203.0.113.7")).await, (3, 60));
    assert_eq!(setup.forum.asked(), 3, "the fourth was not asked");
    setup.clock.advance(Duration::from_secs(45));
    assert_eq!(setup.tries(again("Alice", "203.0.113.7")).await, (0, 15));
    setup.clock.advance(Duration::from_secs(15));
    assert_eq!(setup.tries(again("Alice", "203.0.113.7")).await, (1, 60));
    setup.clock.advance(60 * MINUTE);
    assert_eq!(setup.tries(again("Alice", "203.0.113.7")).await, (3, 60));
}

#[tokio::test]
async fn another_spelling_or_another_address_of_the_same_64_is_no_new_try() {
    let setup = setup(WRONG);
    let spellings = [
        ("Alice", "2001:db8:1:2::1"),
        ("ALICE", "2001:db8:1:2::2"),
        (" alíce", "2001:db8:1:2:9::3"),
        ("alice", "2001:db8:1:2::4"),
    ];
    let (tries, _) = setup
        .tries(spellings.map(|(name, from)| login(name, from)))
        .await;
    assert_eq!(tries, 3);
    assert_eq!(
        setup.sign_in("Alice", "2001:db8:1:3::1").await,
        "wrong_password"
    );
}

#[tokio::test]
async fn unknown_users_are_throttled_like_members() {
    let members = setup(WRONG);
    let strangers = setup(Play::Reject(Rejection::UnknownUser));
    assert_eq!(
        members.tries(again("Alice", "203.0.113.7")).await,
        strangers.tries(again("Nobody", "203.0.113.7")).await
    );
}

#[tokio::test]
async fn one_network_cannot_try_a_password_on_every_member() {
    let setup = setup(WRONG);
    let names = (0..1_000).map(|i| login(&format!("member {i}"), "203.0.113.7"));
    assert_eq!(setup.tries(names).await, (20, 60));
    assert_eq!(
        setup.sign_in("Alice", "203.0.113.8").await,
        "wrong_password"
    );
}

#[tokio::test]
async fn many_networks_cannot_guess_one_members_password() {
    let setup = setup(WRONG);
    assert_eq!(setup.tries(from_everywhere("Alice")).await, (10, 60));
    assert_eq!(setup.sign_in("Bob", "198.51.100.1").await, "wrong_password");
}

#[tokio::test]
async fn strangers_cannot_lock_a_member_out_at_home() {
    let setup = setup(Play::Accept);
    let home = "203.0.113.7";
    assert_eq!(setup.sign_in("Alice", home).await, "accepted");
    setup.forum.now_plays(WRONG);
    setup.tries(from_everywhere("Alice")).await;
    assert_eq!(
        setup.sign_in("Alice", "192.0.2.1").await,
        "too_many_attempts"
    );

    // At home she may even mistype.
    assert_eq!(setup.sign_in("Alice", home).await, "wrong_password");
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in("Alice", home).await, "accepted");
}

#[tokio::test]
async fn a_network_is_familiar_for_a_while_and_not_for_ever() {
    let setup = setup(Play::Accept);
    let home = "203.0.113.7";
    assert_eq!(setup.sign_in("Alice", home).await, "accepted");
    setup.clock.advance(31 * 24 * 60 * MINUTE);
    setup.forum.now_plays(WRONG);
    setup.tries(from_everywhere("Alice")).await;
    assert_eq!(setup.sign_in("Alice", home).await, "too_many_attempts");
}

#[tokio::test]
async fn a_success_gives_the_name_back_but_not_the_network() {
    let setup = setup(WRONG);
    let from = "203.0.113.7";
    for _ in 0..6 {
        setup.forum.now_plays(WRONG);
        assert_eq!(setup.sign_in("Alice", from).await, "wrong_password");
        assert_eq!(setup.sign_in("Alice", from).await, "wrong_password");
        setup.forum.now_plays(Play::Accept);
        assert_eq!(setup.sign_in("Alice", from).await, "accepted");
    }
    // Twelve wrong tries of this network are not forgotten: eight are left.
    setup.forum.now_plays(WRONG);
    let names = (0..100).map(|i| login(&format!("member {i}"), from));
    assert_eq!(setup.tries(names).await.0, 8);
}

#[tokio::test]
async fn a_success_gives_the_name_back_for_all_networks() {
    let setup = setup(WRONG);
    for login in from_everywhere("Alice").take(9) {
        assert_eq!(
            kind(&setup.throttle.authenticate(&login).await),
            "wrong_password"
        );
    }
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in("Alice", "192.0.2.1").await, "accepted");
    setup.forum.now_plays(WRONG);
    let elsewhere = (1..250).map(|i| login("Alice", &format!("192.0.2.{}", i + 1)));
    assert_eq!(setup.tries(elsewhere).await.0, 10);
}

#[tokio::test]
async fn errors_and_full_queues_never_count() {
    for play in [Play::Down, Play::Busy, Play::NoSuchTable] {
        let setup = setup(play);
        for _ in 0..100 {
            setup.sign_in("Alice", "203.0.113.7").await;
        }
        assert_eq!(setup.forum.asked(), 100, "{play:?}");
        setup.forum.now_plays(Play::Accept);
        assert_eq!(setup.sign_in("Alice", "203.0.113.7").await, "accepted");
    }
}

#[tokio::test]
async fn whoever_knows_the_password_is_not_guessing_even_when_refused() {
    let until = None;
    for refused in [
        Rejection::Inactive,
        Rejection::PendingActivation,
        Rejection::Banned { until },
        Rejection::LockedOut { until },
    ] {
        let setup = setup(Play::Reject(refused));
        for _ in 0..100 {
            setup.sign_in("Alice", "203.0.113.7").await;
        }
        assert_eq!(setup.forum.asked(), 100, "{refused:?}");
    }
}

#[tokio::test]
async fn sign_ins_under_way_hold_their_place_and_give_it_back_when_given_up() {
    let setup = setup(Play::Hang);
    let login = login("Alice", "203.0.113.7");
    {
        let mut under_way: Vec<_> = (0..3)
            .map(|_| setup.throttle.authenticate(&login))
            .collect();
        std::future::poll_fn(|context| {
            for sign_in in &mut under_way {
                assert!(sign_in.as_mut().poll(context).is_pending());
            }
            std::task::Poll::Ready(())
        })
        .await;
        let fourth = kind(&setup.throttle.authenticate(&login).await);
        assert_eq!(fourth, "too_many_attempts");
    }
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in("Alice", "203.0.113.7").await, "accepted");
}

#[tokio::test]
async fn logins_without_an_address_share_one_network() {
    let setup = setup(WRONG);
    let logins = std::iter::repeat_n(Login::new("Alice", "x"), 100);
    assert_eq!(setup.tries(logins).await.0, 3);
    assert_eq!(
        setup.sign_in("Alice", "203.0.113.7").await,
        "wrong_password"
    );
}

#[tokio::test]
async fn a_million_names_do_not_fill_the_memory() {
    let mut limits = ThrottleLimits::default();
    limits.entries = 100;
    limits.network = Allowance::new(u32::MAX, MINUTE);
    let throttle = Throttle::new(Scripted::new("forum", [WRONG]), limits, clock());
    for i in 0..20_000 {
        let login = login(&format!("name {i}"), "203.0.113.7");
        throttle.authenticate(&login).await.unwrap();
    }
    assert!(throttle.remembered() <= 300, "{}", throttle.remembered());
}

#[tokio::test]
async fn every_other_question_goes_through_unthrottled() {
    let setup = setup(Play::Accept);
    let identity = Identity::new(realm("forum"), "7");
    for _ in 0..50 {
        assert!(setup.throttle.find(&[Lookup::by_id("7")]).await.unwrap()[0].is_some());
        let unread = setup.throttle.unread_private_messages(&identity).await;
        assert_eq!(unread.unwrap(), Some(3));
        assert_eq!(setup.throttle.probe().await.unwrap().accounts, Some(10));
    }
    assert_eq!(setup.throttle.info().system, "scripted");
}
