//! Examines systems that are described by data, in real databases.
//!
//! `check-systems [--parse] [--root FOLDER] [--engine mysql|postgres|sqlite]… [ID or FILE or FOLDER]…`: without any
//! name, all files below `im-auth-cms/systems`. `--parse` only reads them.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for whoever writes descriptions"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use im_auth_sql::Engine;
use im_auth_sql::spec::SystemSpec;
use im_testkit::systems::{Complaint, examine};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Where the descriptions are, from the folder of the workspace.
const SYSTEMS: &str = "im-auth-cms/systems";

struct Wanted {
    files: Vec<PathBuf>,
    engines: Option<Vec<Engine>>,
    parse_only: bool,
}

fn main() -> ExitCode {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(wanted))
}

async fn run(wanted: Wanted) -> ExitCode {
    let start = Instant::now();
    let files = wanted.files.len();
    let mut vectors = 0;
    let mut wrong_files = 0;
    let mut complaints = 0;
    let slots = Arc::new(Semaphore::new(8));
    let engines = wanted.engines.map(Arc::new);
    let mut runs: JoinSet<Vec<String>> = JoinSet::new();
    for file in wanted.files {
        let spec = match SystemSpec::load(&file) {
            Ok(spec) => Arc::new(spec),
            Err(error) => {
                println!("FAIL {error}");
                wrong_files += 1;
                complaints += 1;
                continue;
            }
        };
        vectors += spec.vectors().len();
        if wanted.parse_only {
            continue;
        }
        let slots = Arc::clone(&slots);
        let engines = engines.clone();
        runs.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let engines = engines.as_ref().map(|engines| engines.as_slice());
            let complaints = examine(&spec, engines).await;
            complaints.iter().map(Complaint::to_string).collect()
        });
    }
    while let Some(done) = runs.join_next().await {
        let found = done.unwrap_or_else(|panic| vec![format!("the examination broke: {panic}")]);
        wrong_files += usize::from(!found.is_empty());
        complaints += found.len();
        for complaint in found {
            println!("FAIL {complaint}");
        }
    }
    println!(
        "{files} files, {vectors} vectors, {complaints} complaints about {wrong_files} files, {:.1} s",
        start.elapsed().as_secs_f32()
    );
    if complaints == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn wanted() -> Result<Wanted, String> {
    let mut files = Vec::new();
    let mut engines: Option<Vec<Engine>> = None;
    let mut parse_only = false;
    let mut named = false;
    let mut root = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--parse" => parse_only = true,
            "--root" => root = arguments.next().map(PathBuf::from),
            "--engine" => {
                let engine = match arguments.next().as_deref() {
                    Some("mysql") => Engine::MySql,
                    Some("postgres") => Engine::Postgres,
                    Some("sqlite") => Engine::Sqlite,
                    other => {
                        return Err(format!("--engine mysql, postgres or sqlite, not {other:?}"));
                    }
                };
                engines.get_or_insert_default().push(engine);
            }
            "--help" | "-h" => {
                return Err(
                    "check-systems [--parse] [--root FOLDER] [--engine mysql|postgres|sqlite]… [ID or FILE or FOLDER]…"
                        .into(),
                );
            }
            name => {
                named = true;
                let path = Path::new(name);
                if path.is_dir() {
                    collect(path, &mut files)?;
                } else if path.is_file() {
                    files.push(path.to_owned());
                } else {
                    files.push(by_id(&systems(root.as_deref())?, name)?);
                }
            }
        }
    }
    if !named {
        collect(&systems(root.as_deref())?, &mut files)?;
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err("there is no description here".into());
    }
    Ok(Wanted {
        files,
        engines,
        parse_only,
    })
}

/// The folder of the descriptions: the nearest from here up.
fn systems(root: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(root) = root {
        return Ok(root.to_owned());
    }
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    here.ancestors()
        .map(|folder| folder.join(SYSTEMS))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| format!("there is no {SYSTEMS} here or above; name files, or --root FOLDER"))
}

fn by_id(systems: &Path, id: &str) -> Result<PathBuf, String> {
    let mut all = Vec::new();
    collect(systems, &mut all)?;
    let file = format!("{}.toml", id.trim_end_matches(".toml"));
    all.into_iter()
        .find(|path| path.file_name().is_some_and(|name| name == &*file))
        .ok_or_else(|| format!("there is no file or system {id}"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    Ok(())
}
