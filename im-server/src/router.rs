//! Every route on one page.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, delete, get, patch, post};
use tower_http::compression::CompressionLayer;

use crate::app::{App, Site};
use crate::extract::At;
use crate::middleware;
use crate::problem::Problem;
use crate::routes::{
    contacts, conversations, events, health, me, openapi, pages, registration, session, sessions,
    site, users,
};

/// One call of the API, below a site's path.
struct Call(Method, &'static str, MethodRouter<At>);

/// The API.
fn api() -> Vec<Call> {
    use Method as M;
    let call = |method, path, handler| Call(method, path, handler);
    vec![
        call(M::GET, "api/v1/openapi.json", get(openapi::show)),
        call(M::GET, "api/v1/site", get(site::show)),
        call(M::POST, "api/v1/session", post(session::sign_in)),
        call(M::DELETE, "api/v1/session", delete(session::sign_out)),
        call(M::GET, "api/v1/sessions", get(sessions::list)),
        call(
            M::DELETE,
            "api/v1/sessions/{session}",
            delete(sessions::revoke),
        ),
        call(M::POST, "api/v1/registration", post(registration::register)),
        call(M::GET, "api/v1/me", get(me::show)),
        call(M::PATCH, "api/v1/me", patch(me::change)),
        call(M::GET, "api/v1/users", get(users::search)),
        call(M::GET, "api/v1/contacts", get(contacts::list)),
        call(M::POST, "api/v1/contacts", post(contacts::ask)),
        call(M::PATCH, "api/v1/contacts/{user}", patch(contacts::change)),
        call(
            M::DELETE,
            "api/v1/contacts/{user}",
            delete(contacts::remove),
        ),
        call(M::GET, "api/v1/conversations", get(conversations::list)),
        call(M::POST, "api/v1/conversations", post(conversations::open)),
        call(
            M::GET,
            "api/v1/conversations/{conversation}/messages",
            get(conversations::messages),
        ),
        call(
            M::POST,
            "api/v1/conversations/{conversation}/messages",
            post(conversations::send),
        ),
        call(
            M::POST,
            "api/v1/conversations/{conversation}/read",
            post(conversations::read),
        ),
        call(
            M::POST,
            "api/v1/conversations/{conversation}/typing",
            post(conversations::typing),
        ),
        call(M::GET, "api/v1/events", get(events::connect)),
    ]
}

/// What the API has to offer: methods and paths below a site's path. For the tests that compare it with its description.
pub fn calls() -> impl Iterator<Item = (Method, &'static str)> {
    api()
        .into_iter()
        .map(|Call(method, path, _)| (method, path))
}

/// The pages and assets of one site.
fn pages(site: &Site) -> Router<At> {
    let mut router = Router::new()
        .route(&site.path, get(pages::index))
        .route(&format!("{}assets/{{*file}}", site.path), get(pages::asset))
        // The service worker has to lie beside the page it looks after.
        .route(&format!("{}sw.js", site.path), get(pages::service_worker))
        .layer(CompressionLayer::new());
    if site.path != "/" {
        router = router.route(site.path.trim_end_matches('/'), get(pages::add_slash));
    }
    router
}

/// Every route of the server, with everything a request passes through.
pub fn router(app: &Arc<App>) -> Router {
    let mut routes = Router::new().route("/healthz", get(health::alive));
    if app.settings.operators.is_some() {
        routes = routes.merge(operator_routes(app));
    }
    for site in &app.sites {
        let mut of_site = pages(site);
        for Call(_, path, handler) in api() {
            of_site = of_site.route(&format!("{}{path}", site.path), handler);
        }
        let at = At {
            app: Arc::clone(app),
            site: Arc::clone(site),
        };
        routes = routes.merge(of_site.with_state(at));
    }
    if app.settings.list_sites && app.sites.iter().all(|site| site.path != "/") {
        let list = Router::new()
            .route("/", get(pages::list))
            .route("/sites.css", get(pages::list_style))
            .with_state(Arc::clone(app));
        routes = routes.merge(list);
    }
    finish(routes, app)
}

/// The listener for operators only.
pub fn operator_router(app: &Arc<App>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::alive))
        .merge(operator_routes(app));
    finish(routes, app)
}

fn operator_routes(app: &Arc<App>) -> Router {
    Router::new()
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(Arc::clone(app))
}

fn finish(routes: Router, app: &Arc<App>) -> Router {
    let routes = routes
        .fallback(|| async { Problem::new("not_found").into_response() })
        .method_not_allowed_fallback(|| async {
            Problem::new("method_not_allowed").into_response()
        });
    middleware::around(routes, app)
}
