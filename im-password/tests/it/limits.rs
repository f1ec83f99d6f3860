use std::time::{Duration, Instant};

use im_password::{Attempt, CostLimits, VerifyError};

use super::{BCRYPT, MD5, matches, policy};

#[test]
fn a_hostile_cost_is_refused_before_any_work() {
    let policy = policy(&["bcrypt", "phpass", "argon2"]);
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
    let policy = policy(&["bcrypt", "argon2", "md5($pass)"]);
    let argon2 = "$argon2id$v=19$m=65536,t=4,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
                  0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs";
    assert_eq!(policy.memory(argon2.as_bytes()), Ok(64 * 1024 * 1024));
    assert_eq!(policy.memory(MD5.as_bytes()), Ok(0));
}
