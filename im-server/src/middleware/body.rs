//! A request's body is read whole before its route runs: not too much, and not too slowly.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;

use crate::app::App;
use crate::problem::Problem;

pub(super) async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let limits = &app.settings.limits;
    let (head, body) = request.into_parts();
    let whole = Limited::new(body, limits.max_body_bytes).collect();
    let bytes = match tokio::time::timeout(limits.body_timeout.0, whole).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Problem::new("body_too_large").into_response();
        }
        Ok(Err(_)) => return Problem::invalid("the body was cut off").into_response(),
        Err(_) => return Problem::new("request_timeout").into_response(),
    };
    next.run(Request::from_parts(head, Body::from(bytes))).await
}
