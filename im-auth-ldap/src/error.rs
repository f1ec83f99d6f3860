//! What can go wrong between us and a directory, told as an [`AuthError`].

use std::io;

use im_core::AuthError;
use ldap3::{LdapError, LdapResult};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The connection is gone, or could not be made.
    #[error("the connection is gone")]
    Lost(#[source] Option<io::Error>),
    /// No answer in time.
    #[error("no answer in time")]
    Late,
    /// The certificate is not one to trust, or there is no TLS.
    #[error("TLS failed")]
    Tls(#[source] rustls::Error),
    /// The host's name cannot be in a certificate.
    #[error("the host's name cannot be in a certificate")]
    HostName,
    /// The server said no.
    #[error("the server answered {code}")]
    Refused {
        /// The LDAP result code.
        code: u32,
        /// The server's own words.
        text: String,
    },
    /// The answer is no LDAP, or has a part that cannot be read.
    #[error("the answer cannot be read")]
    Unreadable,
    /// It was found out before: the sentence says what.
    #[error("{0}")]
    Known(AuthError),
}

impl From<LdapError> for Trouble {
    /// Not as a source: some of the library's errors hold the request, and with it the password.
    fn from(error: LdapError) -> Self {
        match error {
            LdapError::Io { source } => match tls_error(&source) {
                Some(tls) => Self::Tls(tls),
                None => Self::Lost(Some(source)),
            },
            LdapError::Timeout { .. } => Self::Late,
            LdapError::Rustls { source } => Self::Tls(source),
            LdapError::DNSName { .. } => Self::HostName,
            LdapError::LdapResult { result } => Self::from(result),
            LdapError::FilterParsing | LdapError::DecodingUTF8 => Self::Unreadable,
            _ => Self::Lost(None),
        }
    }
}

impl From<LdapResult> for Trouble {
    fn from(result: LdapResult) -> Self {
        Self::Refused {
            code: result.rc,
            text: words(&result.text),
        }
    }
}

impl From<AuthError> for Trouble {
    fn from(error: AuthError) -> Self {
        Self::Known(error)
    }
}

fn tls_error(error: &io::Error) -> Option<rustls::Error> {
    error.get_ref()?.downcast_ref::<rustls::Error>().cloned()
}

/// The server's words, on one line of bearable length.
fn words(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect()
}

/// What was being asked when it went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking<'a> {
    /// For a connection.
    Connect,
    /// For StartTLS.
    StartTls,
    /// For the service account's sign-in.
    ServiceBind,
    /// For a member's sign-in.
    MemberBind,
    /// For entries below this one.
    Search(&'a str),
}

/// LDAP result codes (RFC 4511, 4.1.9).
pub(crate) mod code {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const PROTOCOL_ERROR: u32 = 2;
    pub(crate) const SIZE_LIMIT: u32 = 4;
    pub(crate) const STRONGER_AUTH_REQUIRED: u32 = 8;
    pub(crate) const REFERRAL: u32 = 10;
    pub(crate) const ADMIN_LIMIT: u32 = 11;
    pub(crate) const UNAVAILABLE_EXTENSION: u32 = 12;
    pub(crate) const CONFIDENTIALITY_REQUIRED: u32 = 13;
    pub(crate) const CONSTRAINT_VIOLATION: u32 = 19;
    pub(crate) const NO_SUCH_OBJECT: u32 = 32;
    pub(crate) const INVALID_DN: u32 = 34;
    pub(crate) const INAPPROPRIATE_AUTH: u32 = 48;
    pub(crate) const INVALID_CREDENTIALS: u32 = 49;
    pub(crate) const INSUFFICIENT_ACCESS: u32 = 50;
    pub(crate) const UNWILLING: u32 = 53;
    pub(crate) const OPERATIONS_ERROR: u32 = 1;
    pub(crate) const AUTH_METHOD: u32 = 7;
}

impl Trouble {
    /// Whether the connection may have been dead before the question was asked.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    /// The error for whoever asked.
    pub(crate) fn explain(self, asking: Asking<'_>) -> AuthError {
        let error = match self {
            Self::Known(error) => return error,
            Self::Lost(cause) => {
                let sentence = match asking {
                    Asking::Connect => "the directory cannot be reached",
                    _ => "the connection to the directory broke off",
                };
                let error = AuthError::unavailable(sentence);
                match cause {
                    Some(cause) => error.with_source(cause),
                    None => error,
                }
            }
            Self::Late => AuthError::unavailable("the directory did not answer in time"),
            Self::Tls(cause) => tls(cause),
            Self::HostName => AuthError::configuration(
                "the directory's address must have the host's name as its certificate has it",
            ),
            Self::Unreadable => {
                AuthError::unavailable("the directory's answer is no LDAP that can be read")
            }
            Self::Refused { code, text } => {
                let error = refused(code, asking).with("result code", code.to_string());
                if text.is_empty() {
                    error
                } else {
                    error.with("the server says", text)
                }
            }
        };
        match asking {
            Asking::Search(base) if !base.is_empty() => error.with("base", base),
            _ => error,
        }
    }
}

fn tls(cause: rustls::Error) -> AuthError {
    use rustls::CertificateError as Certificate;
    let sentence = match &cause {
        rustls::Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => {
            "the directory's certificate is for another name; write the host as the certificate has it"
        }
        rustls::Error::InvalidCertificate(
            Certificate::Expired | Certificate::ExpiredContext { .. },
        ) => "the directory's certificate has expired",
        rustls::Error::InvalidCertificate(_) => {
            "the directory's certificate is not trusted; write `ca_file`, the certificate of the authority that signed it"
        }
        _ => return AuthError::unavailable("TLS with the directory failed").with_source(cause),
    };
    AuthError::configuration(sentence).with_source(cause)
}

fn refused(code: u32, asking: Asking<'_>) -> AuthError {
    let configuration = AuthError::configuration;
    match (code, asking) {
        (code::CONFIDENTIALITY_REQUIRED | code::STRONGER_AUTH_REQUIRED, _) => {
            configuration("the directory wants encryption; write ldaps:// or leave `starttls` on")
        }
        (code::REFERRAL, _) => configuration(
            "the directory refers to another server, and referrals are not followed; ask that server",
        ),
        (
            code::PROTOCOL_ERROR
            | code::UNAVAILABLE_EXTENSION
            | code::UNWILLING
            | code::OPERATIONS_ERROR
            | code::INSUFFICIENT_ACCESS,
            Asking::StartTls,
        ) => configuration(
            "the directory has no StartTLS; write ldaps://, or starttls = false where the way to it is safe",
        ),
        (_, Asking::Connect | Asking::StartTls) => {
            AuthError::unavailable("the directory does not accept connections")
        }
        (
            code::INVALID_CREDENTIALS
            | code::INAPPROPRIATE_AUTH
            | code::NO_SUCH_OBJECT
            | code::INVALID_DN
            | code::UNWILLING
            | code::CONSTRAINT_VIOLATION,
            Asking::ServiceBind,
        ) => configuration(
            "the directory refuses the service account; check `bind_dn` and its password",
        ),
        (code::UNWILLING, Asking::MemberBind) => {
            configuration("the directory is not willing to let members sign in")
        }
        (code::NO_SUCH_OBJECT, Asking::Search(_)) => AuthError::schema(
            "there is no such entry to search below, or the one who asks may not see it",
        ),
        (
            code::INSUFFICIENT_ACCESS
            | code::OPERATIONS_ERROR
            | code::INAPPROPRIATE_AUTH
            | code::AUTH_METHOD
            | code::UNWILLING,
            _,
        ) => configuration(
            "the directory does not let the one who asks search; write `bind_dn` and a password, or give the account the right",
        ),
        (code::SIZE_LIMIT | code::ADMIN_LIMIT, _) => configuration(
            "the directory gives fewer entries than are needed; raise its limits for the service account",
        ),
        (code::INVALID_DN, _) => configuration(
            "the directory cannot read a distinguished name; check `base` and `bind_dn`",
        ),
        _ => AuthError::unavailable("the directory could not answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: u32, asking: Asking<'_>) -> &'static str {
        let text = String::new();
        Trouble::Refused { code, text }.explain(asking).kind()
    }

    #[test]
    fn a_refused_service_account_is_the_configuration_never_a_wrong_password() {
        for code in [48, 49, 32, 34, 53] {
            assert_eq!(kind(code, Asking::ServiceBind), "configuration");
        }
    }

    #[test]
    fn an_unwilling_directory_is_the_configuration() {
        let text = "operation restricted".into();
        let error = Trouble::Refused { code: 53, text }.explain(Asking::MemberBind);
        assert_eq!(error.kind(), "configuration");
        assert!(
            error.to_string().contains("operation restricted"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_base_is_named() {
        let trouble = Trouble::Refused {
            code: 32,
            text: "no\0 such".into(),
        };
        let error = trouble.explain(Asking::Search("ou=people,dc=example,dc=org"));
        assert_eq!(error.kind(), "schema");
        assert!(error.to_string().contains("ou=people"), "{error}");
    }

    #[test]
    fn a_server_with_other_worries_is_unavailable() {
        for code in [3, 51, 52, 80, 999] {
            for asking in [Asking::ServiceBind, Asking::MemberBind, Asking::Search("")] {
                assert_eq!(kind(code, asking), "unavailable", "{code} {asking:?}");
            }
        }
    }

    #[test]
    fn referrals_limits_and_encryption_are_for_the_owner_to_settle() {
        for code in [4, 8, 10, 11, 13, 50] {
            assert_eq!(
                kind(code, Asking::Search("dc=org")),
                "configuration",
                "{code}"
            );
        }
        assert_eq!(kind(2, Asking::StartTls), "configuration");
        assert_eq!(kind(52, Asking::StartTls), "unavailable");
    }

    #[test]
    fn the_servers_words_are_one_short_line() {
        let long = format!("a\r\nb\0{}", "x".repeat(1_000));
        assert_eq!(words(&long).len(), 200);
        assert!(words(&long).starts_with("abxx"));
    }
}
