//! What the crate promises, apart from the vectors and the properties of formulas.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly, too")]

mod bcrypt;
mod decoy;
mod describe;
mod format;
mod input;
mod limits;
mod policy;
#[cfg(feature = "pool")]
mod pool;
mod secrecy;
mod template;

use im_password::{Attempt, Format, Policy, VerifyError};

fn format(text: &str) -> Format {
    text.parse().expect("a format")
}

fn policy(formats: &[&str]) -> Policy {
    Policy::new(formats.iter().map(|text| format(text)))
}

fn matches(policy: &Policy, password: &str, stored: &str) -> Result<bool, VerifyError> {
    Ok(policy
        .verify(&Attempt::new(password), stored.as_bytes())?
        .is_match())
}

/// MD5 of `secret`.
const MD5: &str = "5ebe2294ecd0e0f08eab7690d2a6ee69";
/// SHA-1 of `secret`.
const SHA1: &str = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";
/// bcrypt of `U*U`, from the test program of crypt_blowfish.
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
