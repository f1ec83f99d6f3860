//! Answers that say no: RFC 9457, a stable code out, the cause to the log once.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// An answer that says no.
///
/// Two refusals that a stranger must not tell apart have the same code, and then the same bytes: the body holds nothing
/// that depends on the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    retry_after: Option<Duration>,
    extra: Map<String, Value>,
}

/// Every code, its status, and its title for people.
pub const CODES: &[(&str, u16, &str)] = &[
    // Signing in.
    (
        "invalid_credentials",
        401,
        "The name or the password is wrong",
    ),
    ("account_inactive", 403, "The account is deactivated"),
    ("account_pending", 403, "The account is not activated yet"),
    ("account_banned", 403, "The account is banned"),
    (
        "password_expired",
        403,
        "The password must be changed first",
    ),
    (
        "approval_pending",
        403,
        "An administrator has to approve the account first",
    ),
    ("name_not_allowed", 403, "This name may not be used here"),
    ("too_many_attempts", 429, "Too many attempts"),
    ("site_full", 503, "The site is full"),
    (
        "directory_unavailable",
        503,
        "The source of accounts cannot be reached",
    ),
    (
        "directory_misconfigured",
        503,
        "The source of accounts is not set up correctly",
    ),
    (
        "unsupported_hash",
        503,
        "The account's password is stored in a way this server does not know",
    ),
    ("busy", 503, "Too much to do right now"),
    ("maintenance", 503, "The site is closed for maintenance"),
    (
        "unknown_realm",
        400,
        "There is no such source of accounts here",
    ),
    // Sessions.
    ("forbidden", 403, "You may not do that"),
    (
        "shared_account",
        403,
        "Several people use this account, so this cannot be changed",
    ),
    ("session_invalid", 401, "Sign in first"),
    (
        "foreign_origin",
        403,
        "The request comes from another website",
    ),
    ("unknown_session", 404, "There is no such session"),
    // Registration.
    ("registration_closed", 403, "No new accounts are taken here"),
    ("name_taken", 409, "The name is taken"),
    ("invalid_name", 400, "The name cannot be used"),
    ("invalid_password", 400, "The password cannot be used"),
    ("too_many_registrations", 429, "Too many registrations"),
    // People and contacts.
    ("unknown_user", 404, "There is no such user"),
    ("ambiguous_name", 409, "Several users have this name"),
    ("too_many_contacts", 409, "The limit of contacts is reached"),
    ("already_contacts", 409, "You are contacts already"),
    ("already_asked", 409, "You have asked already"),
    ("request_refused", 403, "The request was refused"),
    ("unknown_contact", 404, "There is no such contact"),
    ("not_a_contact", 403, "You are not contacts"),
    // Conversations.
    ("unknown_conversation", 404, "There is no such conversation"),
    (
        "client_id_reused",
        409,
        "The client_id was used for another text",
    ),
    ("message_too_long", 413, "The message is too long"),
    ("empty_message", 400, "The message is empty"),
    (
        "do_not_disturb",
        403,
        "The recipient does not want to be disturbed",
    ),
    (
        "recipient_offline",
        403,
        "The recipient takes no messages while offline",
    ),
    ("cannot_see_you", 403, "You are hidden from the recipient"),
    // HTTP.
    ("invalid_request", 400, "The request makes no sense"),
    ("not_found", 404, "There is nothing at this address"),
    ("method_not_allowed", 405, "This address does not do that"),
    (
        "request_timeout",
        408,
        "The request took too long to arrive",
    ),
    ("body_too_large", 413, "The request is too large"),
    ("unsupported_media_type", 415, "Send application/json"),
    (
        "too_many_connections",
        429,
        "Too many connections are open from this address",
    ),
    ("too_many_sockets", 429, "Too many event streams are open"),
    ("timeout", 503, "The answer took too long"),
    (
        "store_unavailable",
        503,
        "The messenger's database cannot be reached",
    ),
    (
        "store_full",
        503,
        "The messenger has no room left to keep anything",
    ),
    ("not_ready", 503, "The server is not ready"),
    ("internal", 500, "Something went wrong here"),
];

/// When who was told `busy` may try again.
const SOON: Duration = Duration::from_secs(5);

impl Problem {
    /// A problem with one of [`CODES`].
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        let status = find(code).map_or(500, |(_, status, _)| *status);
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            detail: None,
            retry_after: None,
            extra: Map::new(),
        }
    }

    /// A request that makes no sense, and why.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new("invalid_request").detail(detail)
    }

    /// Adds a sentence for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Answers with another status than the code's usual one.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Adds `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

fn find(code: &str) -> Option<&'static (&'static str, u16, &'static str)> {
    CODES.iter().find(|(known, _, _)| *known == code)
}

impl From<im_messenger::Error> for Problem {
    fn from(error: im_messenger::Error) -> Self {
        let code = error.code();
        let mut problem = Self::new(code.as_str()).detail(error.detail());
        if find(code.as_str()).is_none() {
            problem.status =
                StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let extra = error.extra();
        problem.retry_after = extra.retry_after.map(Duration::from_secs);
        if code.as_str() == "busy" {
            problem.retry_after.get_or_insert(SOON);
        }
        if let Ok(Value::Object(facts)) = serde_json::to_value(extra) {
            problem.extra = facts;
        }
        // A full site and a closed forum are answers, not faults: whoever wants to know looks at the line of the request.
        let is_answer = matches!(code.as_str(), "site_full" | "maintenance");
        if problem.status.is_server_error() && !is_answer {
            tracing::error!(
                code = code.as_str(),
                cause = %Chain(&error),
                "a request could not be answered"
            );
        }
        problem
    }
}

/// An error and its causes in one line.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut said = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let why = error.to_string();
            // Some errors say what their cause says, and name it as well.
            if !said.ends_with(&why) {
                said.push_str(": ");
                said.push_str(&why);
            }
            cause = error.source();
        }
        f.write_str(&said)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = find(self.code).map_or(self.code, |(_, _, title)| *title);
        let mut body = json!({
            "type": "about:blank",
            "title": title,
            "status": self.status.as_u16(),
            "code": self.code,
        });
        if let Some(object) = body.as_object_mut() {
            object.extend(self.detail.map(|detail| ("detail".into(), detail.into())));
            object.extend(self.extra);
        }
        let mut response = (
            self.status,
            [(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/problem+json"),
            )],
            body.to_string(),
        )
            .into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(ProblemCode(self.code));
        response
    }
}

/// The code of an answer, for the access log and the metrics.
#[derive(Debug, Clone, Copy)]
pub struct ProblemCode(pub &'static str);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_listed_twice() {
        for (index, (code, _, _)) in CODES.iter().enumerate() {
            assert!(
                CODES[..index].iter().all(|(other, _, _)| other != code),
                "{code}"
            );
        }
    }

    #[test]
    fn who_is_told_to_come_back_is_told_when() {
        let busy = im_messenger::Error::from(im_core::AuthError::busy("many sign in"));
        let response = Problem::from(busy).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "5");
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let response = Problem::new("too_many_attempts")
            .retry_after(Duration::from_millis(1_200))
            .into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }
}
