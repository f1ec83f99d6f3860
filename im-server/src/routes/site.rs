//! `api/v1/site`: what a client needs to know before anybody signs in.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use im_messenger::{RealmInfo, RegistrationPolicy, SiteLimits};
use serde::Serialize;
use url::Url;

use crate::extract::At;
use crate::problem::Problem;

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    title: String,
    language: Option<String>,
    version: &'static str,
    notice: Option<String>,
    realms: Vec<Realm>,
    realm_titles: BTreeMap<String, String>,
    registration: RegistrationPolicy,
    show_realms: bool,
    limits: SiteLimits,
}

#[derive(Debug, Serialize)]
struct Realm {
    #[serde(flatten)]
    info: RealmInfo,
    register_url: Option<Url>,
    lost_password_url: Option<Url>,
}

pub(crate) async fn show(State(at): State<At>) -> Result<Json<Answer>, Problem> {
    let info = at.app.messenger.site_info(&at.site.path)?;
    let realms = info
        .realms
        .into_iter()
        .map(|info| {
            let links = at.site.links.get(&info.name).cloned().unwrap_or_default();
            Realm {
                info,
                register_url: links.register,
                lost_password_url: links.lost_password,
            }
        })
        .collect();
    Ok(Json(Answer {
        title: info.title,
        language: at.site.language.clone(),
        version: env!("CARGO_PKG_VERSION"),
        notice: at.site.notice.clone(),
        realms,
        realm_titles: at.app.realm_titles.clone(),
        registration: info.registration,
        show_realms: info.show_realms,
        limits: info.limits,
    }))
}
