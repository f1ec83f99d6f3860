//! An answer as the command line gives it: JSON, one line of text, an exit code.

use std::process::ExitCode;

use im_core::{AuthError, Avatar, ExternalUser, Rejection, Timestamp, Verdict};
use serde::Serialize;
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

/// The answer as the command prints it with `--json`: what does not apply is left out.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Who came in.
#[derive(Debug, Serialize)]
struct UserReport {
    realm: String,
    id: String,
    name: String,
    display_name: String,
    email: Option<String>,
    registered_at: Option<String>,
    language: Option<String>,
    avatar: Option<AvatarReport>,
    groups: Vec<String>,
    is_admin: bool,
    is_moderator: bool,
}

/// Where a picture is: `{"url":…}` or `{"path":…}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum AvatarReport {
    Url(String),
    Path(String),
}

impl Report {
    /// `{"verdict":"error","kind":…,"detail":…}`.
    pub(crate) fn failure(kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            verdict: "error",
            kind: Some(kind),
            detail: Some(detail.into()),
            ..Self::default()
        }
    }

    /// The same about a line of a batch.
    pub(crate) fn at_line(self, line: u64) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The same about the name that was asked for.
    pub(crate) fn about(self, username: String) -> Self {
        Self {
            username: Some(username),
            ..self
        }
    }

    /// As one line.
    pub(crate) fn to_line(&self) -> String {
        // Strings, numbers and lists of them: nothing that JSON could not say.
        serde_json::to_string(self).unwrap_or_else(|error| error.to_string())
    }
}

impl From<&Answer> for Report {
    fn from(answer: &Answer) -> Self {
        match answer {
            Ok(Verdict::Accepted(user)) => Self {
                verdict: "accepted",
                user: Some(UserReport::from(&**user)),
                ..Self::default()
            },
            Ok(Verdict::Rejected(rejection)) => Self {
                verdict: "rejected",
                reason: Some(rejection.as_str()),
                until: match rejection {
                    Rejection::Banned { until } | Rejection::LockedOut { until } => {
                        until.and_then(moment)
                    }
                    _ => None,
                },
                ..Self::default()
            },
            Ok(_) => Self::failure("unsupported", "this verdict is newer than the program"),
            Err(error) => Self {
                format: match error {
                    AuthError::UnsupportedHash { format, .. } => Some(format.clone()),
                    _ => None,
                },
                retry_after: match error {
                    AuthError::TooManyAttempts { retry_after } => Some(retry_after.as_secs()),
                    _ => None,
                },
                ..Self::failure(error.kind(), explain(error))
            },
        }
    }
}

impl From<&ExternalUser> for UserReport {
    fn from(user: &ExternalUser) -> Self {
        Self {
            realm: user.identity.realm.to_string(),
            id: user.identity.id.to_string(),
            name: user.name.clone(),
            display_name: user.shown_name().to_owned(),
            email: user.email.clone(),
            registered_at: user.registered_at.and_then(moment),
            language: user.language.clone(),
            avatar: match &user.avatar {
                Some(Avatar::Url(url)) => Some(AvatarReport::Url(url.clone())),
                Some(Avatar::Path(path)) => Some(AvatarReport::Path(path.clone())),
                _ => None,
            },
            groups: user.groups.clone(),
            is_admin: user.is_admin,
            is_moderator: user.is_moderator,
        }
    }
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
            if let Some(registered) = user.registered_at.and_then(moment) {
                line("registered", &registered);
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

fn moment(at: Timestamp) -> Option<String> {
    at.format(&Rfc3339).ok()
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

    fn line(answer: &Answer) -> String {
        Report::from(answer).to_line()
    }

    #[test]
    fn an_accepted_user_is_described_in_full() {
        assert_eq!(
            line(&Ok(Verdict::accepted(alice()))),
            concat!(
                r#"{"verdict":"accepted","user":{"realm":"phorum","id":"2","name":"Alice","#,
                r#""display_name":"Alice","email":null,"registered_at":"2001-09-09T01:46:40Z","#,
                r#""language":null,"avatar":null,"groups":[],"is_admin":false,"is_moderator":false}}"#,
            )
        );
    }

    #[test]
    fn a_picture_is_an_address_or_a_path() {
        let mut user = alice();
        user.avatar = Some(Avatar::Path("images/2.png".into()));
        let line = line(&Ok(Verdict::accepted(user)));
        assert!(
            line.contains(r#""avatar":{"path":"images/2.png"}"#),
            "{line}"
        );
    }

    #[test]
    fn a_rejection_names_its_reason_and_its_end() {
        assert_eq!(
            line(&Ok(Rejection::WrongPassword.into())),
            r#"{"verdict":"rejected","reason":"wrong_password"}"#
        );
        let until = Timestamp::from_unix_timestamp(0).ok();
        assert_eq!(
            line(&Ok(Rejection::Banned { until }.into())),
            r#"{"verdict":"rejected","reason":"banned","until":"1970-01-01T00:00:00Z"}"#
        );
    }

    #[test]
    fn an_error_names_its_kind_and_its_causes() {
        let cause = std::io::Error::other("connection refused");
        let error = AuthError::unavailable("the database does not answer").with_source(cause);
        assert_eq!(
            line(&Err(error)),
            r#"{"verdict":"error","kind":"unavailable","detail":"unavailable: the database does not answer: connection refused"}"#
        );
    }

    #[test]
    fn some_errors_say_more() {
        let hash = line(&Err(AuthError::unsupported_hash("40 hex digits")));
        assert!(hash.contains(r#""format":"40 hex digits""#), "{hash}");
        let retry_after = std::time::Duration::from_secs(7);
        let late = line(&Err(AuthError::TooManyAttempts { retry_after }));
        assert!(late.contains(r#""retry_after":7"#), "{late}");
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
