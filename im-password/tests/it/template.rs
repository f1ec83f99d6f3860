use im_password::{Attempt, CostLimits, OwnedAttempt, Policy, VerifyError};

use super::{format, policy};

/// MD5 of `secret` and `s4lt`.
const SALTED: &str = "79a8ffb5a7a404ab62e757c94582818f";

fn is(format: &str, attempt: &Attempt<'_>, stored: &[u8]) -> Option<bool> {
    let policy = policy(&[format]);
    match policy.verify(attempt, stored) {
        Ok(outcome) => Some(outcome.is_match()),
        Err(VerifyError::UnsupportedHash { .. }) => None,
        Err(error) => panic!("{format}: {error}"),
    }
}

fn fits(format: &str, stored: &str) -> bool {
    is(format, &Attempt::new("secret"), stored.as_bytes()).is_some()
}

#[test]
fn the_salt_is_taken_out_of_the_stored_value() {
    let joomla = "md5($pass.$salt) in \"$hash:$salt\"";
    let stored = format!("{SALTED}:s4lt");
    let right = Attempt::new("secret");
    assert_eq!(is(joomla, &right, stored.as_bytes()), Some(true));
    assert_eq!(
        is(joomla, &right, stored.to_uppercase().as_bytes()),
        Some(false)
    );
    let capitals = format!("{}:s4lt", SALTED.to_uppercase());
    assert_eq!(is(joomla, &right, capitals.as_bytes()), Some(true));
    assert_eq!(
        is(joomla, &Attempt::new("Secret"), stored.as_bytes()),
        Some(false)
    );
    // Not the column's salt, where the value has its own.
    assert_eq!(
        is(joomla, &right.salt(b"other"), stored.as_bytes()),
        Some(true)
    );
    let glued = format!("s4lt{SALTED}");
    assert_eq!(
        is(
            "md5($pass.$salt) in \"$salt[4]$hash\"",
            &right,
            glued.as_bytes()
        ),
        Some(true)
    );
    assert_eq!(
        is(
            "md5($pass.$salt) in \"$salt$hash\"",
            &right,
            glued.as_bytes()
        ),
        Some(true)
    );
    assert_eq!(
        is(
            "md5($pass.$salt) in \"$salt[5]$hash\"",
            &right,
            glued.as_bytes()
        ),
        None
    );
}

#[test]
fn what_does_not_fit_a_template_is_of_another_format() {
    let digest = "0".repeat(32);
    let joomla = "md5($pass.$salt) in \"$hash:$salt\"";
    assert!(fits(joomla, &format!("{digest}:x:y")));
    assert!(fits(joomla, &format!("{digest}:")));
    for stored in [
        "",
        ":",
        &digest,
        &format!("{digest}0:x"),
        &format!("{digest} x"),
        "g".repeat(34).as_str(),
    ] {
        assert!(!fits(joomla, stored), "{stored}");
    }
    let zikula = "sha256($salt.$pass) in \"8$$$salt$$$hash\"";
    let digest = "a".repeat(64);
    assert!(fits(zikula, &format!("8$ab$c${digest}")));
    for stored in [
        format!("8$$${digest}x"),
        format!("9$abc${digest}"),
        format!("8{digest}"),
        format!("8${digest}"),
    ] {
        assert!(!fits(zikula, &stored), "{stored}");
    }
    assert!(!fits("bcrypt in \"1|$hash\"", super::BCRYPT));
    assert!(!fits(
        "bcrypt in \"1|$hash\"",
        &format!("1|{}", &super::BCRYPT[1..])
    ));
    assert!(fits(
        "bcrypt in \"1|$hash\"",
        &format!("1|{}", super::BCRYPT)
    ));
}

#[test]
fn of_two_parts_that_vary_the_first_ends_at_the_first_separator() {
    let format = "md5($pass.$salt) in \"$username:$salt:$hash\"";
    let stored = |name: &str, salt: &str| format!("{name}:{salt}:{SALTED}");
    let alice = Attempt::new("secret").username(b"alice");
    assert_eq!(
        is(format, &alice, stored("alice", "s4lt").as_bytes()),
        Some(true)
    );
    assert_eq!(
        is(format, &alice, stored("bob", "s4lt").as_bytes()),
        Some(false)
    );
    assert_eq!(
        is(format, &alice, stored("alice", "s4lt:").as_bytes()),
        Some(false)
    );
    assert_eq!(
        policy(&[format]).verify(&Attempt::new("secret"), stored("alice", "s4lt").as_bytes()),
        Err(VerifyError::Missing { what: "$username" })
    );
}

