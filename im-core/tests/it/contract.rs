use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use im_core::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, ExternalUser, Found, Identity, Login,
    Lookup, ManualClock, MemoryAccount, Password, Probe, Realm, Rejection, Standing, Timestamp,
    Verdict,
};

use crate::support::{club, realm};

const SECRET: &str = "correct horse";

#[tokio::test]
async fn an_authenticator_can_be_boxed_shared_and_sent_to_other_threads() {
    let boxed: Box<dyn ExternalAuthenticator> = Box::new(club());
    let shared: Arc<dyn ExternalAuthenticator> = Arc::new(boxed);
    let asked = Arc::clone(&shared);
    let verdict = tokio::spawn(async move {
        let verdict = asked.authenticate(&Login::new("Alice", SECRET)).await;
        asked.find(&[Lookup::by_id("1")]).await.unwrap();
        let identity = Identity::new(realm("club"), "1");
        asked.unread_private_messages(&identity).await.unwrap();
        asked.probe().await.unwrap();
        verdict
    })
    .await
    .unwrap();
    assert!(matches!(verdict, Ok(Verdict::Accepted(_))));
    assert_eq!(shared.info().realms, [realm("club")]);
}

/// The least that compiles.
struct First(AdapterInfo);

#[async_trait::async_trait]
impl ExternalAuthenticator for First {
    fn info(&self) -> &AdapterInfo {
        &self.0
    }
    async fn authenticate(&self, _: &Login) -> Result<Verdict, AuthError> {
        Ok(Rejection::UnknownUser.into())
    }
}

#[tokio::test]
async fn what_a_first_authenticator_does_not_say_is_unsupported_and_never_nobody() {
    let first = First(AdapterInfo::new("first", "First", realm("first")));
    let identity = Identity::new(realm("first"), "1");
    let unsupported = [
        first.find(&[Lookup::by_id("1")]).await.unwrap_err(),
        first.unread_private_messages(&identity).await.unwrap_err(),
        first.probe().await.unwrap_err(),
    ];
    for error in unsupported {
        assert_eq!(error.kind(), "unsupported");
        assert!(!error.is_temporary());
    }
}

#[test]
fn an_error_is_one_line_that_says_what_and_where_and_keeps_its_cause() {
    let cause = std::io::Error::other("no route to host");
    let error = AuthError::unavailable("cannot connect")
        .with("host", "10.0.0.5")
        .with("port", "3306")
        .with_source(cause);
    assert_eq!(
        error.to_string(),
        "unavailable: cannot connect (host: 10.0.0.5, port: 3306)"
    );
    assert_eq!(error.source().unwrap().to_string(), "no route to host");
    assert_eq!(
        AuthError::unsupported_hash("40 hex digits")
            .with("table", "users")
            .to_string(),
        "unsupported stored password format `40 hex digits` (table: users)"
    );
    assert_eq!(
        AuthError::unsupported_hash("40 hex digits").to_string(),
        "unsupported stored password format `40 hex digits`"
    );
    let retry_after = Duration::from_secs(30);
    assert_eq!(
        AuthError::closed("the board is closed")
            .with("board", "forum")
            .to_string(),
        "closed: the board is closed (board: forum)"
    );
    assert_eq!(
        AuthError::TooManyAttempts { retry_after }.to_string(),
        "too many attempts; retry after 30 s"
    );
}

#[test]
fn only_what_may_pass_by_itself_is_temporary() {
    let temporary = |error: AuthError| (error.kind(), error.is_temporary());
    let retry_after = Duration::from_secs(1);
    assert_eq!(
        [
            AuthError::unavailable(""),
            AuthError::busy(""),
            AuthError::closed(""),
            AuthError::TooManyAttempts { retry_after },
            AuthError::schema(""),
            AuthError::unsupported_hash(""),
            AuthError::configuration(""),
            AuthError::ambiguous(""),
            AuthError::unsupported(""),
        ]
        .map(temporary),
        [
            ("unavailable", true),
            ("busy", true),
            ("closed", true),
            ("too_many_attempts", true),
            ("schema", false),
            ("unsupported_hash", false),
            ("configuration", false),
            ("ambiguous", false),
            ("unsupported", false),
        ]
    );
}

