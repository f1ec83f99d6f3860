use std::sync::Arc;
use std::time::Duration;

use im_core::wrappers::{BreakerSettings, CircuitBreaker};
use im_core::{ExternalAuthenticator, Identity, Login, Lookup, ManualClock, Rejection};

use crate::support::{Play, Scripted, clock, kind, realm};

const PAUSE: Duration = Duration::from_secs(10);

struct Setup {
    forum: Arc<Scripted>,
    clock: Arc<ManualClock>,
    breaker: CircuitBreaker<Arc<Scripted>>,
}

/// Opens after three in a row, for ten seconds.
fn setup(script: impl IntoIterator<Item = Play>) -> Setup {
    let forum = Arc::new(Scripted::new("forum", script));
    let clock = clock();
    let settings = BreakerSettings::new(3, PAUSE);
    let breaker = CircuitBreaker::new(Arc::clone(&forum), settings, clock.clone());
    Setup {
        forum,
        clock,
        breaker,
    }
}

impl Setup {
    async fn sign_in(&self) -> &'static str {
        kind(&self.breaker.authenticate(&Login::new("Alice", "x")).await)
    }

    async fn sign_in_times(&self, times: usize) {
        for _ in 0..times {
            self.sign_in().await;
        }
    }
}

#[tokio::test]
async fn it_opens_after_some_in_a_row_and_asks_nothing_more() {
    let setup = setup([Play::Down]);
    setup.sign_in_times(2).await;
    assert!(!setup.breaker.is_open());
    setup.sign_in_times(1).await;
    assert!(setup.breaker.is_open());
    assert_eq!(setup.sign_in().await, "unavailable");
    let error = setup.breaker.find(&[Lookup::by_id("7")]).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable");
    assert!(
        error.to_string().contains("failures in a row: 3"),
        "{error}"
    );
    let identity = Identity::new(realm("forum"), "7");
    assert!(
        setup
            .breaker
            .unread_private_messages(&identity)
            .await
            .is_err()
    );
    assert_eq!(setup.forum.asked(), 3);
}

#[tokio::test]
async fn an_answer_of_any_kind_shows_that_the_system_is_there() {
    for answer in [
        Play::Accept,
        Play::Reject(Rejection::WrongPassword),
        Play::Busy,
        Play::Closed,
        Play::NoSuchTable,
    ] {
        let setup = setup([
            Play::Down,
            Play::Down,
            answer,
            Play::Down,
            Play::Down,
            answer,
        ]);
        setup.sign_in_times(20).await;
        assert!(!setup.breaker.is_open(), "{answer:?}");
        assert_eq!(setup.forum.asked(), 20);
    }
}

#[tokio::test]
async fn a_closed_board_does_not_lock_its_administrators_out() {
    let setup = setup([Play::Closed]);
    for _ in 0..20 {
        assert_eq!(setup.sign_in().await, "closed");
    }
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in().await, "accepted");
    assert!(setup.breaker.find(&[Lookup::by_id("7")]).await.is_ok());
}

#[tokio::test]
async fn after_the_pause_one_question_tries_and_its_answer_closes_it() {
    let setup = setup([Play::Down]);
    setup.sign_in_times(3).await;
    setup.clock.advance(PAUSE - Duration::from_secs(1));
    setup.sign_in_times(5).await;
    assert_eq!(setup.forum.asked(), 3, "not before the pause is over");

    setup.clock.advance(Duration::from_secs(1));
    setup.sign_in_times(5).await;
    assert_eq!(
        setup.forum.asked(),
        4,
        "one tried, fails, and another pause begins"
    );

    setup.clock.advance(PAUSE);
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in().await, "accepted");
    assert!(!setup.breaker.is_open());
    setup.forum.now_plays(Play::Down);
    setup.sign_in_times(2).await;
    assert!(
        !setup.breaker.is_open(),
        "it counts from the beginning again"
    );
}

