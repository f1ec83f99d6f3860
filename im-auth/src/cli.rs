//! The `im-auth` command.

mod batch;
mod check;
mod report;
mod secrets;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks accounts of an existing forum, CMS or groupware against its own database.
#[derive(Debug, Parser)]
#[command(name = "im-auth", version, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Is this name and password right, who is it, and may they come in?
    Check(check::Check),
}

/// Runs the command and says how it ended: 0 accepted, 1 rejected, 2 error.
pub async fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Check(check) => check.run().await,
    }
}

/// A line of the answer, to standard output.
fn print(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A word to the administrator, to standard error.
fn warn(sentence: &str) {
    // Nobody to tell when standard error is closed.
    writeln!(std::io::stderr().lock(), "warning: {sentence}").ok();
}
