//! Browsers attach a cookie to whatever a website makes them send: writes by cookie must come from our own pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::{App, Settings};
use crate::problem::Problem;

/// Refuses a write that says it comes from another website, and a write by cookie that does not say that it comes from
/// ours. A `Bearer` token is not attached by browsers of themselves, so it needs no origin.
pub(super) async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    if safe || headers.contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    let by_cookie = crate::session_token::in_cookie(headers).is_some();
    let names_origin = headers.contains_key(header::ORIGIN);
    if (by_cookie || names_origin) && !is_own_origin(&app.settings, headers) {
        return Problem::new("foreign_origin").into_response();
    }
    next.run(request).await
}

/// For requests that set a cookie or open a WebSocket by cookie: they must name our own origin.
///
/// # Errors
/// `foreign_origin`.
pub fn require_own_origin(settings: &Settings, headers: &HeaderMap) -> Result<(), Problem> {
    if is_own_origin(settings, headers) {
        Ok(())
    } else {
        Err(Problem::new("foreign_origin"))
    }
}

/// Whether `Origin` is that of `public_url`; without a `public_url`, whether it is the host that the request names.
#[must_use]
pub fn is_own_origin(settings: &Settings, headers: &HeaderMap) -> bool {
    let Some(origin) = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    match &settings.public_origin {
        Some(own) => origin == own,
        None => headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(|host| {
                origin
                    .strip_prefix("http://")
                    .or_else(|| origin.strip_prefix("https://"))
                    == Some(host)
            }),
    }
}
