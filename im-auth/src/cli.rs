//! The `im-auth` command.

mod batch;
mod check;
mod detect;
mod doctor;
mod explain;
mod findings;
mod foreign;
mod pages;
mod report;
mod secrets;
mod systems;

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
    Check(Box<check::Check>),
    /// Which product lies in this folder or database, and what would its realm be?
    Detect(detect::Detect),
    /// Can every account of this system sign in?
    Doctor(Box<doctor::Doctor>),
    /// Which systems are there?
    Systems(systems::Systems),
    /// What would be done with a system's database?
    Explain(explain::Explain),
}

/// Runs the command and says how it ended: 0 well, 1 not (rejected, nothing found, somebody cannot sign in), 2 error.
pub async fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Check(check) => check.run().await,
        Command::Detect(detect) => detect.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Systems(systems) => systems.run(),
        Command::Explain(explain) => explain.run(),
    }
}

/// A line of the answer, to standard output.
fn print(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Why a command did not do what it should, to standard error.
fn fail(error: &anyhow::Error) {
    // Nobody to tell when standard error is closed.
    writeln!(std::io::stderr().lock(), "im-auth: {error:#}").ok();
}

/// A word to the administrator, to standard error.
fn warn(sentence: &str) {
    // Nobody to tell when standard error is closed.
    writeln!(std::io::stderr().lock(), "warning: {sentence}").ok();
}
