//! Nothing that IntraMessenger 2.0.6 signed people in with is lost: `legacy.tsv` has its ids and
//! names.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly, too")]

#[path = "catalogue/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use im_auth_sql::spec::{Expect, SystemSpec};
use table::Table;

/// What is an adapter in code.
const CODE: [&str; 3] = ["phpbb2", "phorum", "ldap"];

/// Every description as it lies in `systems/`, with its vectors.
fn files() -> Vec<SystemSpec> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("systems");
    let entries = |path: &Path| -> Vec<PathBuf> {
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .map(|entry| entry.expect("a readable folder").path())
            .collect();
        entries.sort();
        entries
    };
    entries(&folder)
        .iter()
        .filter(|path| path.is_dir())
        .flat_map(|category| entries(category))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .map(|path| SystemSpec::load(path).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

fn none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn every_system_of_2_0_6_is_there() {
    let legacy = Table::read("legacy.tsv").rows;
    assert_eq!(legacy.len(), 173);
    let ids: BTreeSet<&str> = legacy.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids.len(), legacy.len(), "an id twice");
    let specs = files();
    // `legacy` says which of two generations the old id meant; otherwise ids are what they were.
    let mut there: BTreeMap<&str, &str> = BTreeMap::new();
    let mut twice = Vec::new();
    for (spec, id) in specs.iter().filter_map(|spec| Some((spec, spec.legacy()?))) {
        if let Some(other) = there.insert(id, spec.id()) {
            twice.push(format!("{id}: {other} and {}", spec.id()));
        }
    }
    none(&twice, "ids of 2.0.6 that two systems claim");
    there.extend(specs.iter().map(|spec| (spec.id(), spec.id())));
    let missing: Vec<String> = legacy
        .iter()
        .filter(|row| !there.contains_key(&row["id"]) && !CODE.contains(&&row["id"]))
        .map(|row| format!("{} ({}), line {}", &row["id"], &row["name"], row.number))
        .collect();
    none(&missing, "systems of 2.0.6 that are lost");
    let unknown: Vec<String> = specs
        .iter()
        .filter_map(|spec| Some((spec, spec.legacy()?)))
        .filter(|(_, id)| !ids.contains(id))
        .map(|(spec, id)| format!("{}: legacy = {id:?}", spec.id()))
        .collect();
    none(&unknown, "ids that 2.0.6 never had");
}

#[test]
fn every_system_refuses_a_wrong_password() {
    let lacking: Vec<String> = files()
        .iter()
        .filter(|spec| {
            let mut vectors = spec.vectors().iter();
            !vectors.any(|vector| {
                let wrong = vector
                    .wrong
                    .iter()
                    .any(|wrong| *wrong != vector.password && !wrong.is_empty());
                vector.expect == Expect::Accepted && wrong
            })
        })
        .map(|spec| spec.file_name().to_owned())
        .collect();
    none(&lacking, "systems that no wrong password is tried with");
}
