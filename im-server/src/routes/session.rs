//! `api/v1/session`: signing in and out.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use im_core::{Login, Realm, Timestamp};
use im_messenger::{Device, SignedIn, User};
use serde::{Deserialize, Serialize};
use time::serde::rfc3339;

use crate::extract::{At, Json, given};
use crate::middleware::{ClientAddress, require_own_origin};
use crate::problem::Problem;
use crate::session_token::{self, set_cookie};

/// Hand-written extraction keeps the password out of every `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    username: String,
    password: String,
    #[serde(default, deserialize_with = "given")]
    realm: Option<String>,
    #[serde(default)]
    cookie: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(with = "rfc3339")]
    expires_at: Timestamp,
    user: Known<'a>,
}

#[derive(Serialize)]
struct Known<'a> {
    #[serde(flatten)]
    user: &'a User,
    new: bool,
}

pub(crate) async fn sign_in(
    State(at): State<At>,
    client: ClientAddress,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    if request.cookie {
        // Otherwise another website could sign its visitor in to an account of its own choice.
        require_own_origin(&at.app.settings, &headers)?;
    }
    let asked = request.realm.clone();
    let started = Instant::now();
    let answer = try_sign_in(&at, client, &headers, request).await;
    let (realm, outcome) = match &answer {
        Ok((signed_in, _)) => (signed_in.account.realm.clone(), "ok"),
        Err(problem) => (realm_label(&at, asked), problem.code()),
    };
    at.app
        .metrics
        .sign_in(&at.site.path, &realm, outcome, started.elapsed());
    let (signed_in, cookie) = answer?;
    Ok(signed_in_answer(&at, &signed_in, cookie))
}

async fn try_sign_in(
    at: &At,
    client: ClientAddress,
    headers: &HeaderMap,
    request: Request,
) -> Result<(SignedIn, bool), Problem> {
    let mut login = Login::new(request.username, request.password).from_address(client.address);
    if let Some(realm) = request.realm {
        let realm = Realm::new(realm)
            .ok()
            .filter(|realm| at.site.links.contains_key(realm.as_str()))
            .ok_or(Problem::new("unknown_realm"))?;
        login = login.in_realm(realm);
    }
    let signed_in = at
        .app
        .messenger
        .sign_in(&at.site.path, login, device(client, headers))
        .await?;
    Ok((signed_in, request.cookie))
}

/// What metrics call the realm of a refused sign-in: only names of the configuration, never what somebody typed.
fn realm_label(at: &At, asked: Option<String>) -> String {
    let mut realms = at.site.links.keys();
    match (asked, realms.next(), realms.next()) {
        (Some(asked), ..) if at.site.links.contains_key(&asked) => asked,
        (None, Some(only), None) => only.clone(),
        _ => "any".to_owned(),
    }
}

/// What is remembered of the device.
pub(crate) fn device(client: ClientAddress, headers: &HeaderMap) -> Device {
    Device {
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(200).collect()),
        address: Some(client.address),
    }
}

/// 201 with the token, in the body or in a cookie.
pub(crate) fn signed_in_answer(at: &At, signed_in: &SignedIn, cookie: bool) -> Response {
    let token = signed_in.token.expose();
    let answer = Answer {
        token: (!cookie).then_some(token),
        expires_at: signed_in.expires_at,
        user: Known {
            user: &signed_in.account,
            new: signed_in.new,
        },
    };
    let mut response = (StatusCode::CREATED, axum::Json(answer)).into_response();
    if cookie {
        let age = at.site.options.session_max_ttl.as_secs();
        let secure = at.app.settings.is_https();
        if let Some(value) = set_cookie(&at.site.path, Some(token), secure, age) {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
    }
    response
}

pub(crate) async fn sign_out(
    State(at): State<At>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (token, _) = session_token::of(&headers).ok_or(Problem::new("session_invalid"))?;
    // Who leaves needs no place at a full site.
    let acting = at
        .app
        .messenger
        .acting_unconnected(&at.site.path, token)
        .await?;
    at.app.messenger.sign_out(&acting).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(value) = set_cookie(&at.site.path, None, at.app.settings.is_https(), 0) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}