#[test]
fn a_salt_before_a_named_digest_ends_where_the_digest_begins() {
    let format = "bcrypt in \"$salt#$hash\"";
    let stored = format!("a#b##{}", super::BCRYPT);
    assert_eq!(
        is(format, &Attempt::new("U*U"), stored.as_bytes()),
        Some(true)
    );
    assert_eq!(
        is(format, &Attempt::new("U*U"), &stored.as_bytes()[1..]),
        Some(true)
    );
    assert_eq!(
        is(format, &Attempt::new("U*U"), &stored.as_bytes()[5..]),
        None
    );
}

#[test]
fn a_serialised_array_is_read_strictly() {
    let format = "md5($pass.$salt) in php(hash,salt)";
    let entry = |key: &str, value: &str| {
        format!("s:{}:\"{key}\";s:{}:\"{value}\";", key.len(), value.len())
    };
    let (hash, salt) = (entry("hash", SALTED), entry("salt", "s4lt"));
    let right = Attempt::new("secret");
    for (stored, found) in [
        (format!("a:2:{{{hash}{salt}}}"), Some(true)),
        (format!("a:2:{{{salt}{hash}}}"), Some(true)),
        (
            format!("a:3:{{{hash}{salt}s:8:\"hashFunc\";s:3:\"md5\";}}"),
            Some(true),
        ),
        (
            format!("a:4:{{{hash}i:0;b:1;i:-7;i:12;{salt}}}"),
            Some(true),
        ),
        (
            format!("a:3:{{{hash}s:1:\"x\";a:1:{{i:0;s:1:\"}}\";}}{salt}}}"),
            Some(true),
        ),
        (
            format!("a:2:{{{hash}{}}}", entry("salt", "s4l\";")),
            Some(false),
        ),
        (format!("a:1:{{{hash}}}"), None),
        (format!("a:3:{{{hash}{salt}}}"), None),
        (format!("a:1:{{{hash}{salt}}}"), None),
        (format!("a:2:{{{hash}{salt}}} "), None),
        (format!("a:2:{{{hash}s:4:\"salt\";i:7;}}"), None),
        (format!("a:2:{{{hash}s:4:\"salt\";s:5:\"s4lt\";}}"), None),
        (
            format!("a:2:{{{hash}s:4:\"salt\";s:99999999999:\"s4lt\";}}"),
            None,
        ),
        (format!("a:99999999999999999999:{{{hash}{salt}}}"), None),
        (format!("a:2:{{{hash}s:4:\"salt\";O:1:\"x\":0:{{}}}}"), None),
        ("a:1:{i:0;".repeat(400), None),
        (String::new(), None),
    ] {
        assert_eq!(is(format, &right, stored.as_bytes()), found, "{stored}");
    }
}

#[test]
fn a_json_object_is_read() {
    let format = "md5($pass.$salt) in json(password,salt)";
    let right = Attempt::new("secret");
    for (stored, found) in [
        (
            format!("{{\"password\":\"{SALTED}\",\"salt\":\"s4lt\"}}"),
            Some(true),
        ),
        (
            format!("{{ \"salt\": \"s4\\u006ct\", \"password\": \"{SALTED}\", \"x\": [1] }}"),
            Some(true),
        ),
        (format!("{{\"password\":\"{SALTED}\"}}"), None),
        (format!("{{\"password\":\"{SALTED}\",\"salt\":7}}"), None),
        (format!("[\"{SALTED}\",\"s4lt\"]"), None),
        ("{".to_owned(), None),
    ] {
        assert_eq!(is(format, &right, stored.as_bytes()), found, "{stored}");
    }
    let slashed = format!("{{\"password\":\"{}\"}}", super::BCRYPT.replace('/', "\\/"));
    let password = Attempt::new("U*U");
    assert_eq!(
        is("bcrypt in json(password)", &password, slashed.as_bytes()),
        Some(true)
    );
}

