//! `/healthz`, `/readyz`, `/metrics`: for operators.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::middleware::ClientAddress;
use crate::problem::{Chain, Problem};

/// The process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers too: a balancer may send people here.
pub(crate) async fn ready(State(app): State<Arc<App>>, client: ClientAddress) -> Response {
    if let Err(problem) = operators_only(&app, client) {
        return problem.into_response();
    }
    if app.stop.is_cancelled() {
        return Problem::new("not_ready").detail("stopping").into_response();
    }
    match app.messenger.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(cause = %Chain(&error), "the server is not ready");
            Problem::new("not_ready")
                .detail(error.detail())
                .into_response()
        }
    }
}

/// Prometheus text format.
pub(crate) async fn metrics(State(app): State<Arc<App>>, client: ClientAddress) -> Response {
    if let Err(problem) = operators_only(&app, client) {
        return problem.into_response();
    }
    match app.messenger.statistics().await {
        Ok(figures) => {
            for (site, connected) in figures.connected {
                app.metrics
                    .set("im_connected", &[("site", site)], float(connected));
            }
            for (name, value) in [
                ("im_accounts", figures.accounts),
                ("im_sessions", figures.sessions),
                ("im_streams", figures.streams),
                ("im_events_delivered", figures.events_delivered),
                ("im_messages_sent", figures.messages_sent),
                ("im_slow_streams", figures.slow_streams),
            ] {
                app.metrics.set(name, &[], float(value));
            }
        }
        // The other figures are worth the more when the store is down.
        Err(error) => tracing::warn!(cause = %Chain(&error), "the store gives no figures"),
    }
    let pool = app.pool.stats();
    for (name, value) in [
        ("im_password_verifications", pool.verified),
        ("im_password_decoys", pool.decoys),
        ("im_password_refused", pool.refused),
        (
            "im_password_queued",
            u64::try_from(pool.queued).unwrap_or(u64::MAX),
        ),
    ] {
        app.metrics.set(name, &[], float(value));
    }
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (headers, app.metrics.render()).into_response()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people; exact below 2^53"
)]
fn float(value: u64) -> f64 {
    value as f64
}

/// On the common listener the address decides. An address that is only a proxy's says nothing.
fn operators_only(app: &App, client: ClientAddress) -> Result<(), Problem> {
    match &app.settings.operators {
        Some(networks)
            if client.is_proxy
                || !networks
                    .iter()
                    .any(|network| network.contains(client.address)) =>
        {
            Err(Problem::new("not_found"))
        }
        _ => Ok(()),
    }
}
