//! A request names one host: RFC 9112, 3.2.

use axum::extract::Request;
use axum::http::{Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Refuses a request with several `Host` lines, and one of HTTP/1.1 without any: what stands before this server and this
/// server could take it to be for different hosts.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let least = usize::from(request.version() >= Version::HTTP_11);
    if hosts < least || hosts > 1 {
        return Problem::invalid("a request names one host").into_response();
    }
    next.run(request).await
}
