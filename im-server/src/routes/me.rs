//! `api/v1/me`: one's own profile, presence and preferences.

use axum::extract::State;
use im_core::Password;
use im_messenger::{Me, MeUpdate, OfflineMessages, Presence, PresenceState};
use serde::Deserialize;

use crate::extract::{At, Json, Object, Signed, given};
use crate::problem::Problem;

/// Hand-written extraction keeps passwords out of every `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    #[serde(default, deserialize_with = "given")]
    presence: Option<Object<PresenceChange>>,
    #[serde(default, deserialize_with = "given")]
    preferences: Option<Object<PreferenceChange>>,
    #[serde(default, deserialize_with = "given")]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    password: Option<Object<NewPassword>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PresenceChange {
    state: PresenceState,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PreferenceChange {
    #[serde(default, deserialize_with = "given")]
    offline_messages: Option<OfflineMessages>,
    /// Absent: leave it; null: what the browser prefers.
    #[serde(default, deserialize_with = "given")]
    language: Option<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: String,
    new: String,
}

pub(crate) async fn show(
    State(at): State<At>,
    Signed(acting): Signed,
) -> Result<axum::Json<Me>, Problem> {
    Ok(axum::Json(at.app.messenger.me(&acting).await?))
}

pub(crate) async fn change(
    State(at): State<At>,
    Signed(acting): Signed,
    Json(request): Json<Request>,
) -> Result<axum::Json<Me>, Problem> {
    let preferences = request.preferences.map(|Object(change)| change);
    let update = MeUpdate {
        presence: request.presence.map(|Object(presence)| Presence {
            state: presence.state,
            reason: presence.reason,
        }),
        offline_messages: preferences
            .as_ref()
            .and_then(|change| change.offline_messages),
        language: preferences.and_then(|change| change.language),
        display_name: request.display_name,
        password: request.password.map(|Object(password)| {
            (
                Password::from(password.current),
                Password::from(password.new),
            )
        }),
    };
    Ok(axum::Json(
        at.app.messenger.update_me(&acting, update).await?,
    ))
}