#[tokio::test]
async fn while_one_tries_the_others_do_not_wait_and_a_try_given_up_leaves_the_next_to_try() {
    let setup = setup([Play::Down, Play::Down, Play::Down, Play::Hang]);
    setup.sign_in_times(3).await;
    setup.clock.advance(PAUSE);
    let login = Login::new("Alice", "x");
    {
        let mut trying = setup.breaker.authenticate(&login);
        let waiting = std::future::poll_fn(|context| {
            std::task::Poll::Ready(trying.as_mut().poll(context).is_pending())
        });
        assert!(waiting.await);
        assert_eq!(setup.sign_in().await, "unavailable");
        assert_eq!(setup.forum.asked(), 4);
        // Given up here.
    }
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in().await, "accepted");
}

#[tokio::test]
async fn a_question_of_before_that_fails_late_does_not_make_the_pause_longer() {
    let setup = setup([Play::DownLater, Play::Down]);
    let login = Login::new("Alice", "x");
    let mut late = setup.breaker.authenticate(&login);
    let waiting = std::future::poll_fn(|context| {
        std::task::Poll::Ready(late.as_mut().poll(context).is_pending())
    });
    assert!(waiting.await);
    setup.sign_in_times(3).await;
    assert!(setup.breaker.is_open());

    setup.clock.advance(PAUSE - Duration::from_secs(1));
    setup.forum.gate.notify_one();
    assert_eq!(kind(&late.await), "unavailable");
    setup.clock.advance(Duration::from_secs(1));
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.sign_in().await, "accepted");
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_keep_it_open() {
    let forum = Scripted::new("forum", [Play::Down, Play::Accept]);
    let clock = Arc::new(SetBack::default());
    let settings = BreakerSettings::new(1, PAUSE);
    let breaker = CircuitBreaker::new(forum, settings, clock.clone());
    let login = Login::new("Alice", "x");
    assert_eq!(kind(&breaker.authenticate(&login).await), "unavailable");
    assert_eq!(kind(&breaker.authenticate(&login).await), "unavailable");
    clock.0.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(kind(&breaker.authenticate(&login).await), "accepted");
}

/// A clock that jumps back an hour when it is told to.
#[derive(Debug, Default)]
struct SetBack(std::sync::atomic::AtomicBool);

impl im_core::Clock for SetBack {
    fn now(&self) -> im_core::Timestamp {
        let back = self.0.load(std::sync::atomic::Ordering::SeqCst);
        let noon = im_core::Timestamp::UNIX_EPOCH + Duration::from_secs(12 * 3600);
        noon - Duration::from_secs(if back { 3600 } else { 0 })
    }
}

#[tokio::test]
async fn an_administrators_probe_always_goes_through_and_its_answer_counts() {
    let setup = setup([Play::Down]);
    setup.sign_in_times(3).await;
    assert!(setup.breaker.probe().await.is_err());
    assert_eq!(setup.forum.asked(), 4);
    setup.forum.now_plays(Play::Accept);
    assert_eq!(setup.breaker.probe().await.unwrap().accounts, Some(10));
    assert!(!setup.breaker.is_open());
    assert_eq!(setup.sign_in().await, "accepted");
}

#[tokio::test]
async fn every_question_is_watched_and_goes_through() {
    let setup = setup([Play::Accept]);
    let identity = Identity::new(realm("forum"), "7");
    assert!(setup.breaker.find(&[Lookup::by_id("7")]).await.unwrap()[0].is_some());
    let unread = setup.breaker.unread_private_messages(&identity).await;
    assert_eq!(unread.unwrap(), Some(3));
    assert_eq!(setup.breaker.info().system, "scripted");
    setup.forum.now_plays(Play::Down);
    setup.breaker.find(&[]).await.unwrap_err();
    setup
        .breaker
        .unread_private_messages(&identity)
        .await
        .unwrap_err();
    setup.breaker.find(&[]).await.unwrap_err();
    assert!(setup.breaker.is_open());
}
