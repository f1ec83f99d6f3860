use std::time::{Duration, Instant};

use im_password::{Attempt, CostLimits, VerifyError};

use super::{BCRYPT, MD5, matches, policy};

#[test]
fn a_hostile_cost_is_refused_before_any_work() {
    let policy = policy(&[
        "bcrypt",
        "phpass",
        "argon2",
        "ext-des-crypt",
        "sha512-crypt",
        "drupal7",
        "scrypt",
        "passlib-pbkdf2",
        "mediawiki",
        "magento2",
        "ldap",
    ]);
    let digits = |count| ".".repeat(count);
    let start = Instant::now();
    for (stored, what) in [
        (BCRYPT.replace("$05$", "$31$"), "bcrypt cost 31, at most 15"),
        (
            "$P$Szzzzzzzz0123456789012345678901".to_owned(),
            "phpass log2 of rounds 30, at most 20",
        ),
        (
            "$argon2id$v=19$m=4294967295,t=4294967295,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
             0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs"
                .to_owned(),
            "argon2 memory in KiB 4294967295, at most 262144",
        ),
        (
            "$argon2id$v=19$m=1024,t=4294967295,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
             0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs"
                .to_owned(),
            "argon2 passes 4294967295, at most 10",
        ),
        (
            format!("_zzzz{}", digits(15)),
            "extended DES rounds 16777215, at most 1048576",
        ),
        (
            format!("$6$rounds=999999999$salt${}", digits(86)),
            "SHA-crypt rounds 999999999, at most 1000000",
        ),
        (
            format!("{{CRYPT}}$6$rounds=999999999$salt${}", digits(86)),
            "SHA-crypt rounds 999999999, at most 1000000",
        ),
        (
            format!("$S$S{}", digits(51)),
            "Drupal 7 log2 of rounds 30, at most 20",
        ),
        (
            format!("$scrypt$ln=40,r=8,p=1$c2FsdA${}", "A".repeat(43)),
            "scrypt memory in KiB 4294967295, at most 262144",
        ),
        (
            format!("$scrypt$ln=14,r=8,p=1000000$c2FsdA${}", "A".repeat(43)),
            "scrypt memory over all lanes in KiB 4294967295, at most 524288",
        ),
        (
            format!("$pbkdf2-sha256$4294967295$c2FsdA${}", "A".repeat(43)),
            "PBKDF2 rounds 4294967295, at most 4000000",
        ),
        (
            format!(":pbkdf2:sha256:1000001:128:c2FsdA==:{}=", "A".repeat(171)),
            "PBKDF2 rounds 4000004, at most 4000000",
        ),
        (
            format!("{}:salt:1:3_32_2_4294967295", "0".repeat(64)),
            "argon2 memory in KiB 4194303, at most 262144",
        ),
    ] {
        let error = VerifyError::TooCostly {
            what: what.to_owned(),
        };
        assert_eq!(matches(&policy, "secret", &stored), Err(error.clone()));
        assert_eq!(policy.recognise(stored.as_bytes()), Err(error.clone()));
        assert_eq!(policy.memory(stored.as_bytes()), Err(error));
    }
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn limits_can_be_lowered() {
    let mut limits = CostLimits::default();
    limits.bcrypt_cost = 4;
    let policy = policy(&["bcrypt"]).limits(limits);
    let error = VerifyError::TooCostly {
        what: "bcrypt cost 5, at most 4".to_owned(),
    };
    assert_eq!(matches(&policy, "U*U", BCRYPT), Err(error));
}

#[test]
fn a_password_over_the_limit_is_wrong() {
    let mut limits = CostLimits::default();
    limits.password_bytes = 5;
    let policy = policy(&["md5($pass)"]).limits(limits);
    assert_eq!(matches(&policy, "secret", MD5), Ok(false));
    limits.password_bytes = 6;
    let policy = policy.limits(limits);
    assert_eq!(matches(&policy, "secret", MD5), Ok(true));
}

#[test]
fn a_stored_value_over_4_kib_is_of_no_format() {
    let stored = "a".repeat(4097);
    for format in ["plain", "$salt.md5($pass)"] {
        let outcome = policy(&[format]).verify(&Attempt::new("a").salt(b""), stored.as_bytes());
        assert!(matches!(outcome, Err(VerifyError::UnsupportedHash { .. })));
    }
    assert_eq!(
        matches(&policy(&["plain"]), &stored[1..], &stored[1..]),
        Ok(true)
    );
}

#[test]
fn memory_is_known_before_it_is_taken() {
    let policy = policy(&["bcrypt", "argon2", "scrypt", "magento2", "md5($pass)"]);
    let scrypt = format!("$scrypt$ln=14,r=8,p=5$c2FsdA${}", "A".repeat(43));
    assert_eq!(policy.memory(scrypt.as_bytes()), Ok(16 * 1024 * 1024));
    let magento = format!("{}:salt:0:2", "0".repeat(64));
    assert_eq!(policy.memory(magento.as_bytes()), Ok(64 * 1024 * 1024));
    let argon2 = "$argon2id$v=19$m=65536,t=4,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
                  0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs";
    assert_eq!(policy.memory(argon2.as_bytes()), Ok(64 * 1024 * 1024));
    assert_eq!(policy.memory(MD5.as_bytes()), Ok(0));
}

#[test]
fn a_password_that_the_product_would_refuse_for_its_length_is_wrong() {
    let mut limits = CostLimits::default();
    limits.password_bytes = 10_000;
    // Made by PHP and Python without these limits.
    for (format, longest, of_longest, of_longer) in [
        (
            "drupal7",
            512,
            "$S$5abcdefghWNzgMqeHazrukEv4G0rpKl2rJp.w/y.4jZ3cwKdmMk4",
            "$S$5abcdefghpJbrlhtF25eDZ7dp7dQ/qSQRIrl8trt9hjgQNMdc3SE",
        ),
        (
            "phpass",
            4096,
            "$P$5abcdefghxBIGRTVIYKTacBAcxTQZY/",
            "$P$5abcdefghnWvivPTeDEl6opWiOU7Jb1",
        ),
        (
            "wp-bcrypt",
            4096,
            "$wp$2y$04$5R4f24WBjUWQHTdQPNohveRiQzCCWA1KoAzXk1wdd7p8zNZBjDBhi",
            "$wp$2y$04$nYmk0O1uekfEdjZ2iN4pzO3C3auWWcJt08hNsslsnQjVgDcRG40mS",
        ),
    ] {
        let policy = policy(&[format]).limits(limits);
        let longest = "x".repeat(longest);
        assert_eq!(matches(&policy, &longest, of_longest), Ok(true), "{format}");
        let longer = format!("{longest}x");
        assert_eq!(matches(&policy, &longer, of_longer), Ok(false), "{format}");
    }
    // Nor is there any work, for a row or for a decoy: it would take minutes.
    let costly = format!("$S$I{}", ".".repeat(51));
    let policy = policy(&["drupal7"]).limits(limits);
    let shape = policy.recognise(costly.as_bytes()).expect("allowed");
    let start = Instant::now();
    for _ in 0..10 {
        let long = "x".repeat(9_000);
        assert_eq!(matches(&policy, &long, &costly), Ok(false));
        policy.verify_decoy(&Attempt::new(&long), &shape);
    }
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// Over how many tries a policy refuses what costs this much, counted by trying.
#[expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, too")]
fn most_tries(stored: &str, format: &str, limits: CostLimits, of: u32) -> Option<usize> {
    // Inputs that give different bytes, whatever is typed.
    let inputs = |count: usize| (1..=count).map(|cut| format!("cut={cut}").parse().unwrap());
    (1..=40).rev().find(|count| {
        let policy = policy(&[format]).limits(limits).inputs(inputs(*count));
        let attempt = Attempt::new("0123456789012345678901234567890123456789").one_of(of);
        match policy.verify(&attempt, stored.as_bytes()) {
            Ok(outcome) => {
                assert!(!outcome.is_match());
                true
            }
            Err(VerifyError::TooCostly { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    })
}

#[test]
fn all_tries_of_a_sign_in_together_have_a_limit() {
    let mut limits = CostLimits::default();
    let bcrypt = BCRYPT.replace("$05$", "$04$");
    for (log2, whole, of, most) in [
        // 2^4 rounds where 2^4 are allowed: as many as the whole.
        (4, 4, 1, Some(4)),
        (4, 1, 1, Some(1)),
        (4, 7, 1, Some(7)),
        // Half of what is allowed: twice as many, and so on.
        (5, 4, 1, Some(8)),
        (6, 4, 1, Some(16)),
        (5, 3, 1, Some(6)),
        // Two secrets.
        (5, 4, 2, Some(4)),
        (4, 4, 4, Some(1)),
        (4, 4, 5, None),
        (5, 4, u32::MAX, None),
    ] {
        limits.bcrypt_cost = log2;
        limits.whole = whole;
        let found = most_tries(&bcrypt, "bcrypt", limits, of);
        assert_eq!(found, most, "limit 2^{log2}, whole {whole}, of {of}");
    }
    limits.whole = 4;
    limits.pbkdf2_rounds = 100;
    let stored = format!("$pbkdf2-sha256$10$c2FsdA${}", "A".repeat(43));
    assert_eq!(most_tries(&stored, "passlib-pbkdf2", limits, 1), Some(40));
    let stored = format!("$pbkdf2-sha256$20$c2FsdA${}", "A".repeat(43));
    assert_eq!(most_tries(&stored, "passlib-pbkdf2", limits, 1), Some(20));
    assert_eq!(most_tries(&stored, "passlib-pbkdf2", limits, 3), Some(6));
    limits.argon2_work_kib = 64;
    let stored = "$argon2id$v=19$m=16,t=2,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
                  0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs";
    assert_eq!(most_tries(stored, "argon2", limits, 1), Some(8));
}

#[test]
fn formats_of_one_shape_and_inputs_that_differ_count_and_others_do_not() {
    let mut limits = CostLimits::default();
    limits.bcrypt_cost = 4;
    let stored = BCRYPT.replace("$05$", "$04$");
    let verify = |formats: &[&str], inputs: &[&str], password: &str| {
        let inputs = inputs.iter().map(|input| input.parse().unwrap());
        policy(formats)
            .limits(limits)
            .inputs(inputs)
            .verify(&Attempt::new(password), stored.as_bytes())
            .map(|outcome| outcome.is_match())
    };
    let refused = |outcome| matches!(outcome, Err(VerifyError::TooCostly { .. }));
    let two = ["bcrypt", "bcrypt(md5($pass))"];
    let three = ["bcrypt", "bcrypt(md5($pass))", "wcf2"];
    assert_eq!(verify(&two, &["raw", "trim"], " x "), Ok(false));
    // Six for four.
    assert!(refused(verify(&three, &["raw", "trim"], " x ")));
    // Nothing to trim: three.
    assert_eq!(verify(&three, &["raw", "trim", "lower"], "x"), Ok(false));
    // Formats of other shapes are not computed.
    let others = ["bcrypt", "phpass", "md5($pass)", "argon2", "sha512-crypt"];
    assert_eq!(verify(&others, &["raw", "trim"], " x "), Ok(false));
    let error = verify(&three, &["raw", "trim"], " x ").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stored password costs more than is allowed: bcrypt cost 4, at most 3 where a sign-in computes 6 of them"
    );
}
