//! What the answer to a member's bind means.

use im_core::Rejection;
use ldap3::LdapResult;

use crate::error::{Trouble, code};

/// What a directory says of a name and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// They are right.
    Right,
    /// No, and why, as far as the server told.
    No(Rejection),
}

const LOCKED: Rejection = Rejection::LockedOut { until: None };

/// Reads the answer of a bind with a password that is not empty.
///
/// # Errors
/// When it is no answer to whether the password is right.
pub(crate) fn read(result: &LdapResult) -> Result<Bound, Trouble> {
    let policy = policy(result);
    let no = |rejection| Ok(Bound::No(rejection));
    match result.rc {
        code::SUCCESS => match policy {
            Some(Policy::Change) => no(Rejection::PasswordExpired),
            _ => Ok(Bound::Right),
        },
        code::INVALID_CREDENTIALS => match policy {
            Some(Policy::Locked) => no(LOCKED),
            // Told after the right password only.
            Some(Policy::Expired | Policy::Change) => no(Rejection::PasswordExpired),
            None => no(windows_code(&result.text).unwrap_or(Rejection::WrongPassword)),
        },
        // 389 Directory Server, after too many wrong passwords and before it looks at this one.
        code::CONSTRAINT_VIOLATION => no(LOCKED),
        // An entry without a password.
        code::INAPPROPRIATE_AUTH => no(Rejection::WrongPassword),
        code::NO_SUCH_OBJECT => no(Rejection::UnknownUser),
        // So 389 Directory Server answers for an account that is switched off ("Account inactivated."); since it does so
        // whatever the password, no more may be told than that this one does not do. Every other unwillingness is the
        // server's, whoever asks: told as a wrong password it would send everybody to look for one.
        code::UNWILLING if contains(&result.text, "inactivated") => no(Rejection::WrongPassword),
        code::UNWILLING if contains(&result.text, "SSF") => Err(Trouble::Refused {
            code: code::CONFIDENTIALITY_REQUIRED,
            text: result.text.clone(),
        }),
        _ => Err(result.clone().into()),
    }
}

/// Whether the server's words have this one in them, in any letter case.
fn contains(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&word.to_ascii_lowercase())
}

/// The reason inside Active Directory's text: `… AcceptSecurityContext error, data 533, v4563`.
///
/// All but 525, 52e and 775 are told after the right password only.
fn windows_code(text: &str) -> Option<Rejection> {
    let data = text.split("data ").nth(1)?;
    let end = data
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(data.len());
    Some(match &data[..end].to_ascii_lowercase()[..] {
        // No such user.
        "525" => Rejection::UnknownUser,
        // Wrong password.
        "52e" => Rejection::WrongPassword,
        // Not now; not from here; disabled; expired.
        "530" | "531" | "533" | "701" => Rejection::Inactive,
        // The password has expired; must be changed.
        "532" | "773" => Rejection::PasswordExpired,
        "775" => LOCKED,
        _ => return None,
    })
}

/// What a password policy adds to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    Expired,
    Locked,
    Change,
}

/// The response control of OpenLDAP's, 389's and others' password policies.
pub(crate) const POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
/// 389 Directory Server: the password has expired, or must be changed.
const EXPIRED: &str = "2.16.840.1.113730.3.4.4";

fn policy(result: &LdapResult) -> Option<Policy> {
    result.ctrls.iter().find_map(|control| {
        let control = &control.1;
        match control.ctype.as_str() {
            POLICY => policy_error(control.val.as_deref()?),
            EXPIRED => Some(Policy::Change),
            _ => None,
        }
    })
}

/// `SEQUENCE { warning [0] …, error [1] ENUMERATED }`, both optional.
fn policy_error(value: &[u8]) -> Option<Policy> {
    const SEQUENCE: u8 = 0x30;
    const ERROR: u8 = 0x81;
    let (tag, mut rest, _) = element(value)?;
    if tag != SEQUENCE {
        return None;
    }
    while let Some((tag, content, after)) = element(rest) {
        if tag == ERROR {
            return match content {
                [0] => Some(Policy::Expired),
                [1] => Some(Policy::Locked),
                [2] => Some(Policy::Change),
                // The others are about setting passwords.
                _ => None,
            };
        }
        rest = after;
    }
    None
}

