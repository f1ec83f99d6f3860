//! `api/v1/registration`: an own account.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use im_core::Password;
use im_messenger::{ErrorCode, Registration};
use serde::Deserialize;
use serde_json::json;

use super::session::{device, signed_in_answer};
use crate::extract::{At, Json};
use crate::middleware::{ClientAddress, require_own_origin};
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    username: String,
    password: String,
    #[serde(default)]
    cookie: bool,
}

pub(crate) async fn register(
    State(at): State<At>,
    client: ClientAddress,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    if request.cookie {
        require_own_origin(&at.app.settings, &headers)?;
    }
    at.app
        .registrations
        .count(client.address)
        .map_err(|wait| Problem::new("too_many_registrations").retry_after(wait))?;
    let registration = at
        .app
        .messenger
        .register(
            &at.site.path,
            &request.username,
            Password::from(request.password),
            device(client, &headers),
        )
        .await
        .map_err(|error| {
            // Who mistypes a new password should not have to wait for it; who probes names should.
            if matches!(
                error.code(),
                ErrorCode::InvalidName | ErrorCode::InvalidPassword
            ) {
                at.app.registrations.give_back(client.address);
            }
            Problem::from(error)
        })?;
    Ok(match registration {
        Registration::SignedIn(signed_in) => signed_in_answer(&at, &signed_in, request.cookie),
        Registration::ApprovalPending => (
            StatusCode::ACCEPTED,
            axum::Json(json!({ "code": "approval_pending" })),
        )
            .into_response(),
        _ => return Err(Problem::new("internal")),
    })
}
