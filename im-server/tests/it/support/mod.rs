//! What the tests share.

pub mod app;
pub mod client;
pub mod config;
pub mod forums;
pub mod openapi;
pub mod process;
pub mod socket;
pub mod talk;

pub use app::TestApp;
pub use client::{Answer, Site, User};
pub use config::{Conf, Store, StoreKind};
pub use forums::{Phorum, Phpbb2};
pub use process::Process;
pub use serde_json::{Value, json};
pub use socket::Socket;

/// Runs each of the functions of the module on both stores, as tests of their own.
macro_rules! on_both_stores {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::StoreKind::Sqlite).await;
            })*
        }
        mod on_mariadb {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::StoreKind::MariaDb).await;
            })*
        }
    };
}
pub(crate) use on_both_stores;