#[test]
fn rounds_come_from_the_value_or_the_account_and_are_limited() {
    let format = "repeat($rounds,$pass,md5($value.$salt))";
    let stored = "0dbeae4e790cabe15a083ab7828d4316";
    let salted = Attempt::new("secret").salt(b"s4lt");
    assert_eq!(is(format, &salted.rounds(3), stored.as_bytes()), Some(true));
    assert_eq!(
        is(format, &salted.rounds(4), stored.as_bytes()),
        Some(false)
    );
    let owned = OwnedAttempt::new("secret").salt("s4lt").rounds(3);
    assert_eq!(is(format, &owned.borrow(), stored.as_bytes()), Some(true));
    // No round would compare the password itself.
    assert_eq!(
        is(format, &salted.rounds(0), stored.as_bytes()),
        Some(false)
    );
    let with = format!("{format} in \"$rounds$$$salt$$$hash\"");
    let whole = format!("3$s4lt${stored}");
    assert_eq!(
        is(&with, &Attempt::new("secret"), whole.as_bytes()),
        Some(true)
    );
    for rounds in ["0", "03", "-3", "+3", "", "99999999999"] {
        let whole = format!("{rounds}$s4lt${stored}");
        assert_eq!(
            is(&with, &Attempt::new("secret"), whole.as_bytes()),
            None,
            "{rounds}"
        );
    }
    let mut limits = CostLimits::default();
    limits.repeat_rounds = 2;
    let error = VerifyError::TooCostly {
        what: "repeated digests 3, at most 2".to_owned(),
    };
    let policy = Policy::new([super::format(&with)]).limits(limits);
    assert_eq!(
        policy.verify(&Attempt::new("secret"), whole.as_bytes()),
        Err(error.clone())
    );
    let policy = Policy::new([super::format(format)]).limits(limits);
    assert_eq!(
        policy.verify(&salted.rounds(3), stored.as_bytes()),
        Err(error)
    );
    assert_eq!(
        policy.verify(&salted, stored.as_bytes()),
        Err(VerifyError::Missing { what: "$rounds" })
    );
}

#[test]
fn values_of_one_template_have_one_shape_and_a_decoy_fits_it() {
    for (format, values) in [
        ("md5($pass.$salt) in \"$hash:$salt\"", ["a:x", "b:longer"]),
        ("md5($pass.$salt) in \"$salt[3]$hash\"", ["123a", "456b"]),
        (
            "md5($pass.$salt) in \"$salt:7$$$username:$hash\"",
            ["s:7$ann:a", "tt:7$bo:b"],
        ),
        (
            "md5($pass.$salt) in json(h,s)",
            ["{\"h\":\"a\",\"s\":\"x\"}", "{\"s\":\"yy\",\"h\":\"b\"}"],
        ),
        (
            "md5($pass.$salt) in php(h,s)",
            [
                "a:2:{s:1:\"h\";s:32:\"a\";s:1:\"s\";s:1:\"x\";}",
                "a:2:{s:1:\"s\";s:2:\"yy\";s:1:\"h\";s:32:\"b\";}",
            ],
        ),
    ] {
        let policy = policy(&[format]);
        let [one, two] = values.map(|value| {
            let value =
                ["a", "b"]
                    .iter()
                    .fold(value.to_owned(), |value, digit| match value.rfind(digit) {
                        Some(at) if value.len() - at < 24 => {
                            format!("{}{}{}", &value[..at], digit.repeat(32), &value[at + 1..])
                        }
                        _ => value,
                    });
            policy
                .recognise(value.as_bytes())
                .unwrap_or_else(|error| panic!("{value}: {error}"))
        });
        assert_eq!(one, two);
        policy.verify_decoy(&Attempt::new("secret"), &one);
        assert!(one.to_string().starts_with("md5($pass.$salt) in "), "{one}");
    }
    let rounds = policy(&["repeat($rounds,$pass,md5($value)) in \"$rounds:$hash\""]);
    let shape = |rounds_: &str| rounds.recognise(format!("{rounds_}:{SALTED}").as_bytes());
    assert_ne!(shape("3"), shape("4"));
    let over = policy(&["bcrypt(md5($pass)) in \"#$hash\""]);
    let shape = over
        .recognise(format!("#{}", super::BCRYPT).as_bytes())
        .expect("recognised");
    assert_eq!(
        shape.to_string(),
        "bcrypt $2a$, cost 5, over md5($pass) in \"#$hash\""
    );
}

#[test]
fn a_format_may_have_inputs_of_its_own() {
    let input = |text: &str| text.parse().expect("an input");
    let policy = Policy::new([format("sha1($pass)")])
        .inputs([input("trim")])
        .with(format("md5($pass)"), [input("addslashes"), input("lower")]);
    let is = |password: &str, stored: &str| {
        let outcome = policy.verify(&Attempt::new(password), stored.as_bytes());
        outcome.expect("compared").is_match()
    };
    assert!(is(" secret ", super::SHA1));
    assert!(!is(" secret ", super::MD5));
    assert!(is("SECRET", super::MD5));
    assert!(!is("SECRET", super::SHA1));
}
