//! An answer as the command line gives it: JSON, one line of text, an exit code.

use std::process::ExitCode;

use im_core::{AuthError, Avatar, ExternalUser, Rejection, Timestamp, Verdict};
use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;

/// What was asked and answered, or not.
pub(crate) type Answer = Result<Verdict, AuthError>;

/// How a run ends: 0 accepted, 1 rejected, 2 error. Of several answers the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    Accepted,
    Rejected,
    Error,
}

impl Ending {
    pub(crate) fn of(answer: &Answer) -> Self {
        match answer {
            Ok(Verdict::Accepted(_)) => Self::Accepted,
            Ok(_) => Self::Rejected,
            Err(_) => Self::Error,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Accepted => Self::SUCCESS,
            Ending::Rejected => Self::from(1),
            Ending::Error => Self::from(2),
        }
    }
}

/// The answer as a JSON object.
pub(crate) fn json(answer: &Answer) -> Map<String, Value> {
    let mut object = Map::new();
    match answer {
        Ok(Verdict::Accepted(user)) => {
            object.insert("verdict".into(), "accepted".into());
            object.insert("user".into(), self::user(user));
        }
        Ok(Verdict::Rejected(rejection)) => {
            object.insert("verdict".into(), "rejected".into());
            object.insert("reason".into(), rejection.as_str().into());
            if let Rejection::Banned { until: Some(until) }
            | Rejection::LockedOut { until: Some(until) } = rejection
            {
                object.insert("until".into(), moment(*until));
            }
        }
        Ok(_) => return failure("unsupported", "this verdict is newer than the program"),
        Err(error) => {
            object = failure(error.kind(), &explain(error));
            match error {
                AuthError::TooManyAttempts { retry_after } => {
                    object.insert("retry_after".into(), retry_after.as_secs().into());
                }
                AuthError::UnsupportedHash { format, .. } => {
                    object.insert("format".into(), format.as_str().into());
                }
                _ => {}
            }
        }
    }
    object
}

/// `{"verdict":"error","kind":…,"detail":…}`.
pub(crate) fn failure(kind: &str, detail: &str) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("verdict".into(), "error".into());
    object.insert("kind".into(), kind.into());
    object.insert("detail".into(), detail.into());
    object
}

/// The answer as text for people.
pub(crate) fn text(answer: &Answer) -> String {
    match answer {
        Ok(Verdict::Accepted(user)) => {
            let mut lines = format!("accepted: {} ({})", user.name, user.identity);
            let mut line = |name: &str, value: &str| {
                lines.push_str("\n  ");
                lines.push_str(name);
                lines.push_str(": ");
                lines.push_str(value);
            };
            if let Some(display) = &user.display_name {
                line("shown as", display);
            }
            if let Some(email) = &user.email {
                line("e-mail", email);
            }
            if let Some(moment) = user.registered_at.and_then(|at| at.format(&Rfc3339).ok()) {
                line("registered", &moment);
            }
            if let Some(language) = &user.language {
                line("language", language);
            }
            if !user.groups.is_empty() {
                line("groups", &user.groups.join(", "));
            }
            if user.is_admin {
                line("administrator", "yes");
            }
            if user.is_moderator {
                line("moderator", "yes");
            }
            lines
        }
        Ok(Verdict::Rejected(rejection)) => format!("rejected: {}", rejection.as_str()),
        Ok(_) => "error: this verdict is newer than the program".into(),
        Err(error) => format!("error: {}", explain(error)),
    }
}

/// The error's sentence and those of its causes. Errors hold no secrets, by contract.
pub(crate) fn explain(error: &AuthError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let sentence = error.to_string();
        if !text.contains(&sentence) {
            text.push_str(": ");
            text.push_str(&sentence);
        }
        cause = error.source();
    }
    text
}

fn user(user: &ExternalUser) -> Value {
    json!({
        "realm": user.identity.realm.as_str(),
        "id": user.identity.id.as_str(),
        "name": user.name,
        "display_name": user.shown_name(),
        "email": user.email,
        "registered_at": user.registered_at.map(moment),
        "language": user.language,
        "avatar": user.avatar.as_ref().map(avatar),
        "groups": user.groups,
        "is_admin": user.is_admin,
        "is_moderator": user.is_moderator,
    })
}

fn avatar(avatar: &Avatar) -> Value {
    match avatar {
        Avatar::Url(url) => json!({ "url": url }),
        Avatar::Path(path) => json!({ "path": path }),
        _ => Value::Null,
    }
}

fn moment(at: Timestamp) -> Value {
    at.format(&Rfc3339).map_or(Value::Null, Value::String)
}

#[cfg(test)]
mod tests {
    use im_core::{Identity, Realm};

    use super::*;

    fn alice() -> ExternalUser {
        let mut user =
            ExternalUser::new(Identity::new(Realm::new("phorum").unwrap(), "2"), "Alice");
        user.registered_at = Timestamp::from_unix_timestamp(1_000_000_000).ok();
        user
    }

    fn written(answer: &Answer) -> String {
        Value::Object(json(answer)).to_string()
    }

    #[test]
    fn an_accepted_user_is_described_in_full() {
        let json = json(&Ok(Verdict::accepted(alice())));
        assert_eq!(json["verdict"], "accepted");
        assert_eq!(json["user"]["id"], "2");
        assert_eq!(json["user"]["display_name"], "Alice");
        assert_eq!(json["user"]["registered_at"], "2001-09-09T01:46:40Z");
        assert_eq!(json["user"]["email"], Value::Null);
    }

    #[test]
    fn a_rejection_names_its_reason_and_its_end() {
        let plain = written(&Ok(Rejection::WrongPassword.into()));
        assert_eq!(plain, r#"{"reason":"wrong_password","verdict":"rejected"}"#);
        let until = Timestamp::from_unix_timestamp(0).ok();
        let banned = json(&Ok(Rejection::Banned { until }.into()));
        assert_eq!(banned["until"], "1970-01-01T00:00:00Z");
    }

    #[test]
    fn an_error_names_its_kind_and_its_causes() {
        let cause = std::io::Error::other("connection refused");
        let error = AuthError::unavailable("the database does not answer").with_source(cause);
        let json = json(&Err(error));
        assert_eq!(json["kind"], "unavailable");
        assert_eq!(
            json["detail"],
            "unavailable: the database does not answer: connection refused"
        );
    }

    #[test]
    fn the_worst_answer_decides_how_a_run_ends() {
        let accepted = Ending::of(&Ok(Verdict::accepted(alice())));
        let rejected = Ending::of(&Ok(Rejection::Inactive.into()));
        let error = Ending::of(&Err(AuthError::busy("full")));
        assert_eq!(accepted.max(rejected), Ending::Rejected);
        assert_eq!(rejected.max(error), Ending::Error);
    }
}
