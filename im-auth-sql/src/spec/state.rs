//! What a product's own words for an account's state mean.

use std::collections::BTreeMap;

use im_core::{Rejection, Timestamp};

use crate::target::closest;

/// How an account stands, as a description says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Inactive,
    PendingActivation,
    Banned,
    LockedOut,
    Deleted,
    PasswordExpired,
}

const WORDS: [(&str, State); 7] = [
    ("active", State::Active),
    ("inactive", State::Inactive),
    ("pending_activation", State::PendingActivation),
    ("banned", State::Banned),
    ("locked_out", State::LockedOut),
    ("deleted", State::Deleted),
    ("password_expired", State::PasswordExpired),
];

impl State {
    fn parse(word: &str) -> Result<Self, String> {
        if let Some((_, state)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(*state);
        }
        let words = WORDS.map(|(word, _)| word);
        Err(match closest(word, words) {
            Some(close) => format!("there is no state {word:?}: did you mean {close:?}?"),
            None => format!(
                "there is no state {word:?}: write one of {}",
                words.join(", ")
            ),
        })
    }

    /// Why the account may not come in. `until`: when a ban or a lock ends.
    pub(crate) fn rejection(self, until: Option<Timestamp>, now: Timestamp) -> Option<Rejection> {
        let over = until.is_some_and(|until| until <= now);
        Some(match self {
            Self::Active => return None,
            Self::Banned | Self::LockedOut if over => return None,
            Self::Banned => Rejection::Banned { until },
            Self::LockedOut => Rejection::LockedOut { until },
            Self::Inactive => Rejection::Inactive,
            Self::PendingActivation => Rejection::PendingActivation,
            Self::Deleted => Rejection::Deleted,
            Self::PasswordExpired => Rejection::PasswordExpired,
        })
    }
}

/// The values of the alias `state`. Without any of its own a description's values are the words themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct States {
    values: BTreeMap<String, State>,
    other: Option<State>,
}

impl States {
    /// Reads `[states]`; the error names the value.
    pub(super) fn parse(written: &BTreeMap<String, String>) -> Result<Self, (String, String)> {
        let mut states = Self::default();
        for (value, word) in written {
            let state = State::parse(word).map_err(|error| (value.clone(), error))?;
            if value == "*" {
                states.other = Some(state);
            } else {
                states.values.insert(value.clone(), state);
            }
        }
        Ok(states)
    }

    /// Whether a value of the product's own means that sign-ins are refused before the password is looked at.
    pub(crate) fn lock_out(&self) -> bool {
        self.values
            .values()
            .chain(&self.other)
            .any(|state| *state == State::LockedOut)
    }

    /// What a value means; `None` for one that the description does not know.
    pub(crate) fn of(&self, value: Option<&str>) -> Option<State> {
        let value = value.map(str::trim).unwrap_or_default();
        if let Some(state) = self.values.get(value) {
            return Some(*state);
        }
        if value.is_empty() {
            return Some(State::Active);
        }
        self.other.or_else(|| State::parse(value).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(values: &[(&str, &str)]) -> States {
        let written = values
            .iter()
            .map(|(value, word)| (value.to_string(), word.to_string()))
            .collect();
        States::parse(&written).unwrap()
    }

    #[test]
    fn values_mean_what_the_description_says() {
        let states = states(&[
            ("1", "active"),
            ("0", "pending_activation"),
            ("*", "banned"),
        ]);
        assert_eq!(states.of(Some("1")), Some(State::Active));
        assert_eq!(states.of(Some("0")), Some(State::PendingActivation));
        assert_eq!(states.of(Some("7")), Some(State::Banned));
        assert_eq!(states.of(None), Some(State::Active));
    }

    #[test]
    fn without_values_the_words_stand_for_themselves() {
        let states = States::default();
        assert_eq!(states.of(Some("banned")), Some(State::Banned));
        assert_eq!(states.of(Some("")), Some(State::Active));
        assert_eq!(states.of(Some("2")), None);
    }

    #[test]
    fn a_ban_ends() {
        let now = Timestamp::from_unix_timestamp(1_000).unwrap();
        let at = |seconds| Some(Timestamp::from_unix_timestamp(seconds).unwrap());
        assert_eq!(State::Banned.rejection(at(1_000), now), None);
        assert_eq!(
            State::Banned.rejection(at(1_001), now),
            Some(Rejection::Banned { until: at(1_001) })
        );
        assert_eq!(
            State::Deleted.rejection(at(1), now),
            Some(Rejection::Deleted),
            "only bans and locks end"
        );
    }
}
