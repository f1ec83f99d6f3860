//! `api/v1/me`: one's own profile, presence and preferences.

use axum::extract::State;
use im_core::Password;
use im_messenger::{Me, MeUpdate, OfflineMessages, Presence, PresenceState};
use serde::{Deserialize, Deserializer};

use crate::extract::{At, Json, Signed};
use crate::problem::Problem;

/// Hand-written extraction keeps passwords out of every `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    presence: Option<PresenceChange>,
    preferences: Option<PreferenceChange>,
    display_name: Option<String>,
    password: Option<NewPassword>,
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
    offline_messages: Option<OfflineMessages>,
    /// Absent: leave it; null: what the browser prefers.
    #[serde(default, deserialize_with = "present")]
    language: Option<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: String,
    new: String,
}

/// Tells `null` from a key that is not there.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
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
    let preferences = request.preferences;
    let update = MeUpdate {
        presence: request.presence.map(|presence| Presence {
            state: presence.state,
            reason: presence.reason,
        }),
        offline_messages: preferences
            .as_ref()
            .and_then(|change| change.offline_messages),
        language: preferences.and_then(|change| change.language),
        display_name: request.display_name,
        password: request.password.map(|password| {
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
