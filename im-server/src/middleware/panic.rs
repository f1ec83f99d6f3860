//! A panic is one failed request, not a dead server.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// The answer. The panic's own text stays out of it; the panic hook has written it to the log.
pub(super) fn answer(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    Problem::new("internal").into_response()
}
