//! The command line.

mod admin;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod serve;

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The instant messenger for the members of a community.
#[derive(Debug, Parser)]
#[command(name = "im-server", version, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the sites of a configuration.
    Serve(serve::Serve),
    /// Show everything with sample forums, without any set-up; the data vanishes at the end.
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Look at a configuration.
    Config {
        #[command(subcommand)]
        command: config::ConfigCommand,
    },
    /// Look after accounts.
    Admin(admin::Admin),
}

/// Where the configuration is.
#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The configuration file.
    #[arg(
        short = 'c',
        long = "config",
        value_name = "FILE",
        env = "IM_CONFIG",
        default_value = "im.toml"
    )]
    file: PathBuf,
}

/// Runs a command.
///
/// # Errors
/// What to tell who called it; the program then ends with a failure.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(serve) => serve.run().await,
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run().await,
        Command::Config { command } => command.run().await,
        Command::Admin(admin) => admin.run().await,
    }
}

/// Writes a line of the answer to standard output.
fn print(line: impl std::fmt::Display) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
