//! What only this product does, one named case each, on the character sets it is found with.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod boards;
mod cases;
mod circumstances;
mod details;
mod letters;
mod misfits;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(cases::trials());
    trials.extend(circumstances::trials());
    trials.extend(details::trials());
    trials.extend(letters::trials());
    trials.extend(misfits::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
