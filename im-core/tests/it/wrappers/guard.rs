use std::sync::Arc;

use im_core::wrappers::{Guard, GuardLimits};
use im_core::{ExternalAuthenticator, Identity, Login, Lookup};

use crate::support::{Play, Scripted, kind, realm};

fn guarded() -> (Arc<Scripted>, Guard<Arc<Scripted>>) {
    let inner = Arc::new(Scripted::new("club", [Play::Accept]));
    (Arc::clone(&inner), Guard::new(inner))
}

#[tokio::test]
async fn nonsense_is_refused_and_nothing_is_asked() {
    let (inner, guard) = guarded();
    let (long_name, long_password) = ("x".repeat(256), "x".repeat(4097));
    for name in ["", " ", "\u{3000}\t", "a\0b", &long_name] {
        let answer = guard.authenticate(&Login::new(name, "secret")).await;
        assert_eq!(kind(&answer), "unknown_user", "{name:?}");
        // Also with nonsense for a password: one answer.
        let answer = guard.authenticate(&Login::new(name, "")).await;
        assert_eq!(kind(&answer), "unknown_user", "{name:?}");
    }
    for password in ["", "a\0b", "\0", &long_password] {
        let answer = guard.authenticate(&Login::new("Alice", password)).await;
        assert_eq!(kind(&answer), "wrong_password");
    }
    assert_eq!(inner.asked(), 0);
}

#[tokio::test]
async fn what_may_be_real_goes_through() {
    let (inner, guard) = guarded();
    let (name, password) = ("é".repeat(255), "x".repeat(4096));
    for (name, password) in [("Alice", " "), (" Alice ", "secret"), (&name, &password)] {
        let answer = guard.authenticate(&Login::new(name, password)).await;
        assert_eq!(kind(&answer), "accepted");
    }
    assert_eq!(inner.asked(), 3);
}

#[tokio::test]
async fn the_limits_are_the_owners() {
    let mut limits = GuardLimits::default();
    limits.name_chars = 3;
    limits.password_bytes = 5;
    let guard = Guard::with_limits(Scripted::new("club", [Play::Accept]), limits);
    for (name, password, expected) in [
        ("Bob", "12345", "accepted"),
        ("Bobo", "12345", "unknown_user"),
        ("Bob", "123456", "wrong_password"),
    ] {
        let answer = guard.authenticate(&Login::new(name, password)).await;
        assert_eq!(kind(&answer), expected);
    }
}

#[tokio::test]
async fn a_sign_in_to_another_realm_is_nobodys() {
    let (inner, guard) = guarded();
    let login = Login::new("Alice", "secret");
    let elsewhere = guard
        .authenticate(&login.clone().in_realm(realm("other")))
        .await;
    assert_eq!(kind(&elsewhere), "unknown_user");
    assert_eq!(inner.asked(), 0);
    let here = guard.authenticate(&login.in_realm(realm("club"))).await;
    assert_eq!(kind(&here), "accepted");
}

#[tokio::test]
async fn a_look_up_of_nonsense_finds_nobody_and_the_others_keep_their_places() {
    let (_, guard) = guarded();
    let lookups = [
        Lookup::by_name("a\0b"),
        Lookup::by_id("7"),
        Lookup::by_id(""),
        Lookup::by_name("Alice"),
        Lookup::by_name("x".repeat(300)),
    ];
    let found = guard.find(&lookups).await.unwrap();
    let there: Vec<bool> = found.iter().map(Option::is_some).collect();
    assert_eq!(there, [false, true, false, true, false]);
    assert!(guard.find(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_look_up_in_another_realm_is_an_error_since_nobody_would_be_acted_upon() {
    let (inner, guard) = guarded();
    let elsewhere = Lookup::by_id("7").in_realm(realm("other"));
    let error = guard
        .find(&[Lookup::by_id("7"), elsewhere])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("realm: other"), "{error}");
    let identity = Identity::new(realm("other"), "7");
    let error = guard.unread_private_messages(&identity).await.unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert_eq!(inner.asked(), 0);
}

#[tokio::test]
async fn every_question_goes_through() {
    let (inner, guard) = guarded();
    let identity = Identity::new(realm("club"), "7");
    assert!(guard.find(&[Lookup::by_id("7")]).await.unwrap()[0].is_some());
    assert_eq!(
        guard.unread_private_messages(&identity).await.unwrap(),
        Some(3)
    );
    assert_eq!(guard.probe().await.unwrap().accounts, Some(10));
    assert_eq!(guard.info().system, "scripted");
    assert_eq!(inner.asked(), 3);
}
