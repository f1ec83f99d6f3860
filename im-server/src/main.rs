//! The `im-server` command.

use std::process::ExitCode;

use clap::Parser;
use im_server::cli::{Arguments, run};
use im_server::problem::Chain;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the one place that tells who called the program"
)]
fn report(error: &anyhow::Error) {
    eprintln!("im-server: {}", Chain(error.as_ref()));
}
