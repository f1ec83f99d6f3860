//! How an account stands, as its entry says.
//!
//! Each attribute has one meaning wherever it is found, so that it need not be known which server it is.

use std::time::Duration;

use im_core::{Rejection, Timestamp};

use crate::entry::Entry;
use crate::moment::{filetime, generalized};
use crate::preset::Preset;

/// `userAccountControl`: the account is disabled.
const DISABLED: i64 = 0x2;
/// `userAccountControl`: the password never expires.
const NEVER_EXPIRES: i64 = 0x1_0000;
/// `msDS-User-Account-Control-Computed`: locked right now.
const LOCKED: i64 = 0x10;
/// `msDS-User-Account-Control-Computed`: the password has expired.
const PASSWORD_EXPIRED: i64 = 0x80_0000;

/// How long OpenLDAP's locks last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockTime {
    /// Until an administrator ends them, or it is not known.
    Open,
    /// So long.
    For(Duration),
}

/// The policy that says how long a lock lasts, where the entry has one that may have ended: its distinguished name, or
/// `Some(None)` where the entry does not name it.
pub(crate) fn lock_policy(entry: &Entry) -> Option<Option<&str>> {
    let locked = entry.text("pwdAccountLockedTime")?;
    (!is_for_ever(locked)).then(|| entry.text("pwdPolicySubentry"))
}

/// How long locks last, as a policy's entry says.
pub(crate) fn lock_time(policy: &Entry) -> LockTime {
    match policy.number("pwdLockoutDuration") {
        Some(seconds @ 1..) => LockTime::For(Duration::from_secs(seconds.unsigned_abs())),
        _ => LockTime::Open,
    }
}

/// Whether OpenLDAP or 389 Directory Server refuses the account for now, whatever the password.
pub(crate) fn lock(entry: &Entry, lasts: LockTime, now: Timestamp) -> Option<Rejection> {
    let locked = |until| Some(Rejection::LockedOut { until });
    if let Some(since) = entry.text("pwdAccountLockedTime") {
        let since = generalized(since).filter(|_| !is_for_ever(since));
        match (since, lasts) {
            (Some(since), LockTime::For(time)) => {
                let until = since.checked_add(time.try_into().ok()?);
                if until.is_none_or(|until| until > now) {
                    return locked(until);
                }
            }
            _ => return locked(None),
        }
    }
    if let Some(until) = entry.text("accountUnlockTime").and_then(generalized) {
        // 389 Directory Server writes the beginning of time for a lock without an end.
        if until == Timestamp::UNIX_EPOCH {
            return locked(None);
        }
        if until > now {
            return locked(Some(until));
        }
    }
    None
}

/// The same for Active Directory, which says so itself when somebody signs in.
pub(crate) fn windows_lock(entry: &Entry) -> Option<Rejection> {
    let locked = match entry.number("msDS-User-Account-Control-Computed") {
        Some(computed) => computed & LOCKED != 0,
        // It stays set after the lock has ended, until the next sign-in; nothing better is to be had here.
        None => entry.text("lockoutTime").and_then(filetime).is_some(),
    };
    locked.then_some(Rejection::LockedOut { until: None })
}

/// Why the account may not come in although the password is right.
pub(crate) fn refusal(entry: &Entry, preset: Preset, now: Timestamp) -> Option<Rejection> {
    if is_inactive(entry, now) {
        return Some(Rejection::Inactive);
    }
    must_change(entry, preset, now).then_some(Rejection::PasswordExpired)
}

fn is_inactive(entry: &Entry, now: Timestamp) -> bool {
    let passed = |attribute| {
        entry
            .text(attribute)
            .and_then(generalized)
            .is_some_and(|end| end <= now)
    };
    let control = entry.number("userAccountControl").unwrap_or(0);
    let days = (now - Timestamp::UNIX_EPOCH).whole_days();
    control & DISABLED != 0
        || entry.is_true("nsAccountLock")
        || passed("pwdEndTime")
        || passed("krbPrincipalExpiration")
        || entry
            .text("pwdStartTime")
            .and_then(generalized)
            .is_some_and(|start| start > now)
        || entry
            .text("accountExpires")
            .and_then(filetime)
            .is_some_and(|end| end <= now)
        // A day since 1970; -1 is never.
        || entry
            .number("shadowExpire")
            .is_some_and(|end| end >= 0 && end <= days)
}

