//! A name for every request, in its log lines and in its answer.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A process's ids start with this, so that those of two processes differ.
static PROCESS: LazyLock<u32> = LazyLock::new(|| {
    u32::try_from(RandomState::new().hash_one(std::process::id()) & 0xffff_ffff).unwrap_or(0)
});
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Gives the request an id. A client's own `X-Request-Id` is not taken: it would be a stranger's text in the log.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    let id = format!(
        "{:08x}-{:x}",
        *PROCESS,
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let span = tracing::info_span!("request", id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
