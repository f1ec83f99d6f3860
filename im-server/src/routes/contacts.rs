//! `api/v1/contacts`: asking, answering, arranging, removing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use im_messenger::{Contact, ContactAction, ContactTarget};
use serde::{Deserialize, Serialize};

use crate::extract::{At, Id, Json, Signed, given};
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    contacts: Vec<Contact>,
}

pub(crate) async fn list(
    State(at): State<At>,
    Signed(acting): Signed,
) -> Result<axum::Json<Answer>, Problem> {
    let contacts = at.app.messenger.contacts(&acting).await?;
    Ok(axum::Json(Answer { contacts }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    #[serde(default, deserialize_with = "given")]
    user: Option<String>,
    #[serde(default, deserialize_with = "given")]
    username: Option<String>,
    #[serde(default, deserialize_with = "given")]
    greeting: Option<String>,
}

pub(crate) async fn ask(
    State(at): State<At>,
    Signed(acting): Signed,
    Json(request): Json<Ask>,
) -> Result<Response, Problem> {
    let target = match (request.user, request.username) {
        (Some(id), None) => ContactTarget::User(id),
        (None, Some(name)) => ContactTarget::Name(name),
        _ => return Err(Problem::invalid("give either `user` or `username`")),
    };
    let added = at
        .app
        .messenger
        .add_contact(&acting, target, request.greeting)
        .await?;
    let status = if added.asked {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(added.contact)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Change {
    Accept,
    Refuse,
    Rename { name: Option<String> },
    Group { group: Option<String> },
    Vip { vip: bool },
    Hide { hidden: bool },
}

pub(crate) async fn change(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(user): Id,
    Json(change): Json<Change>,
) -> Result<Response, Problem> {
    let action = match change {
        Change::Accept => ContactAction::Accept,
        Change::Refuse => ContactAction::Refuse,
        Change::Rename { name } => ContactAction::Rename(name),
        Change::Group { group } => ContactAction::Group(group),
        Change::Vip { vip } => ContactAction::Vip(vip),
        Change::Hide { hidden } => ContactAction::Hide(hidden),
    };
    let contact = at
        .app
        .messenger
        .contact_action(&acting, &user, action)
        .await?;
    Ok(match contact {
        Some(contact) => axum::Json(contact).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

pub(crate) async fn remove(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(user): Id,
) -> Result<StatusCode, Problem> {
    at.app.messenger.remove_contact(&acting, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}
