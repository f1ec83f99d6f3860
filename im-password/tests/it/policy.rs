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

#[test]
fn a_hash_is_no_clear_text_though_its_format_is_not_accepted() {
    let plain = policy(&["plain"]);
    let hex = |digits| "0123456789abcdef".repeat(8)[..digits].to_owned();
    let mut hashes: Vec<_> = [32, 40, 56, 64, 96, 128].map(hex).into();
    hashes.extend(
        [
            BCRYPT,
            MD5,
            SHA1,
            "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
            "$1$abcdefgh$irWbblnpmw.5z7wgBnprh0",
            "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
            "{SSHA}JDJ5JDA0JGFiY2RlZmdoaWpr",
            "{X-UNKNOWN}0123456789abcdef",
            "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19",
            ":A:5ebe2294ecd0e0f08eab7690d2a6ee69",
            "5ebe2294ecd0e0f08eab7690d2a6ee69:s4Lt",
            "sha1$abc$e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4",
        ]
        .map(str::to_owned),
    );
    for stored in &hashes {
        let outcome = matches(&plain, stored, stored);
        assert!(outcome.is_err(), "{stored}: {outcome:?}");
    }
    for word in [
        "hunter2",
        "0123456789abc",
        "0123456789abcdef",
        "correcthorsebatterystaple",
        "$ecret$",
        "{braces}",
        ":-):-):-)",
        "**stars**",
        "deadbeefdeadbeef",
        "a passphrase of several words: $5 and {so} on",
    ] {
        assert_eq!(matches(&plain, word, word), Ok(true), "{word}");
    }
    // Where the format is accepted, its values are of that format.
    let both = policy(&["plain", "des-crypt"]);
    assert_eq!(matches(&both, "0123456789abc", "0123456789abc"), Ok(false));
}

#[test]
fn a_format_that_was_left_out_for_want_of_a_value_can_be_told() {
    let policy = policy(&["sha1($pass.$secret)", "sha1($pass)", "md5($pass)"]);
    let bare = Attempt::new("other");
    assert_eq!(matches(&policy, "other", SHA1), Ok(false));
    assert_eq!(policy.lacking(&bare, SHA1.as_bytes()), Some("$secret"));
    let with_secret = bare.secret(b"pepper");
    assert_eq!(policy.lacking(&with_secret, SHA1.as_bytes()), None);
    // No format that lacks something is of this shape, or none at all.
    assert_eq!(policy.lacking(&bare, MD5.as_bytes()), None);
    assert_eq!(policy.lacking(&bare, b"?"), None);
}
