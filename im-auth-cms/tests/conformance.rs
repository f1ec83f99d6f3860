//! Every description, on real databases: its tables are made, its vectors inserted, and each signs in, rightly and
//! wrongly. `cargo test -p im-auth-cms mybb` runs one.
//!
//! The files are read as they lie there, vectors and all; that each is compiled in as well is a trial of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it has seen"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use im_auth_sql::spec::{Expect, SystemSpec};
use im_testkit::systems::{Complaint, examine};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;

/// As many as IntraMessenger 2.0.6 had, less the three adapters in code, and those that have come since.
const AT_LEAST: usize = 190;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each trial has a database to itself; more than a few only wait for the disk.
    arguments.test_threads = arguments.test_threads.or(Some(4));
    let files = files();
    let mut trials: Vec<Trial> = files
        .iter()
        .map(|file| {
            let file = file.clone();
            let id = file.file_stem().unwrap().to_string_lossy().into_owned();
            Trial::test(
                format!("{id}::signs_in_its_accounts_and_nobody_else"),
                move || signs_in(&file),
            )
        })
        .collect();
    trials.push(Trial::test(
        "the_example_of_the_documentation_works",
        || signs_in(&root().join("../docs/examples/my-portal.toml")),
    ));
    let all = files.clone();
    trials.push(Trial::test("every_file_is_compiled_in", move || {
        every_file_is_compiled_in(&all)
    }));
    trials.push(Trial::test(
        "there_are_vectors_for_every_format",
        move || there_are_vectors_for_every_format(&files),
    ));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["forum", "cms", "groupware", "other"]
        .iter()
        .flat_map(|category| {
            let folder = root().join("systems").join(category);
            std::fs::read_dir(&folder)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        })
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

fn signs_in(file: &Path) -> Result<(), Failed> {
    let spec = Arc::new(SystemSpec::load(file)?);
    let complaints = RUNTIME.block_on(examine(&spec, None));
    if complaints.is_empty() {
        return Ok(());
    }
    let complaints: Vec<String> = complaints.iter().map(Complaint::to_string).collect();
    Err(complaints.join("\n").into())
}

fn every_file_is_compiled_in(files: &[PathBuf]) -> Result<(), Failed> {
    for file in files {
        let id = file.file_stem().unwrap().to_string_lossy();
        let system = im_auth_cms::system(&id).ok_or(format!("{id} is not compiled in"))?;
        let spec = system.spec()?;
        let whole = SystemSpec::load(file)?;
        assert_eq!(system.name, whole.name());
        assert_eq!(system.default_prefix, whole.default_prefix());
        assert_eq!(spec.formats().len(), whole.formats().len(), "{id}");
        assert!(
            spec.vectors().is_empty(),
            "{id}: tests read the vectors, programs need none"
        );
    }
    assert_eq!(im_auth_cms::SYSTEMS.len(), files.len());
    Ok(())
}

fn there_are_vectors_for_every_format(files: &[PathBuf]) -> Result<(), Failed> {
    let mut formats = BTreeSet::new();
    let (mut vectors, mut signed_in) = (0, 0);
    for file in files {
        let spec = SystemSpec::load(file)?;
        let count = spec.vectors().len();
        if count == 0 {
            return Err(format!("{}: it has no vector", file.display()).into());
        }
        vectors += count;
        let accepted: Vec<&str> = spec
            .vectors()
            .iter()
            .filter(|vector| vector.expect == Expect::Accepted)
            .filter_map(|vector| vector.format.as_deref())
            .collect();
        signed_in += accepted.len();
        for rule in spec.formats() {
            formats.extend(rule.formats().iter().map(ToString::to_string));
            let names = || rule.formats().iter().map(ToString::to_string);
            let shown = accepted.contains(&rule.text())
                || names().any(|name| accepted.contains(&name.as_str()));
            if !shown {
                return Err(format!(
                    "{}: no vector signs in with the format {}",
                    file.display(),
                    rule.text()
                )
                .into());
            }
        }
    }
    println!(
        "{} systems, {vectors} vectors ({signed_in} of them sign in), {} formats",
        files.len(),
        formats.len()
    );
    if files.len() < AT_LEAST {
        return Err(format!("{} systems; there were {AT_LEAST}", files.len()).into());
    }
    Ok(())
}
