//! The state machine of a pair: what each has of the other, and what an action makes of it. No I/O.

use crate::error::{Error, ErrorCode};

/// What one account has of another in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Both agreed.
    Accepted,
    /// Asked, no answer yet.
    Asked,
    /// Was asked, has not answered yet.
    Incoming,
    /// Refused the other, who may not ask again. Shown to nobody.
    Refused,
}

impl Line {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Asked => "asked",
            Self::Incoming => "incoming",
            Self::Refused => "refused",
        }
    }

    /// An unknown word, from a newer program on the same store, is no contact.
    pub(crate) fn from_stored(text: &str) -> Self {
        match text {
            "accepted" => Self::Accepted,
            "asked" => Self::Asked,
            "incoming" => Self::Incoming,
            _ => Self::Refused,
        }
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Ask { greeting: Option<String> },
    Accept,
    Refuse,
    Remove,
    Rename(Option<String>),
    Group(Option<String>),
    Vip(bool),
    Hide(bool),
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Mine: asked; theirs: incoming.
    Ask,
    /// Both accepted.
    Accept,
    /// Mine: refused; theirs: gone.
    Refuse,
    /// Both gone.
    Remove,
    /// A setting of my line.
    Set,
}

pub(crate) fn unknown() -> Error {
    Error::new(ErrorCode::UnknownContact, "not in your contact list")
}

/// What an action on a pair comes to.
pub(crate) fn decide(
    mine: Option<Line>,
    theirs: Option<Line>,
    action: &Action,
) -> Result<Step, Error> {
    let already_contacts = || {
        Err(Error::new(
            ErrorCode::AlreadyContacts,
            "you are contacts already",
        ))
    };
    let already_asked = || {
        Err(Error::new(
            ErrorCode::AlreadyAsked,
            "you have asked already; they have not answered yet",
        ))
    };
    match (action, mine) {
        (Action::Ask { .. }, None | Some(Line::Refused)) => match theirs {
            Some(Line::Refused) => Err(Error::new(
                ErrorCode::RequestRefused,
                "they have refused your request",
            )),
            _ => Ok(Step::Ask),
        },
        (Action::Ask { .. } | Action::Accept, Some(Line::Incoming)) => Ok(Step::Accept),
        (Action::Refuse | Action::Remove, Some(Line::Incoming)) => Ok(Step::Refuse),
        (Action::Remove, Some(Line::Accepted | Line::Asked)) => Ok(Step::Remove),
        (Action::Ask { .. } | Action::Accept | Action::Refuse, Some(Line::Accepted)) => {
            already_contacts()
        }
        (Action::Ask { .. } | Action::Accept | Action::Refuse, Some(Line::Asked)) => {
            already_asked()
        }
        (
            Action::Rename(_) | Action::Group(_) | Action::Vip(_) | Action::Hide(_),
            Some(Line::Accepted | Line::Asked),
        ) => Ok(Step::Set),
        _ => Err(unknown()),
    }
}
