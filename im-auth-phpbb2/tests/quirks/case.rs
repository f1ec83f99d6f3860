//! One question, and what the product answers.

use std::net::IpAddr;

use im_core::{AuthError, Rejection, Verdict};

/// A sign-in and what must come of it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) typed: String,
    pub(crate) password: String,
    pub(crate) address: Option<IpAddr>,
    pub(crate) strict: bool,
    expect: Expect,
    on_latin1: Option<Expect>,
}

/// What must come of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expect {
    /// In, as this id.
    In(i64),
    /// Nobody of that name.
    Unknown,
    /// A wrong password.
    Wrong,
    /// The right password, and yet.
    Refused(Rejection),
    /// An error of this kind.
    Error(&'static str),
}

pub(crate) fn case(
    name: &'static str,
    typed: impl Into<String>,
    password: impl Into<String>,
    expect: Expect,
) -> Case {
    Case {
        name,
        typed: typed.into(),
        password: password.into(),
        address: None,
        strict: false,
        expect,
        on_latin1: None,
    }
}

impl Case {
    /// In a latin1_swedish_ci column something else must come of it.
    pub(crate) fn on_latin1(mut self, expect: Expect) -> Self {
        self.on_latin1 = Some(expect);
        self
    }

    /// From this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.address = Some(address.parse().expect("an address"));
        self
    }

    /// Where the realm's bans are strict.
    pub(crate) fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    pub(crate) fn expected(&self, charset: &str) -> Expect {
        match self.on_latin1 {
            Some(expect) if charset == "latin1" => expect,
            _ => self.expect,
        }
    }
}

impl Expect {
    /// Says what is wrong with an answer, if anything is.
    pub(crate) fn check(self, answer: &Result<Verdict, AuthError>) -> Result<(), String> {
        let fits = match (self, answer) {
            (Self::In(id), Ok(Verdict::Accepted(user))) => {
                user.identity.id.as_str() == id.to_string()
            }
            (Self::Unknown, Ok(Verdict::Rejected(came))) => *came == Rejection::UnknownUser,
            (Self::Wrong, Ok(Verdict::Rejected(came))) => *came == Rejection::WrongPassword,
            (Self::Refused(rejection), Ok(Verdict::Rejected(came))) => *came == rejection,
            (Self::Error(kind), Err(error)) => error.kind() == kind,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let came = match answer {
            Ok(Verdict::Accepted(user)) => format!("In({}, {:?})", user.identity.id, user.name),
            Ok(verdict) => format!("{verdict:?}"),
            Err(error) => format!("error: {error}"),
        };
        Err(format!("expected {self:?}, came {came}"))
    }
}