/// One element of BER with a short length, and what comes after it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    if length >= 0x80 {
        return None;
    }
    let (content, after) = rest.split_at_checked(usize::from(length))?;
    Some((tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::controls::{Control, RawControl};

    fn result(rc: u32, text: &str, control: Option<(&str, &[u8])>) -> LdapResult {
        LdapResult {
            rc,
            matched: String::new(),
            text: text.into(),
            refs: Vec::new(),
            ctrls: control
                .into_iter()
                .map(|(oid, value)| {
                    let raw = RawControl {
                        ctype: oid.into(),
                        crit: false,
                        val: Some(value.to_vec()),
                    };
                    Control(None, raw)
                })
                .collect(),
        }
    }

    fn answer(rc: u32, text: &str) -> Bound {
        read(&result(rc, text, None)).unwrap()
    }

    fn windows(data: &str) -> Bound {
        answer(
            49,
            &format!(
                "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v2580\0"
            ),
        )
    }

    #[test]
    fn active_directory_says_why() {
        for (data, rejection) in [
            ("525", Rejection::UnknownUser),
            ("52e", Rejection::WrongPassword),
            ("52E", Rejection::WrongPassword),
            ("530", Rejection::Inactive),
            ("531", Rejection::Inactive),
            ("532", Rejection::PasswordExpired),
            ("533", Rejection::Inactive),
            ("701", Rejection::Inactive),
            ("773", Rejection::PasswordExpired),
            ("775", LOCKED),
            ("57", Rejection::WrongPassword),
        ] {
            assert_eq!(windows(data), Bound::No(rejection), "{data}");
        }
    }

    #[test]
    fn a_password_policy_says_why() {
        let with = |rc, value: &[u8]| read(&result(rc, "", Some((POLICY, value)))).unwrap();
        assert_eq!(
            with(49, &[0x30, 3, 0x81, 1, 0]),
            Bound::No(Rejection::PasswordExpired)
        );
        assert_eq!(with(49, &[0x30, 3, 0x81, 1, 1]), Bound::No(LOCKED));
        assert_eq!(
            with(0, &[0x30, 3, 0x81, 1, 2]),
            Bound::No(Rejection::PasswordExpired)
        );
        // A warning alone, then a warning before an error.
        assert_eq!(with(0, &[0x30, 5, 0xa0, 3, 0x80, 1, 9]), Bound::Right);
        assert_eq!(
            with(49, &[0x30, 8, 0xa0, 3, 0x80, 1, 9, 0x81, 1, 1]),
            Bound::No(LOCKED)
        );
        for broken in [
            &[][..],
            &[0x30],
            &[0x30, 9, 1],
            &[0x30, 0x84, 0, 0, 0, 0],
            &[4, 1, 1],
        ] {
            assert_eq!(with(49, broken), Bound::No(Rejection::WrongPassword));
        }
        let expired = read(&result(0, "", Some((EXPIRED, b"0")))).unwrap();
        assert_eq!(expired, Bound::No(Rejection::PasswordExpired));
    }

    #[test]
    fn the_plain_answers() {
        assert_eq!(answer(0, ""), Bound::Right);
        assert_eq!(
            answer(49, "Invalid Credentials"),
            Bound::No(Rejection::WrongPassword)
        );
        assert_eq!(answer(48, ""), Bound::No(Rejection::WrongPassword));
        assert_eq!(answer(32, ""), Bound::No(Rejection::UnknownUser));
        assert_eq!(
            answer(19, "Exceed password retry limit. Please try later."),
            Bound::No(LOCKED)
        );
    }

    #[test]
    fn an_account_that_is_switched_off_is_not_told_without_the_password() {
        let text = "Account inactivated. Contact system administrator.";
        assert_eq!(answer(53, text), Bound::No(Rejection::WrongPassword));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for rc in [1, 2, 3, 7, 8, 10, 13, 34, 50, 51, 52, 80] {
            assert!(read(&result(rc, "", None)).is_err(), "{rc}");
        }
    }

    #[test]
    fn a_server_that_is_unwilling_does_not_call_the_password_wrong() {
        for text in [
            "",
            "Minimum SSF not met.",
            "operation restricted",
            "Server is read only",
        ] {
            assert!(read(&result(53, text, None)).is_err(), "{text:?}");
        }
    }
}
