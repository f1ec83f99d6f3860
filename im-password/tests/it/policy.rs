use im_password::{Attempt, Outcome, Policy, VerifyError};

use super::{BCRYPT, MD5, SHA1, format, matches, policy};

#[test]
fn formats_are_tried_by_what_the_stored_value_looks_like() {
    let policy = policy(&["bcrypt", "sha1($pass)", "md5($pass)"]);
    for (password, stored, expected) in [
        ("U*U", BCRYPT, "bcrypt"),
        ("secret", SHA1, "sha1($pass)"),
        ("secret", MD5, "md5($pass)"),
    ] {
        let outcome = policy.verify(&Attempt::new(password), stored.as_bytes());
        let Ok(Outcome::Match { format, .. }) = outcome else {
            panic!("{stored}: {outcome:?}")
        };
        assert_eq!(format.to_string(), expected);
    }
}

#[test]
fn several_formats_of_one_shape_are_all_tried() {
    let policy = policy(&["md5(md5($pass).$salt)", "md5($salt.$pass)", "md5($pass)"]);
    assert_eq!(matches(&policy, "secret", MD5), Ok(true));
    let outcome = policy.verify(&Attempt::new("secret").salt(b""), MD5.as_bytes());
    let Ok(Outcome::Match { format: found, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(found, format("md5($salt.$pass)"));
}

#[test]
fn the_input_that_fitted_is_told() {
    let inputs = ["raw", "cp1252", "addslashes"].map(|input| input.parse().expect("an input"));
    let policy = policy(&["md5($pass)"]).inputs(inputs.clone());
    for (password, stored, fitted) in [
        ("secret", MD5, &inputs[0]),
        (
            "crème brûlée é1",
            "b3520ade44e4ee63d289cc64670465ee",
            &inputs[1],
        ),
        (
            "it's \"A&B\" <c>\\d",
            "1027d44e664f6c096409f19e7cc8a036",
            &inputs[2],
        ),
    ] {
        let outcome = policy.verify(&Attempt::new(password), stored.as_bytes());
        let Ok(Outcome::Match { input, .. }) = outcome else {
            panic!("{password}: {outcome:?}")
        };
        assert_eq!(&input, fitted);
    }
    // No inputs are one: raw.
    let none = policy.inputs([]);
    assert_eq!(matches(&none, "secret", MD5), Ok(true));
}

#[test]
fn an_unknown_shape_is_an_error_and_never_clear_text() {
    let policy = policy(&["bcrypt", "md5($pass)"]);
    for (stored, shape) in [
        ("secret", "short text, perhaps clear text"),
        ("", "empty"),
        (SHA1, "40 hex digits"),
        ("$6$salt$digest", "sha512-crypt ($6$)"),
        ("*NO PASSWORD SET*", "Phorum's mark for no password"),
    ] {
        let error = VerifyError::UnsupportedHash {
            shape: shape.to_owned(),
        };
        assert_eq!(matches(&policy, stored, stored), Err(error));
    }
    let nothing = Policy::new([]);
    assert!(matches(&nothing, "secret", "secret").is_err());
}

#[test]
fn clear_text_is_compared_only_with_what_is_no_hash() {
    let policy = policy(&["plain", "md5($pass)", "bcrypt"]);
    assert_eq!(matches(&policy, "hunter2", "hunter2"), Ok(true));
    assert_eq!(matches(&policy, "hunter3", "hunter2"), Ok(false));
    assert_eq!(matches(&policy, "secret", MD5), Ok(true));
    // Whoever stole the table must not get in with what is in it.
    assert_eq!(matches(&policy, MD5, MD5), Ok(false));
    assert_eq!(matches(&policy, BCRYPT, BCRYPT), Ok(false));
}

#[test]
fn a_format_without_its_values_is_left_out() {
    let policy = policy(&["md5($pass.$salt)", "md5($pass)"]);
    assert_eq!(matches(&policy, "secret", MD5), Ok(true));
    assert_eq!(matches(&policy, "other", MD5), Ok(false));
    let salted = super::policy(&["md5($pass.$salt)"]);
    assert_eq!(
        matches(&salted, "secret", MD5),
        Err(VerifyError::Missing { what: "$salt" })
    );
    assert_eq!(
        salted
            .recognise(MD5.as_bytes())
            .map(|shape| shape.to_string()),
        Ok("md5($pass.$salt)".to_owned())
    );
}

#[test]
fn an_empty_password_is_a_password() {
    let policy = policy(&["md5($pass)"]);
    assert_eq!(
        matches(&policy, "", "d41d8cd98f00b204e9800998ecf8427e"),
        Ok(true)
    );
    assert_eq!(matches(&policy, "", MD5), Ok(false));
}
