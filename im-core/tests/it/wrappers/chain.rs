use std::sync::Arc;

use im_core::wrappers::Chain;
use im_core::{
    AuthError, ExternalAuthenticator, Identity, Login, Lookup, MemoryAuthenticator, Rejection,
    Verdict,
};

use crate::support::{Play, Scripted, kind, realm};

fn chain(first: Play, second: Play) -> (Chain, Arc<Scripted>, Arc<Scripted>) {
    let red = Arc::new(Scripted::new("red", [first]));
    let blue = Arc::new(Scripted::new("blue", [second]));
    let chain = Chain::new(vec![red.clone(), blue.clone()]).unwrap();
    (chain, red, blue)
}

async fn sign_in(chain: &Chain) -> &'static str {
    kind(&chain.authenticate(&Login::new("Alice", "x")).await)
}

#[tokio::test]
async fn the_next_realm_is_asked_only_about_an_unknown_user() {
    let unknown = Play::Reject(Rejection::UnknownUser);
    let (chain, _, blue) = self::chain(unknown, Play::Accept);
    assert_eq!(sign_in(&chain).await, "accepted");
    assert_eq!(blue.asked(), 1);

    let until = None;
    for decided in [
        Rejection::WrongPassword,
        Rejection::Inactive,
        Rejection::PendingActivation,
        Rejection::Banned { until },
        Rejection::LockedOut { until },
        Rejection::Deleted,
        Rejection::PasswordExpired,
    ] {
        let (chain, _, blue) = self::chain(Play::Reject(decided), Play::Accept);
        assert_eq!(sign_in(&chain).await, decided.as_str());
        assert_eq!(blue.asked(), 0, "{decided:?} ends it");
    }

    let (chain, ..) = self::chain(unknown, unknown);
    assert_eq!(sign_in(&chain).await, "unknown_user");
}

#[tokio::test]
async fn an_outage_of_one_realm_never_opens_another() {
    for (play, error) in [
        (Play::Down, "unavailable"),
        (Play::Busy, "busy"),
        (Play::NoSuchTable, "schema"),
    ] {
        let (chain, _, blue) = self::chain(play, Play::Accept);
        assert_eq!(sign_in(&chain).await, error);
        assert_eq!(blue.asked(), 0);
    }
}

#[tokio::test]
async fn a_sign_in_that_names_its_realm_is_put_to_that_realm_alone() {
    let (chain, red, blue) = self::chain(Play::Accept, Play::Accept);
    let login = Login::new("Alice", "x").in_realm(realm("blue"));
    let Ok(Verdict::Accepted(user)) = chain.authenticate(&login).await else {
        panic!("accepted in blue");
    };
    assert_eq!(user.identity, Identity::new(realm("blue"), "7"));
    let login = Login::new("Alice", "x").in_realm(realm("green"));
    assert_eq!(kind(&chain.authenticate(&login).await), "unknown_user");
    assert_eq!((red.asked(), blue.asked()), (0, 1));
}

#[tokio::test]
async fn look_ups_go_to_their_realm_and_come_back_in_order() {
    let red = MemoryAuthenticator::new(realm("red"))
        .account("1", "Alice", "x")
        .account("2", "Bob", "x");
    let blue = MemoryAuthenticator::new(realm("blue")).account("1", "Zoe", "x");
    let chain = Chain::new(vec![Arc::new(red), Arc::new(blue)]).unwrap();
    let found = chain
        .find(&[
            Lookup::by_id("1").in_realm(realm("blue")),
            Lookup::by_id("2").in_realm(realm("red")),
            Lookup::by_id("2").in_realm(realm("blue")),
            Lookup::by_name("alice").in_realm(realm("red")),
        ])
        .await
        .unwrap();
    let names: Vec<Option<&str>> = found
        .iter()
        .map(|found| found.as_ref().map(|found| found.user.name.as_str()))
        .collect();
    assert_eq!(names, [Some("Zoe"), Some("Bob"), None, Some("Alice")]);
}

