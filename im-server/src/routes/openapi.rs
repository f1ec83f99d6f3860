//! `api/v1/openapi.json`: the description of the API, for programs.

use axum::http::header;
use axum::response::IntoResponse;

/// Kept by hand; the tests compare it with the routes and with what they really answer.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

pub(crate) async fn show() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, DOCUMENT)
}
