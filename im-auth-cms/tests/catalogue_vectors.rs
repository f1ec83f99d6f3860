//! What products were seen to store, verified as the descriptions say: one test per row of
//! `tests/vectors/forums.tsv` and `tests/vectors/cms.tsv`. `tests/vectors/README.md` explains the
//! columns.
//!
//! A name to run some of them alone: `cargo test -p im-auth-cms --test catalogue_vectors -- cms.tsv:12`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests fail loudly, too, and the run says what it has seen"
)]

#[path = "catalogue/answer.rs"]
mod answer;
#[path = "catalogue/code.rs"]
mod code;
#[path = "catalogue/mapping.rs"]
mod mapping;
#[path = "catalogue/systems.rs"]
mod systems;
#[path = "catalogue/table.rs"]
mod table;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use answer::Answer;
use mapping::{Line, Mapping};
use systems::Systems;
use table::Table;

/// The tables of rows, and how many there are.
const TABLES: [(&str, usize); 2] = [("forums", 288), ("cms", 722)];

fn main() -> ExitCode {
    let mapping = Arc::new(Mapping::read());
    let systems = Arc::new(Systems::read());
    let mut trials = Vec::new();
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    let mut unmapped = Vec::new();
    for (name, count) in TABLES {
        let table = Table::read(&format!("vectors/{name}.tsv"));
        assert_eq!(table.rows.len(), count, "rows of {name}.tsv");
        for row in table.rows {
            let place = format!("{name}.tsv:{}", row.number);
            let told = format!("{} {}", &row["system"], &row["format"]);
            let Some(line) = mapping.of(name, &row) else {
                unmapped.push(format!("{place} {told} {}", &row["version"]));
                continue;
            };
            *used.entry(line.number).or_default() += 1;
            let (systems, line) = (Arc::clone(&systems), Arc::clone(line));
            let title = format!("{place} {told} as {}: {}", line.id, &row["accept"]);
            trials.push(Trial::test(title, move || check(&systems, &line, &row)));
        }
    }
    let rows = trials.len();
    let exceptions: usize = mapping
        .lines()
        .filter(|line| line.exception.is_some())
        .map(|line| used.get(&line.number).copied().unwrap_or_default())
        .sum();
    let unused: Vec<_> = mapping
        .lines()
        .filter(|line| !used.contains_key(&line.number))
        .map(|line| line.number)
        .collect();
    trials.push(Trial::test("every row stands for a system", move || {
        none(&unmapped, "rows that no line of systems.tsv is for")
    }));
    trials.push(Trial::test(
        "every line of systems.tsv is for some row",
        move || none(&unused, "lines of systems.tsv that no row needs"),
    ));
    let arguments = Arguments::from_args();
    if !arguments.list {
        println!(
            "{rows} rows by {} lines, {exceptions} of them answered otherwise on purpose",
            mapping.lines().count()
        );
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn none<T: std::fmt::Debug>(found: &[T], what: &str) -> Result<(), Failed> {
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{what}: {found:#?}").into())
    }
}

fn check(systems: &Systems, line: &Line, row: &table::Row) -> Result<(), Failed> {
    let accepted = match &row["accept"] {
        "yes" => true,
        "no" => false,
        other => return Err(format!("accept is {other:?}").into()),
    };
    for (told, answer) in answers(systems, line, row)? {
        let agrees = match answer {
            Answer::Match => accepted,
            Answer::Mismatch | Answer::Unsupported => !accepted,
            // What the description needs and the row does not have. The rows that every system refuses have nothing.
            Answer::Missing => !accepted && line.id == "*",
        };
        let expected = match &line.exception {
            None if agrees => continue,
            None => return Err(format!("{told}: {answer:?}, accepted: {accepted}").into()),
            Some(expected) => *expected,
        };
        if agrees {
            return Err(format!(
                "{told}: {answer:?}, so that line {} of systems.tsv is no exception any more",
                line.number
            )
            .into());
        }
        if answer != expected {
            return Err(format!("{told}: {answer:?} instead of {expected:?}").into());
        }
    }
    Ok(())
}

/// What the systems that the line names make of a row; more than one for `*`, every system there is.
fn answers(
    systems: &Systems,
    line: &Line,
    row: &table::Row,
) -> Result<Vec<(String, Answer)>, Failed> {
    match &*line.id {
        "phpbb2" | "phorum" => Ok(vec![(line.id.clone(), code::held(row)?)]),
        "*" => Ok(systems
            .all()
            .flat_map(|system| {
                system.kinds().into_iter().map(|kind| {
                    let told = format!("{} {kind:?}", system.spec.id());
                    (told, system.answer(line, row, &kind))
                })
            })
            .collect()),
        id => {
            let system = systems.of(id)?;
            Ok(vec![(id.to_owned(), system.answer(line, row, &line.alias))])
        }
    }
}