#[tokio::test]
async fn a_look_up_without_its_realm_or_in_a_foreign_one_is_an_error() {
    let (chain, red, blue) = self::chain(Play::Accept, Play::Accept);
    for lost in [
        Lookup::by_id("7"),
        Lookup::by_id("7").in_realm(realm("green")),
    ] {
        let error = chain.find(&[lost]).await.unwrap_err();
        assert_eq!(error.kind(), "configuration");
        assert!(
            error.to_string().contains("realms here: red blue"),
            "{error}"
        );
    }
    let identity = Identity::new(realm("green"), "7");
    assert!(chain.unread_private_messages(&identity).await.is_err());
    assert_eq!((red.asked(), blue.asked()), (0, 0));

    let alone = Chain::new(vec![Arc::new(Scripted::new("red", [Play::Accept]))]).unwrap();
    assert!(alone.find(&[Lookup::by_id("7")]).await.unwrap()[0].is_some());
}

#[tokio::test]
async fn an_error_in_one_realm_makes_no_partial_answer() {
    let (chain, ..) = self::chain(Play::Accept, Play::Down);
    let both = ["red", "blue"].map(|name| Lookup::by_id("7").in_realm(realm(name)));
    assert_eq!(chain.find(&both).await.unwrap_err().kind(), "unavailable");
    assert!(chain.find(&both[..1]).await.is_ok());
}

/// Leaves the last answer out.
struct Forgetful(Scripted);

#[async_trait::async_trait]
impl ExternalAuthenticator for Forgetful {
    fn info(&self) -> &im_core::AdapterInfo {
        self.0.info()
    }
    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        self.0.authenticate(login).await
    }
    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<im_core::Found>>, AuthError> {
        self.0.find(&lookups[1..]).await
    }
}

#[tokio::test]
async fn an_adapter_that_answers_too_little_makes_nobody_look_deleted() {
    let forgetful = Forgetful(Scripted::new("red", [Play::Accept]));
    let chain = Chain::new(vec![Arc::new(forgetful)]).unwrap();
    let lookups = [Lookup::by_id("7"), Lookup::by_id("8")];
    let error = chain.find(&lookups).await.unwrap_err();
    assert!(
        error.to_string().contains("asked: 2, answered: 1"),
        "{error}"
    );
}

#[tokio::test]
async fn unread_messages_are_asked_of_the_accounts_own_realm() {
    let (chain, red, blue) = self::chain(Play::Down, Play::Accept);
    let identity = Identity::new(realm("blue"), "7");
    assert_eq!(
        chain.unread_private_messages(&identity).await.unwrap(),
        Some(3)
    );
    assert_eq!((red.asked(), blue.asked()), (0, 1));
}

#[tokio::test]
async fn a_probe_tells_of_every_realm_and_says_which_one_fails() {
    let (chain, ..) = self::chain(Play::Accept, Play::Accept);
    let probe = chain.probe().await.unwrap();
    assert_eq!(probe.accounts, Some(20));
    assert_eq!(probe.version.as_deref(), Some("red: 1.2.3, blue: 1.2.3"));
    assert_eq!(probe.warnings, ["red: no index", "blue: no index"]);

    let (chain, ..) = self::chain(Play::Accept, Play::Down);
    let error = chain.probe().await.unwrap_err();
    assert!(error.to_string().contains("realm: blue"), "{error}");
}

#[test]
fn the_same_realm_twice_and_no_realm_at_all_are_refused() {
    let member =
        |name| -> Arc<dyn ExternalAuthenticator> { Arc::new(Scripted::new(name, [Play::Accept])) };
    let error = Chain::new(vec![member("red"), member("blue"), member("red")]).unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("realm: red"), "{error}");

    let inner = Chain::new(vec![member("red"), member("blue")]).unwrap();
    let error = Chain::new(vec![member("blue"), Arc::new(inner)]).unwrap_err();
    assert!(error.to_string().contains("realm: blue"), "{error}");

    assert!(matches!(
        Chain::new(vec![]),
        Err(AuthError::Configuration(_))
    ));
}

#[test]
fn it_says_what_it_is_made_of() {
    let (chain, ..) = self::chain(Play::Accept, Play::Accept);
    assert_eq!(chain.info().realms, [realm("red"), realm("blue")]);
    assert_eq!(chain.info().system, "scripted+scripted");
}
