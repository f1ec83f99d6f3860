//! No answer takes for ever.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Problem;

pub(super) async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let limit = app.settings.limits.request_timeout.0;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(seconds = limit.as_secs(), "an answer took too long");
            Problem::new("timeout").retry_after(limit).into_response()
        }
    }
}
