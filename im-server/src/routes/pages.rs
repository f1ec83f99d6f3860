//! The web client's page and files, and the list of sites.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::app::App;
use crate::extract::{At, Id};

pub(crate) async fn index(State(at): State<At>, headers: HeaderMap) -> Response {
    at.app.web.answer("index.html", &headers)
}

pub(crate) async fn asset(State(at): State<At>, Id(file): Id, headers: HeaderMap) -> Response {
    at.app.web.answer(&file, &headers)
}

pub(crate) async fn service_worker(State(at): State<At>, headers: HeaderMap) -> Response {
    at.app.web.answer("sw.js", &headers)
}

/// `/im-phpbb2` is meant to be `/im-phpbb2/`.
pub(crate) async fn add_slash(uri: Uri) -> Redirect {
    Redirect::permanent(&format!("{}/", uri.path()))
}

/// `/`: which sites there are.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Response {
    let mut items = String::new();
    for site in &app.sites {
        let notice = site
            .notice
            .as_ref()
            .map(|notice| format!("<p>{}</p>", escape(notice)))
            .unwrap_or_default();
        let _ = write!(
            items,
            "<li><a href=\"{}\">{}</a>{notice}</li>",
            escape(&site.path),
            escape(&site.title)
        );
    }
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>IntraMessenger</title><link rel=\"stylesheet\" href=\"/sites.css\"></head>\
         <body><main><h1>IntraMessenger</h1><ul>{items}</ul></main></body></html>\n"
    );
    let policy = [(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )];
    (policy, Html(page)).into_response()
}

pub(crate) async fn list_style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, STYLE)
}

const STYLE: &str = "\
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { max-width: 38rem; padding: 1.5rem; }
ul { list-style: none; padding: 0; display: grid; gap: 1rem; }
li { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .75rem; padding: 1rem 1.25rem; }
a { font-size: 1.2rem; font-weight: 600; }
p { margin: .5rem 0 0; white-space: pre-line; }
";

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}
