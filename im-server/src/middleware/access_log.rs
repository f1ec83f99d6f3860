//! One line and one measurement per request: the route, never the query, a header or a body.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use super::ClientAddress;
use crate::app::App;
use crate::problem::ProblemCode;

pub(super) async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = name(request.method());
    let client = request.extensions().get::<ClientAddress>().copied();
    // The route as it is written in the router; without one there is no such address, and its text is a stranger's.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |route| route.as_str().to_owned());
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let code = response
        .extensions()
        .get::<ProblemCode>()
        .map(|code| code.0);
    app.metrics.request(method, &route, status, elapsed);
    if app.settings.log_requests {
        tracing::info!(
            target: "im_server::access",
            method,
            route,
            status,
            code,
            ms = (elapsed.as_secs_f64() * 10_000.0).round() / 10.0,
            client = client.map(|client| tracing::field::display(client.address)),
            "request"
        );
    }
    response
}

/// A method is the client's own word, and every new word would be a new figure to keep.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
