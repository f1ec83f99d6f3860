//! The suite over every wrapper, and over the pointers: what an authenticator promises, a wrapped one keeps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

#[expect(
    dead_code,
    reason = "shared with another test binary, which uses the rest"
)]
mod support;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use im_core::wrappers::{
    Allowance, BreakerSettings, Chain, CircuitBreaker, Guard, Throttle, ThrottleLimits, Timeout,
};
use im_core::{ExternalAuthenticator, MemoryAuthenticator, Realm, SystemClock};
use im_testkit::{Absent, Fixture, Need, Opened, Subject, run};
use support::board::Board;

type Inner = Box<dyn ExternalAuthenticator>;

fn main() -> ExitCode {
    run(vec![
        wrapped("box", |inner: Inner| inner),
        wrapped("arc", |inner| {
            let shared: Arc<dyn ExternalAuthenticator> = Arc::new(inner);
            shared
        }),
        wrapped("guard", Guard::new),
        wrapped("timeout", |inner| {
            Timeout::new(inner, Duration::from_secs(1))
        }),
        wrapped("chain-of-one", |inner| {
            Chain::new(vec![Arc::new(inner)]).unwrap()
        }),
        wrapped("chain-as-the-second", |inner| {
            Chain::new(vec![elsewhere(), Arc::new(inner)]).unwrap()
        }),
        Box::new(Wrapped {
            absent: vec![Need::Counting.absent(
                "a wrong password in an earlier realm is answered without asking the later ones",
            )],
            ..wrapper("chain-as-the-first", |inner| {
                Box::new(Chain::new(vec![Arc::new(inner), elsewhere()]).unwrap())
            })
        }),
        wrapped("throttle", |inner| {
            Throttle::new(inner, generous(), Arc::new(SystemClock))
        }),
        wrapped("circuit-breaker", |inner| {
            CircuitBreaker::new(inner, quick(), Arc::new(SystemClock))
        }),
        wrapped("all", |inner| {
            let bounded = Timeout::new(inner, Duration::from_secs(1));
            let broken = CircuitBreaker::new(bounded, quick(), Arc::new(SystemClock));
            let chain = Chain::new(vec![elsewhere(), Arc::new(broken)]).unwrap();
            Guard::new(Throttle::new(chain, generous(), Arc::new(SystemClock)))
        }),
    ])
}

/// Another realm in the chain, with nobody of the board in it.
fn elsewhere() -> Arc<dyn ExternalAuthenticator> {
    let realm = Realm::new("elsewhere").unwrap();
    Arc::new(MemoryAuthenticator::new(realm).account("2", "Yvonne", "far away"))
}

/// The suite guesses a lot.
fn generous() -> ThrottleLimits {
    let mut limits = ThrottleLimits::default();
    let plenty = Allowance::new(1_000_000, Duration::from_millis(1));
    limits.name_and_network = plenty;
    limits.name = plenty;
    limits.network = plenty;
    limits
}

/// Opens on the first failure, and tries again soon.
fn quick() -> BreakerSettings {
    BreakerSettings::new(1, Duration::from_millis(100))
}

fn wrapped<T: ExternalAuthenticator + 'static>(
    name: &'static str,
    wrap: impl Fn(Inner) -> T + Send + Sync + 'static,
) -> Box<dyn Subject> {
    Box::new(wrapper(name, move |inner| Box::new(wrap(inner))))
}

fn wrapper(name: &'static str, wrap: impl Fn(Inner) -> Inner + Send + Sync + 'static) -> Wrapped {
    Wrapped {
        inner: Board::honest(name),
        wrap: Box::new(wrap),
        absent: Vec::new(),
    }
}

/// The honest board behind a wrapper.
struct Wrapped {
    inner: Board,
    wrap: Box<dyn Fn(Inner) -> Inner + Send + Sync>,
    absent: Vec<Absent>,
}

#[async_trait]
impl Subject for Wrapped {
    fn name(&self) -> String {
        self.inner.name()
    }
    fn fixture(&self) -> Fixture {
        self.inner.fixture()
    }
    async fn open(&self) -> Opened {
        self.inner.open().await.map(&self.wrap)
    }
    fn absent(&self) -> Vec<Absent> {
        self.absent.clone()
    }
    fn patience(&self) -> Duration {
        self.inner.patience()
    }
    async fn secrets(&self) -> Vec<String> {
        self.inner.secrets().await
    }
    async fn stored_password(&self, id: &str) -> String {
        self.inner.stored_password(id).await
    }
    async fn store_password(&self, id: &str, stored: &str) {
        self.inner.store_password(id, stored).await;
    }
    async fn delete_account(&self, id: &str) {
        self.inner.delete_account(id).await;
    }
    async fn take_table_away(&self) -> String {
        self.inner.take_table_away().await
    }
    async fn go_down(&self) {
        self.inner.go_down().await;
    }
    async fn go_silent(&self, after: usize) {
        self.inner.go_silent(after).await;
    }
    async fn come_back(&self) {
        self.inner.come_back().await;
    }
    async fn contents(&self) -> BTreeMap<String, String> {
        self.inner.contents().await
    }
    async fn reset(&self) {
        self.inner.reset().await;
    }
}
