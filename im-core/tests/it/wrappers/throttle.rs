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
        (" alíce\\", "2001:db8:1:2:9::3"),
        ("ali\u{ad}ce", "2001:db8:1:2::4"),
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
    for play in [Play::Down, Play::Busy, Play::Closed, Play::NoSuchTable] {
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

/// Begins all of them, so that each has been asked or refused.
async fn begin<'a>(throttle: &'a Throttle<Arc<Scripted>>, logins: &'a [Login]) -> Vec<Started<'a>> {
    let mut started = Vec::new();
    for login in logins {
        let mut sign_in = throttle.authenticate(login);
        let answer = std::future::poll_fn(|context| {
            std::task::Poll::Ready(match sign_in.as_mut().poll(context) {
                std::task::Poll::Ready(answer) => Some(kind(&answer)),
                std::task::Poll::Pending => None,
            })
        });
        started.push(match answer.await {
            Some(answer) => Started::Over(answer),
            None => Started::UnderWay(sign_in),
        });
    }
    started
}

type SignIn<'a> = std::pin::Pin<
    Box<dyn std::future::Future<Output = Result<im_core::Verdict, AuthError>> + Send + 'a>,
>;

enum Started<'a> {
    Over(&'static str),
    UnderWay(SignIn<'a>),
}

/// Opens the gate, and counts the answers of this kind.
async fn end(forum: &Scripted, started: Vec<Started<'_>>, wanted: &str) -> usize {
    forum.gate.notify_waiters();
    let mut count = 0;
    for sign_in in started {
        let answer = match sign_in {
            Started::Over(answer) => answer,
            Started::UnderWay(sign_in) => kind(&sign_in.await),
        };
        count += usize::from(answer == wanted);
    }
    count
}

fn members(count: usize, from: &str) -> Vec<Login> {
    (0..count)
        .map(|i| login(&format!("member {i}"), from))
        .collect()
}

#[tokio::test]
async fn a_school_behind_one_address_signs_in_all_at_once() {
    let forum = Arc::new(Scripted::new("forum", [Play::AcceptLater]));
    let throttle = Throttle::new(Arc::clone(&forum), ThrottleLimits::default(), clock());
    let school = members(200, "203.0.113.7");
    for _ in 0..2 {
        let started = begin(&throttle, &school).await;
        assert_eq!(end(&forum, started, "accepted").await, 200);
    }
}

#[tokio::test]
async fn a_network_that_guesses_for_many_names_at_once_pays_for_each_guess() {
    let setup = setup(Play::WrongLater);
    let many = members(100, "203.0.113.7");
    let started = begin(&setup.throttle, &many).await;
    assert_eq!(end(&setup.forum, started, "wrong_password").await, 100);

    // Twenty are allowed: eighty and one have to grow back, one a minute; but nobody waits for all of them.
    setup.forum.now_plays(WRONG);
    let wait = setup.tries(again("Alice", "203.0.113.7")).await;
    assert_eq!(wait, (0, 10 * 60));
    assert_eq!(
        setup.sign_in("Alice", "203.0.113.8").await,
        "wrong_password"
    );
    setup.clock.advance(9 * MINUTE);
    assert_eq!(setup.tries(again("Alice", "203.0.113.7")).await, (0, 60));
    setup.clock.advance(MINUTE);
    let names = members(5, "203.0.113.7");
    assert_eq!(setup.tries(names).await, (1, 60));
}

#[tokio::test]
async fn a_network_that_keeps_guessing_at_once_gets_no_more_than_one_after_the_other_over_time() {
    let mut limits = ThrottleLimits::default();
    limits.network = Allowance::new(20, MINUTE);
    limits.under_way = 100;
    let (forum, clock) = (
        Arc::new(Scripted::new("forum", [Play::WrongLater])),
        clock(),
    );
    let throttle = Throttle::new(Arc::clone(&forum), limits, clock.clone());
    let mut asked = 0;
    for round in 0..60_usize {
        let names: Vec<_> = (0..200)
            .map(|i| login(&format!("member {round} {i}"), "203.0.113.7"))
            .collect();
        let started = begin(&throttle, &names).await;
        asked += end(&forum, started, "wrong_password").await;
        // What Retry-After says is how long it takes.
        let Err(AuthError::TooManyAttempts { retry_after }) =
            throttle.authenticate(&names[0]).await
        else {
            panic!("twenty are far exceeded");
        };
        assert!(retry_after <= 10 * MINUTE, "{retry_after:?}");
        clock.advance(retry_after);
    }
    let minutes = 60 * 10;
    assert!(
        asked <= 100 + minutes,
        "{asked} guesses in {minutes} minutes"
    );
}

#[tokio::test]
async fn nobody_is_told_to_wait_for_hours() {
    let forum = Arc::new(Scripted::new("forum", [Play::WrongLater]));
    let throttle = Throttle::new(Arc::clone(&forum), ThrottleLimits::default(), clock());
    let many = members(1_000, "203.0.113.7");
    let started = begin(&throttle, &many).await;
    assert_eq!(end(&forum, started, "wrong_password").await, 1_000);
    let Err(AuthError::TooManyAttempts { retry_after }) =
        throttle.authenticate(&login("Alice", "203.0.113.7")).await
    else {
        panic!("a thousand are too many");
    };
    assert_eq!(retry_after, 10 * MINUTE);
}

#[tokio::test]
async fn a_neighbour_behind_the_same_address_does_not_lock_out_who_is_at_home_there() {
    let setup = setup(Play::Accept);
    let school = "203.0.113.7";
    assert_eq!(setup.sign_in("Alice", school).await, "accepted");
    for hour in 0..5 {
        setup.forum.now_plays(WRONG);
        let names = (0..100).map(|i| login(&format!("member {hour} {i}"), school));
        setup.tries(names).await;
        // Who is new there waits with the neighbour.
        assert_eq!(setup.sign_in("Bob", school).await, "too_many_attempts");
        setup.forum.now_plays(Play::Accept);
        assert_eq!(setup.sign_in("Alice", school).await, "accepted");
    }
}

#[tokio::test]
async fn a_name_that_is_at_home_is_no_way_around_the_networks_allowance() {
    let setup = setup(Play::Accept);
    let school = "203.0.113.7";
    for pupil in ["Alice", "Bob", "Chloe"] {
        assert_eq!(setup.sign_in(pupil, school).await, "accepted");
    }
    setup.forum.now_plays(WRONG);
    let names = (0..100).map(|i| login(&format!("member {i}"), school));
    setup.tries(names).await;
    for pupil in ["Alice", "Bob", "Chloe"] {
        assert_eq!(setup.sign_in(pupil, school).await, "wrong_password");
        for _ in 0..5 {
            assert_eq!(setup.sign_in(pupil, school).await, "too_many_attempts");
        }
    }
    setup.clock.advance(MINUTE - Duration::from_secs(1));
    assert_eq!(setup.sign_in("Alice", school).await, "too_many_attempts");
    setup.clock.advance(Duration::from_secs(1));
    // Three guesses more for the network, and one is back: two are owed.
    assert_eq!(setup.tries(again("Alice", school)).await.0, 1);
    // At the same moment there is one, too.
    setup.clock.advance(MINUTE);
    setup.forum.now_plays(Play::WrongLater);
    let guesses = vec![login("Alice", school); 10];
    let started = begin(&setup.throttle, &guesses).await;
    assert_eq!(end(&setup.forum, started, "wrong_password").await, 1);
}

#[tokio::test]
async fn sign_ins_under_way_from_one_network_are_bounded() {
    let mut limits = ThrottleLimits::default();
    limits.under_way = 7;
    let forum = Arc::new(Scripted::new("forum", [Play::AcceptLater]));
    let throttle = Throttle::new(Arc::clone(&forum), limits, clock());
    let crowd = members(10, "203.0.113.7");
    let elsewhere = members(7, "203.0.113.8");
    let started = begin(&throttle, &crowd).await;
    let others = begin(&throttle, &elsewhere).await;
    let Err(AuthError::TooManyAttempts { retry_after }) = throttle.authenticate(&crowd[0]).await
    else {
        panic!("too many under way");
    };
    assert_eq!(retry_after.as_secs(), 1);
    assert_eq!(end(&forum, started, "accepted").await, 7);
    assert_eq!(end(&forum, others, "accepted").await, 7);
    let again = begin(&throttle, &crowd[..7]).await;
    assert_eq!(end(&forum, again, "accepted").await, 7);
}

#[tokio::test]
async fn guesses_for_one_name_get_no_further_at_once_than_one_after_the_other() {
    let setup = setup(Play::WrongLater);
    let one_place = vec![login("Alice", "203.0.113.7"); 100];
    let started = begin(&setup.throttle, &one_place).await;
    assert_eq!(end(&setup.forum, started, "wrong_password").await, 3);

    let everywhere: Vec<_> = from_everywhere("Bob").collect();
    let started = begin(&setup.throttle, &everywhere).await;
    assert_eq!(end(&setup.forum, started, "wrong_password").await, 10);
}

#[tokio::test]
async fn one_persons_many_devices_sign_in_at_once() {
    let setup = setup(Play::AcceptLater);
    let devices = vec![login("Alice", "203.0.113.7"); 20];
    let started = begin(&setup.throttle, &devices).await;
    setup.forum.now_plays(Play::Accept);
    assert_eq!(end(&setup.forum, started, "accepted").await, 20);
}

#[tokio::test]
async fn an_outage_is_told_to_everybody_who_waits() {
    let setup = setup(Play::Hang);
    let devices = vec![login("Alice", "203.0.113.7"); 20];
    let mut started = begin(&setup.throttle, &devices).await;
    setup.forum.now_plays(Play::Down);
    let waiting = started.split_off(3);
    drop(started);
    assert_eq!(end(&setup.forum, waiting, "unavailable").await, 17);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_and_no_more_than_a_hundred_wait() {
    let setup = setup(Play::Hang);
    let logins = vec![login("Alice", "203.0.113.7"); 110];
    let mut started = begin(&setup.throttle, &logins).await;
    let refused = started.iter().filter(|one| matches!(one, Started::Over(_)));
    assert_eq!(refused.count(), 7, "three are under way, a hundred wait");
    let waiting = started.split_off(3);
    let begun = tokio::time::Instant::now();
    assert_eq!(end(&setup.forum, waiting, "too_many_attempts").await, 107);
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn sign_ins_under_way_give_their_place_back_when_given_up() {
    let setup = setup(Play::Hang);
    let logins = vec![login("Alice", "203.0.113.7"); 3];
    let started = begin(&setup.throttle, &logins).await;
    assert_eq!(
        setup.sign_in("Alice", "203.0.113.7").await,
        "too_many_attempts"
    );
    drop(started);
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in("Alice", "203.0.113.7").await, "accepted");
}

#[tokio::test]
async fn an_account_with_a_name_that_is_merely_alike_gives_nothing_back() {
    let setup = setup(WRONG);
    let place = "203.0.113.7";
    for _ in 0..2 {
        assert_eq!(setup.sign_in("Bob", place).await, "wrong_password");
    }
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in("B-o-b", place).await, "accepted");
    let other_realm = login("Bob", place).in_realm(realm("own"));
    assert_eq!(
        kind(&setup.throttle.authenticate(&other_realm).await),
        "accepted"
    );
    setup.forum.now_plays(WRONG);
    assert_eq!(setup.tries(again("Bob", place)).await.0, 1);

    // Nor is a place familiar to Bob because the other one signs in there.
    setup.tries(from_everywhere("Bob")).await;
    setup.clock.advance(MINUTE * 3);
    setup.tries(from_everywhere("Bob")).await;
    assert_eq!(setup.sign_in("Bob", place).await, "too_many_attempts");
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
        let verdict = throttle.authenticate(&login).await.unwrap();
        assert_eq!(verdict, Rejection::WrongPassword.into());
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
