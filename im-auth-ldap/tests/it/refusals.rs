//! Accounts that are locked, closed, or have a password that must be changed.

use std::sync::Arc;
use std::time::Duration;

use im_auth_ldap::Directory;
use im_core::{
    Clock as _, ExternalAuthenticator as _, Lookup, ManualClock, Rejection, Standing, SystemClock,
};

use crate::place::{Place, accepted, rejected};
use crate::support::Record;

const LOCKED: Rejection = Rejection::LockedOut { until: None };

async fn standing(directory: &Directory, name: &str) -> Standing {
    let found = directory.find(&[Lookup::by_name(name)]).await.unwrap();
    found[0].as_ref().unwrap().standing.clone()
}

/// A place with a policy, and somebody to whom it applies.
async fn under(policy: &[(&str, &str)], person: &[(&str, &str)]) -> Place {
    let place = Place::new().await;
    let name = format!("cn=policy,{}", place.unit);
    let mut record = Record::policy(&name);
    for (attribute, value) in policy {
        record = record.with(attribute, *value);
    }
    let mut somebody = place
        .person("alice", "horse")
        .with("pwdPolicySubentry", &name);
    for (attribute, value) in person {
        somebody = somebody.with(attribute, *value);
    }
    place.add(&[record, somebody]).await;
    place
}

#[tokio::test]
async fn the_directorys_own_lock_is_told_with_its_end() {
    let policy = [
        ("pwdLockout", "TRUE"),
        ("pwdMaxFailure", "2"),
        ("pwdLockoutDuration", "3600"),
    ];
    let place = under(&policy, &[]).await;
    let directory = place.directory();
    assert_eq!(
        rejected(&directory, "alice", "wrong").await,
        Rejection::WrongPassword
    );
    rejected(&directory, "alice", "wrong").await;
    let now = SystemClock.now();
    for password in ["horse", "wrong"] {
        let Rejection::LockedOut { until: Some(until) } =
            rejected(&directory, "alice", password).await
        else {
            panic!("locked until a moment");
        };
        let left = until - now;
        assert!((3_590..=3_610).contains(&left.whole_seconds()), "{left}");
    }
    assert!(matches!(
        standing(&directory, "alice").await,
        Standing::Refused(Rejection::LockedOut { until: Some(_) })
    ));
}

#[tokio::test]
async fn a_lock_that_has_ended_is_none() {
    let policy = [("pwdLockout", "TRUE"), ("pwdLockoutDuration", "3600")];
    let place = under(&policy, &[("pwdAccountLockedTime", "20240101000000Z")]).await;
    let directory = place.directory();
    assert_eq!(standing(&directory, "alice").await, Standing::Good);
    assert_eq!(
        rejected(&directory, "alice", "wrong").await,
        Rejection::WrongPassword
    );
    accepted(&directory, "alice", "horse").await;
}

#[tokio::test]
async fn a_lock_without_an_end_is_told_without_one() {
    let place = under(
        &[("pwdLockout", "TRUE"), ("pwdLockoutDuration", "3600")],
        &[("pwdAccountLockedTime", "000001010000Z")],
    )
    .await;
    let directory = place.directory();
    assert_eq!(rejected(&directory, "alice", "horse").await, LOCKED);
    assert_eq!(
        standing(&directory, "alice").await,
        Standing::Refused(LOCKED)
    );
}

#[tokio::test]
async fn a_lock_whose_policy_is_not_named_ends_by_the_default_policy() {
    let place = Place::new().await;
    let policy = format!("cn=default,{}", place.unit);
    place
        .add(&[
            Record::policy(&policy).with("pwdLockoutDuration", "3600"),
            place
                .person("alice", "horse")
                .with("pwdAccountLockedTime", "20240101000000Z"),
        ])
        .await;
    let unknown = place.directory();
    assert_eq!(standing(&unknown, "alice").await, Standing::Refused(LOCKED));
    let known = place.directory_with(|options| options.default_policy = Some(policy));
    assert_eq!(standing(&known, "alice").await, Standing::Good);
    let gone = place.directory_with(|options| {
        options.default_policy = Some(format!("cn=gone,{}", place.unit));
    });
    assert_eq!(standing(&gone, "alice").await, Standing::Refused(LOCKED));
}

#[tokio::test]
async fn a_password_that_was_reset_must_be_changed_first() {
    let place = under(&[("pwdMustChange", "TRUE")], &[("pwdReset", "TRUE")]).await;
    let directory = place.directory();
    assert_eq!(
        rejected(&directory, "alice", "horse").await,
        Rejection::PasswordExpired
    );
    assert_eq!(
        rejected(&directory, "alice", "wrong").await,
        Rejection::WrongPassword
    );
    let refused = Standing::Refused(Rejection::PasswordExpired);
    assert_eq!(standing(&directory, "alice").await, refused);
}

#[tokio::test]
async fn a_password_that_is_too_old_has_expired() {
    let place = under(
        &[("pwdMaxAge", "60")],
        &[("pwdChangedTime", "20200101000000Z")],
    )
    .await;
    let directory = place.directory();
    assert_eq!(
        rejected(&directory, "alice", "horse").await,
        Rejection::PasswordExpired
    );
    assert_eq!(
        rejected(&directory, "alice", "wrong").await,
        Rejection::WrongPassword
    );
}

#[tokio::test]
async fn an_account_ends_on_its_day() {
    let place = Place::new().await;
    // 2024-06-15 is day 19889.
    place
        .add(&[place
            .person("alice", "horse")
            .with("objectClass", "shadowAccount")
            .with("shadowExpire", "19889")])
        .await;
    let day = im_core::Timestamp::from_unix_timestamp(19_888 * 86_400 + 86_399).unwrap();
    let clock = Arc::new(ManualClock::at(day));
    let directory = Directory::new(place.config().clock(clock.clone())).unwrap();
    accepted(&directory, "alice", "horse").await;
    assert_eq!(standing(&directory, "alice").await, Standing::Good);
    clock.advance(Duration::from_secs(1));
    assert_eq!(
        rejected(&directory, "alice", "horse").await,
        Rejection::Inactive
    );
    assert_eq!(
        rejected(&directory, "alice", "wrong").await,
        Rejection::WrongPassword
    );
    let refused = Standing::Refused(Rejection::Inactive);
    assert_eq!(standing(&directory, "alice").await, refused);
}

#[tokio::test]
async fn an_account_without_a_password_opens_to_none() {
    let place = Place::new().await;
    place
        .add(&[Record::new(place.dn("alice"))
            .with("objectClass", "inetOrgPerson")
            .with("uid", "alice")
            .with("cn", "Alice")
            .with("sn", "Liddell")])
        .await;
    let directory = place.directory();
    for password in ["", "x", "{SSHA}"] {
        let rejection = rejected(&directory, "alice", password).await;
        assert_eq!(rejection, Rejection::WrongPassword, "{password:?}");
    }
}
