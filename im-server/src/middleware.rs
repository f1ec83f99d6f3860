//! What every request passes through, in this order.

mod access_log;
mod body;
pub mod client_address;
mod host;
mod origin;
mod panic;
mod rate;
mod request_id;
mod security_headers;
mod timeout;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;

pub use self::client_address::ClientAddress;
pub use self::origin::{is_own_origin, require_own_origin};
pub use self::rate::Window;
pub(crate) use self::rate::network;

/// Wraps the routes; the first line is the outermost layer.
pub fn around(routes: Router, app: &Arc<App>) -> Router {
    let with = |routes: Router, layer: Layer| layer(routes, Arc::clone(app));
    // axum's last layer is the outermost one, so the list is applied from its end.
    let outermost_first: [Layer; 9] = [
        |routes, _| routes.layer(from_fn(request_id::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, client_address::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, access_log::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, security_headers::layer)),
        |routes, _| routes.layer(CatchPanicLayer::custom(panic::answer)),
        |routes, _| routes.layer(from_fn(host::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, origin::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, body::layer)),
        |routes, app| routes.layer(from_fn_with_state(app, timeout::layer)),
    ];
    outermost_first.into_iter().rev().fold(routes, with)
}

type Layer = fn(Router, Arc<App>) -> Router;