fn must_change(entry: &Entry, preset: Preset, now: Timestamp) -> bool {
    let passed = |attribute| {
        entry
            .text(attribute)
            .and_then(generalized)
            .is_some_and(|end| end <= now)
    };
    let control = entry.number("userAccountControl").unwrap_or(0);
    let computed = entry
        .number("msDS-User-Account-Control-Computed")
        .unwrap_or(0);
    entry.is_true("pwdReset")
        || passed("passwordExpirationTime")
        // Elsewhere Kerberos may have a password of its own.
        || (preset == Preset::FreeIpa && passed("krbPasswordExpiration"))
        || computed & PASSWORD_EXPIRED != 0
        || (entry.number("pwdLastSet") == Some(0) && control & NEVER_EXPIRES == 0)
}

/// OpenLDAP writes the year 0 for a lock that only an administrator ends.
fn is_for_ever(since: &str) -> bool {
    since.starts_with("0000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: Timestamp = datetime!(2024-06-15 12:00 UTC);
    const LOCKED_OUT: Option<Rejection> = Some(Rejection::LockedOut { until: None });

    fn entry(attributes: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::recorded("cn=a", &[]);
        for (name, value) in attributes {
            entry = entry.with(name, value.as_bytes());
        }
        entry
    }

    fn refused(attributes: &[(&str, &str)]) -> Option<Rejection> {
        refusal(&entry(attributes), Preset::ActiveDirectory, NOW)
    }

    fn locked(attributes: &[(&str, &str)]) -> Option<Rejection> {
        lock(&entry(attributes), LockTime::Open, NOW)
    }

    #[test]
    fn an_ordinary_windows_account_is_good() {
        let attributes = [
            ("userAccountControl", "512"),
            ("msDS-User-Account-Control-Computed", "0"),
            ("accountExpires", "9223372036854775807"),
            ("lockoutTime", "0"),
            ("pwdLastSet", "133600000000000000"),
        ];
        assert_eq!(refused(&attributes), None);
        assert_eq!(windows_lock(&entry(&attributes)), None);
    }

    #[test]
    fn a_disabled_windows_account_is_inactive() {
        assert_eq!(
            refused(&[("userAccountControl", "514")]),
            Some(Rejection::Inactive)
        );
        assert_eq!(
            refused(&[("userAccountControl", "66050")]),
            Some(Rejection::Inactive)
        );
    }

    #[test]
    fn an_expired_windows_account_is_inactive() {
        // 2024-02-29, and 2154.
        let expires = |at| refused(&[("userAccountControl", "512"), ("accountExpires", at)]);
        assert_eq!(expires("133536384000000000"), Some(Rejection::Inactive));
        assert_eq!(expires("174536960000000000"), None);
        assert_eq!(expires("0"), None);
    }

    #[test]
    fn a_windows_password_that_must_be_changed_has_expired() {
        let expired = Some(Rejection::PasswordExpired);
        assert_eq!(
            refused(&[("userAccountControl", "512"), ("pwdLastSet", "0")]),
            expired
        );
        assert_eq!(
            refused(&[("userAccountControl", "66048"), ("pwdLastSet", "0")]),
            None
        );
        assert_eq!(
            refused(&[("msDS-User-Account-Control-Computed", "8388608")]),
            expired
        );
    }

    #[test]
    fn a_windows_lock_is_what_the_server_computes() {
        let locked = |attributes: &[(&str, &str)]| windows_lock(&entry(attributes));
        let computed = "msDS-User-Account-Control-Computed";
        assert_eq!(locked(&[(computed, "16")]), LOCKED_OUT);
        // The lock has ended; the attribute is still there.
        assert_eq!(
            locked(&[(computed, "0"), ("lockoutTime", "133536384000000000")]),
            None
        );
        assert_eq!(locked(&[("lockoutTime", "133536384000000000")]), LOCKED_OUT);
        assert_eq!(locked(&[("lockoutTime", "0")]), None);
    }

    #[test]
    fn a_disabled_account_comes_before_an_old_password() {
        let both = [("userAccountControl", "514"), ("pwdLastSet", "0")];
        assert_eq!(refused(&both), Some(Rejection::Inactive));
    }

    #[test]
    fn an_openldap_lock_ends_as_its_policy_says() {
        let lock = |since: &str, lasts| {
            super::lock(&entry(&[("pwdAccountLockedTime", since)]), lasts, NOW)
        };
        let hour = LockTime::For(Duration::from_hours(1));
        assert_eq!(
            lock("20240615113000Z", hour),
            Some(Rejection::LockedOut {
                until: Some(datetime!(2024-06-15 12:30 UTC))
            })
        );
        assert_eq!(lock("20240615100000Z", hour), None);
        assert_eq!(lock("20240615100000Z", LockTime::Open), LOCKED_OUT);
        assert_eq!(lock("000001010000Z", hour), LOCKED_OUT);
        assert_eq!(lock("no time", hour), LOCKED_OUT);
    }

    #[test]
    fn only_a_lock_that_may_end_needs_its_policy() {
        assert_eq!(lock_policy(&entry(&[])), None);
        assert_eq!(
            lock_policy(&entry(&[("pwdAccountLockedTime", "000001010000Z")])),
            None
        );
        let locked = entry(&[("pwdAccountLockedTime", "20240615100000Z")]);
        assert_eq!(lock_policy(&locked), Some(None));
        let named = locked.with("pwdPolicySubentry", b"cn=strict");
        assert_eq!(lock_policy(&named), Some(Some("cn=strict")));
        assert_eq!(
            lock_time(&entry(&[("pwdLockoutDuration", "300")])),
            LockTime::For(Duration::from_mins(5))
        );
        assert_eq!(
            lock_time(&entry(&[("pwdLockoutDuration", "0")])),
            LockTime::Open
        );
    }

    #[test]
    fn a_password_that_an_administrator_reset_must_be_changed() {
        assert_eq!(
            refused(&[("pwdReset", "TRUE")]),
            Some(Rejection::PasswordExpired)
        );
        assert_eq!(refused(&[("pwdReset", "FALSE")]), None);
    }

    #[test]
    fn a_shadow_account_ends_on_a_day() {
        // 2024-06-15 is day 19889.
        for (day, refusal) in [
            ("19889", Some(Rejection::Inactive)),
            ("19890", None),
            ("1", Some(Rejection::Inactive)),
            ("-1", None),
        ] {
            assert_eq!(refused(&[("shadowExpire", day)]), refusal, "{day}");
        }
    }

    #[test]
    fn a_389_account_is_locked_inactive_or_expired() {
        assert_eq!(
            refused(&[("nsAccountLock", "TRUE")]),
            Some(Rejection::Inactive)
        );
        assert_eq!(refused(&[("nsAccountLock", "false")]), None);
        assert_eq!(
            refused(&[("passwordExpirationTime", "20240101000000Z")]),
            Some(Rejection::PasswordExpired)
        );
        assert_eq!(
            refused(&[("passwordExpirationTime", "20380119031407Z")]),
            None
        );
        assert_eq!(
            locked(&[("accountUnlockTime", "19700101000000Z")]),
            LOCKED_OUT
        );
        assert_eq!(locked(&[("accountUnlockTime", "20240615115900Z")]), None);
        assert_eq!(
            locked(&[("accountUnlockTime", "20240615121500Z")]),
            Some(Rejection::LockedOut {
                until: Some(datetime!(2024-06-15 12:15 UTC))
            })
        );
    }

    #[test]
    fn a_freeipa_account_ends_and_its_password_too() {
        let judge = |attribute, preset| {
            let entry = entry(&[(attribute, "20240101000000Z")]);
            refusal(&entry, preset, NOW)
        };
        let (ipa, other) = (Preset::FreeIpa, Preset::OpenLdap);
        assert_eq!(
            judge("krbPrincipalExpiration", ipa),
            Some(Rejection::Inactive)
        );
        assert_eq!(
            judge("krbPasswordExpiration", ipa),
            Some(Rejection::PasswordExpired)
        );
        assert_eq!(judge("krbPasswordExpiration", other), None);
    }

    #[test]
    fn an_openldap_account_begins_and_ends() {
        assert_eq!(
            refused(&[("pwdEndTime", "20240101000000Z")]),
            Some(Rejection::Inactive)
        );
        assert_eq!(
            refused(&[("pwdStartTime", "20250101000000Z")]),
            Some(Rejection::Inactive)
        );
        assert_eq!(refused(&[("pwdStartTime", "20240101000000Z")]), None);
    }
}
