//! What the tests stand on: the server, the browser's driver, and one browser window.

pub(crate) mod demo;
pub(crate) mod driver;
pub(crate) mod own;
pub(crate) mod tab;

pub(crate) use demo::{Demo, Member};
pub(crate) use driver::Driver;
pub(crate) use own::OwnServer;
pub(crate) use tab::{Look, Tab};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Browsers are heavy: two tests at a time have them.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A server and a driver for one test.
pub(crate) struct Stage<S = Demo> {
    pub(crate) server: S,
    pub(crate) driver: Driver,
    _turn: SemaphorePermit<'static>,
}

/// The demonstration, and a driver.
pub(crate) async fn stage() -> Stage {
    stage_with(Demo::start(None)).await
}

/// A server of the test's choice, and a driver.
pub(crate) async fn stage_with<S>(server: impl Future<Output = S>) -> Stage<S> {
    let turn = TURNS.acquire().await.expect("never closed");
    Stage {
        server: server.await,
        driver: Driver::start().await,
        _turn: turn,
    }
}

impl<S> Stage<S> {
    /// A fresh browser at the sign-in of a member's site.
    pub(crate) async fn at_sign_in(&self, member: &Member) -> Tab {
        let tab = self.driver.tab(&Look::default()).await;
        tab.open(&member.site).await;
        tab
    }

    /// A fresh browser with the member signed in.
    pub(crate) async fn signed_in(&self, member: &Member) -> Tab {
        self.signed_in_with(member, &Look::default()).await
    }

    /// As [`Stage::signed_in`], in a browser that looks like this.
    pub(crate) async fn signed_in_with(&self, member: &Member, look: &Look) -> Tab {
        let tab = self.driver.tab(look).await;
        tab.open(&member.site).await;
        tab.sign_in(&member.name, &member.password).await;
        tab.shows("im-shell").await;
        tab
    }

    /// Makes two signed-in members contacts, through the page.
    pub(crate) async fn introduce(&self, asking: &Tab, answering: &Tab, name: &str) {
        asking.ask(name, "").await;
        asking.close_dialog().await;
        answering.click("#tab-people").await;
        answering.click(".request .button-primary").await;
        answering
            .shows("#panel-people .with-menu .menu-anchor")
            .await;
    }
}
