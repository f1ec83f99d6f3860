use im_core::{
    AuthError, ExternalAuthenticator, ExternalId, ExternalUser, Identity, Login, Lookup,
    MemoryAccount, MemoryAuthenticator, Rejection, Standing,
};

use crate::support::{club, kind, realm};

fn account(id: &str, name: &str) -> MemoryAccount {
    let user = ExternalUser::new(Identity::new(realm("club"), id), name);
    MemoryAccount::new(user, "correct horse")
}

async fn sign_in(club: &MemoryAuthenticator, name: &str, password: &str) -> &'static str {
    kind(&club.authenticate(&Login::new(name, password)).await)
}

#[tokio::test]
async fn state_is_told_only_after_the_right_password_except_a_lock() {
    let club = club();
    let until = None;
    let states = [
        (Rejection::Inactive, "wrong_password"),
        (Rejection::PendingActivation, "wrong_password"),
        (Rejection::Banned { until }, "wrong_password"),
        (Rejection::Deleted, "wrong_password"),
        (Rejection::PasswordExpired, "wrong_password"),
        (Rejection::LockedOut { until }, "locked_out"),
    ];
    for (rejection, to_strangers) in states {
        club.put(account("2", "Bob").refused(rejection));
        assert_eq!(
            sign_in(&club, "Bob", "correct horse").await,
            rejection.as_str()
        );
        assert_eq!(sign_in(&club, "Bob", "wrong").await, to_strangers);
    }
}

#[tokio::test]
async fn part_of_a_password_or_more_than_it_is_wrong() {
    let club = club();
    for wrong in [
        "",
        "correct hors",
        "correct horsE",
        "correct horse ",
        "correct horse\0",
    ] {
        assert_eq!(
            sign_in(&club, "Alice", wrong).await,
            "wrong_password",
            "{wrong:?}"
        );
    }
    assert_eq!(sign_in(&club, "aLICE", "correct horse").await, "accepted");
    assert_eq!(
        sign_in(&club, "Alic", "correct horse").await,
        "unknown_user"
    );
}

#[tokio::test]
async fn two_accounts_under_one_name_are_an_error_and_never_a_pick() {
    let club = club();
    club.put(account("2", "ALICE"));
    let login = Login::new("Alice", "correct horse");
    assert!(matches!(
        club.authenticate(&login).await,
        Err(AuthError::Ambiguous(_))
    ));
    assert!(club.find(&[Lookup::by_name("alice")]).await.is_err());
    assert!(club.find(&[Lookup::by_id("2")]).await.is_ok());
}

#[tokio::test]
async fn accounts_change_under_way_as_they_do_in_a_forum() {
    let club = club();
    let id = ExternalId::new("1");
    assert!(club.change(&id, |alice| alice.standing =
        Standing::Refused(Rejection::Inactive)));
    let lookups = [
        Lookup::by_id("1"),
        Lookup::by_id("9"),
        Lookup::by_name("ALICE"),
    ];
    let found = club.find(&lookups).await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(
        found[0].as_ref().unwrap().standing,
        Standing::Refused(Rejection::Inactive)
    );
    assert_eq!(found[1], None);
    assert_eq!(found[0], found[2]);

    assert!(club.remove(&id));
    assert!(!club.remove(&id));
    assert!(!club.change(&id, |_| unreachable!()));
    assert_eq!(
        sign_in(&club, "Alice", "correct horse").await,
        "unknown_user"
    );
    assert_eq!(club.probe().await.unwrap().accounts, Some(0));
}

#[tokio::test]
async fn unread_messages_are_those_of_the_account_in_its_realm() {
    let club = club();
    club.put(account("2", "Bob").unread(3));
    let unread = async |realm_name: &str, id: &str| {
        let identity = Identity::new(realm(realm_name), id);
        club.unread_private_messages(&identity).await.unwrap()
    };
    assert_eq!(unread("club", "2").await, Some(3));
    assert_eq!(unread("club", "1").await, Some(0));
    assert_eq!(unread("club", "9").await, None);
    assert_eq!(unread("other", "2").await, None);
}
