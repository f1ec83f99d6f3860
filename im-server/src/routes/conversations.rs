//! `api/v1/conversations`: talking.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use im_core::Timestamp;
use im_messenger::{Conversation, MessagePage, Page};
use serde::{Deserialize, Serialize};
use time::serde::rfc3339;

use crate::extract::{At, Id, Json, Params, Signed};
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    conversations: Vec<Conversation>,
}

pub(crate) async fn list(
    State(at): State<At>,
    Signed(acting): Signed,
) -> Result<axum::Json<Answer>, Problem> {
    let conversations = at.app.messenger.conversations(&acting).await?;
    Ok(axum::Json(Answer { conversations }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    user: String,
}

pub(crate) async fn open(
    State(at): State<At>,
    Signed(acting): Signed,
    Json(request): Json<Open>,
) -> Result<Response, Problem> {
    let opened = at
        .app
        .messenger
        .open_conversation(&acting, &request.user)
        .await?;
    let status = if opened.new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(opened.conversation)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageRequest {
    before: Option<u64>,
    after: Option<u64>,
    limit: Option<u32>,
}

pub(crate) async fn messages(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(conversation): Id,
    Params(page): Params<PageRequest>,
) -> Result<axum::Json<MessagePage>, Problem> {
    let page = Page {
        before: page.before,
        after: page.after,
        limit: page.limit,
    };
    let messages = at
        .app
        .messenger
        .messages(&acting, &conversation, page)
        .await?;
    Ok(axum::Json(messages))
}

/// Hand-written extraction keeps the text out of every `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Send {
    text: String,
    client_id: String,
}

#[derive(Serialize)]
struct Sent {
    id: String,
    seq: u64,
    #[serde(with = "rfc3339")]
    sent_at: Timestamp,
}

pub(crate) async fn send(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(conversation): Id,
    Json(request): Json<Send>,
) -> Result<Response, Problem> {
    let sent = at
        .app
        .messenger
        .send(&acting, &conversation, &request.text, &request.client_id)
        .await?;
    let status = if sent.replay {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let answer = Sent {
        id: sent.message.id,
        seq: sent.message.seq,
        sent_at: sent.message.sent_at,
    };
    Ok((status, axum::Json(answer)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    seq: u64,
}

pub(crate) async fn read(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(conversation): Id,
    Json(request): Json<Read>,
) -> Result<StatusCode, Problem> {
    at.app
        .messenger
        .mark_read(&acting, &conversation, request.seq)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn typing(
    State(at): State<At>,
    Signed(acting): Signed,
    Id(conversation): Id,
) -> Result<StatusCode, Problem> {
    at.app.messenger.typing(&acting, &conversation).await?;
    Ok(StatusCode::NO_CONTENT)
}
