//! `api/v1/users`: people one may add.

use axum::Json;
use axum::extract::State;
use im_messenger::FoundUser;
use serde::{Deserialize, Serialize};

use crate::extract::{At, Params, Signed};
use crate::problem::Problem;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    query: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    users: Vec<FoundUser>,
}

pub(crate) async fn search(
    State(at): State<At>,
    Signed(acting): Signed,
    Params(request): Params<Request>,
) -> Result<Json<Answer>, Problem> {
    let users = at.app.messenger.users(&acting, &request.query).await?;
    Ok(Json(Answer { users }))
}
