//! The web client: built into the program, or read from a folder by who changes it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

use crate::problem::Problem;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web");

/// Where the client's files come from.
#[derive(Debug, Clone, Default)]
pub struct Web {
    folder: Option<PathBuf>,
    policy: String,
}

impl Web {
    /// Built in, or from a folder. `public_url` is what pages may open WebSockets to besides their own host.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, public_url: Option<&url::Url>) -> Self {
        Self {
            folder,
            policy: policy(public_url),
        }
    }

    /// A file, or 304 when the browser has it already.
    #[must_use]
    pub fn answer(&self, path: &str, request: &HeaderMap) -> Response {
        let Some(bytes) = self.read(path) else {
            return Problem::new("not_found").into_response();
        };
        let tag = tag(&bytes);
        let mut response = if has(request, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(bytes.into_owned()));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, content_type(path));
            response
        };
        let headers = response.headers_mut();
        // Asked every time, answered with 304 unless it changed: a new version is there at the next reload.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if let Ok(policy) = HeaderValue::from_str(&self.policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        // What is written there for developers is no part of the client.
        if path.ends_with(".md") {
            return None;
        }
        let Some(folder) = &self.folder else {
            return BUILT_IN.get_file(path).map(|file| file.contents().into());
        };
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return None;
        }
        std::fs::read(folder.join(path)).ok().map(Cow::Owned)
    }
}

/// Weak, since the same file also leaves compressed.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

fn has(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| candidate.trim() == tag)
}

fn content_type(path: &str) -> HeaderValue {
    let kind = match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => return guess(path),
    };
    HeaderValue::from_static(kind)
}

fn guess(path: &str) -> HeaderValue {
    let kind = mime_guess::from_path(path).first_raw();
    HeaderValue::from_static(kind.unwrap_or("application/octet-stream"))
}

/// Only our own scripts, styles and connections; pictures may come from the forum, which knows the avatars.
fn policy(public_url: Option<&url::Url>) -> String {
    let socket = public_url
        .and_then(|url| {
            let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
            let host = url.host_str()?;
            let port = url
                .port()
                .map(|port| format!(":{port}"))
                .unwrap_or_default();
            Some(format!(" {scheme}://{host}{port}"))
        })
        .unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; \
         font-src 'self'; connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types im-worker"
    )
}