#[test]
fn strangers_cannot_tell_an_unknown_user_from_a_wrong_password_or_a_deleted_account() {
    let told = [
        Rejection::UnknownUser,
        Rejection::WrongPassword,
        Rejection::Deleted,
    ]
    .map(|rejection| rejection.public_code());
    assert_eq!(told, ["invalid_credentials"; 3]);
    let until = None;
    let others = [
        Rejection::Inactive,
        Rejection::PendingActivation,
        Rejection::Banned { until },
        Rejection::LockedOut { until },
        Rejection::PasswordExpired,
    ];
    for (i, rejection) in others.iter().enumerate() {
        assert_ne!(rejection.public_code(), "invalid_credentials");
        assert!(
            !others[..i]
                .iter()
                .any(|r| r.public_code() == rejection.public_code())
        );
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_the_password() {
    let user = ExternalUser::new(Identity::new(realm("club"), "1"), "Alice");
    let login = Login::new("Alice", SECRET)
        .from_address([203, 0, 113, 7])
        .in_realm(realm("club"));
    let club = club();
    club.put(MemoryAccount::new(user.clone(), SECRET).refused(Rejection::Inactive));
    let error = AuthError::schema("x").with("a", "b").with_source("cause");
    let printed = [
        format!(
            "{login:?} {:?} {:?}",
            login.password(),
            Password::from(SECRET)
        ),
        format!("{:?}", MemoryAccount::new(user.clone(), SECRET)),
        format!("{club:?}"),
        format!("{:?}", club.authenticate(&login).await),
        format!("{:?}", club.find(&[Lookup::by_name("Alice")]).await),
        format!("{:?} {:?}", club.probe().await, club.info()),
        format!("{:?}", Found::new(user, Standing::Good)),
        format!("{error:?} {error}"),
        format!("{:?}", Probe::default()),
    ];
    for text in printed {
        assert!(!text.contains(SECRET), "{text}");
        assert!(!text.contains("horse"), "{text}");
    }
    assert!(
        format!("{login:?}").contains("Alice"),
        "the name is no secret"
    );
}

#[test]
fn realm_names_are_short_lower_case_words() {
    for good in ["a", "phpbb2", "forum-2", &"x".repeat(32)] {
        assert!(Realm::new(good).is_ok(), "{good}");
    }
    for bad in ["", "Forum", "a b", "a:b", "é", &"x".repeat(33)] {
        let error = Realm::new(bad).unwrap_err();
        assert!(error.to_string().contains("1 to 32 of a-z"), "{error}");
    }
    assert_eq!(Realm::local().as_str(), Realm::LOCAL);
}

#[test]
fn an_identity_is_compared_byte_for_byte() {
    let of = |id: &str| Identity::new(realm("club"), id);
    assert_eq!(of("a"), of("a"));
    assert_ne!(of("a"), of("A"));
    assert_ne!(of("1"), of("01"));
    assert_ne!(of("1"), Identity::new(realm("other"), "1"));
    assert_eq!(of("42").to_string(), "club:42");
}

#[test]
fn an_identity_is_read_back_from_what_it_is_written_as() {
    for (realm_name, id) in [("forum", "42"), ("a-1", "staff:17"), ("local", " é\n")] {
        let identity = Identity::new(realm(realm_name), id);
        assert_eq!(identity.to_string().parse(), Ok(identity));
    }
    for text in ["", "forum", "forum:", ":42", "Forum:42", "a b:1"] {
        let error = text.parse::<Identity>().unwrap_err().to_string();
        assert!(error.contains("forum:42"), "{error}");
    }
}

#[test]
fn whoever_has_an_identity_can_look_it_up() {
    let identity = Identity::new(realm("forum"), 42);
    let lookup = Lookup::of(&identity).from_address([203, 0, 113, 7]);
    assert_eq!(
        lookup,
        Lookup::by_id("42")
            .in_realm(realm("forum"))
            .from_address([203, 0, 113, 7])
    );
}

#[test]
fn a_manual_clock_moves_only_when_it_is_told_to() {
    let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
    assert_eq!(clock.now(), clock.now());
    clock.advance(Duration::from_secs(60));
    assert_eq!(clock.now().unix_timestamp(), 60);
}
