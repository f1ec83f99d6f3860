#![doc = include_str!("../README.md")]

pub mod app;
pub mod cli;
pub mod config;
pub mod events;
mod extract;
pub mod log;
pub mod metrics;
pub mod middleware;
pub mod problem;
mod router;
pub mod routes;
mod serve;
mod session_token;
mod start;
mod web;

use std::sync::Arc;

use tokio::net::TcpListener;

pub use self::app::App;
pub use self::router::{calls, operator_router, router};
pub use self::serve::{Peer, accept};
pub use self::start::{Realms, Start, StartError, open_store, start};

/// Serves until `shutdown` resolves, then stops gracefully: requests under way are answered, WebSockets are told to come
/// back (1012), and the messenger writes down what it still has to.
pub async fn serve(listener: TcpListener, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let limits = app.settings.limits.clone();
    let stop = {
        let app = Arc::clone(&app);
        async move {
            shutdown.await;
            tracing::info!("stopping");
            app.stop.cancel();
        }
    };
    accept(listener, router(&app), &app, stop).await;
    app.sockets.close();
    if tokio::time::timeout(limits.stop_timeout.0, app.sockets.wait())
        .await
        .is_err()
    {
        tracing::warn!("some event streams were cut off at the stop");
    }
    app.messenger.shutdown().await;
}
