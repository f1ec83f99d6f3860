//! `api/v1/sessions`: one's devices.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use im_messenger::SessionInfo;
use serde::Serialize;

use crate::extract::{At, Id, Signed};
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    sessions: Vec<SessionInfo>,
}

pub(crate) async fn list(
    State(at): State<At>,
    Signed(acting): Signed,
) -> Result<Json<Answer>, Problem> {
    let sessions = at.app.messenger.sessions(&acting).await?;
    Ok(Json(Answer { sessions }))
}

pub(crate) async fn revoke(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(session): Id,
) -> Result<StatusCode, Problem> {
    at.app.messenger.revoke(&acting, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}
