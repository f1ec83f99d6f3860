//! Lists `systems/`: a system is found by lying there, and no list names it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a build script fails by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folders under `systems/`, each a feature of the same name.
const CATEGORIES: [&str; 4] = ["forum", "cms", "groupware", "other"];

fn main() {
    let systems = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("systems");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut list = String::from("&[\n");
    for category in CATEGORIES {
        let folder = systems.join(category);
        println!("cargo::rerun-if-changed={}", folder.display());
        let feature = format!("CARGO_FEATURE_{}", category.to_uppercase());
        let wanted = env::var_os(feature).is_some();
        for file in files(&folder) {
            println!("cargo::rerun-if-changed={}", file.display());
            let System {
                id,
                name,
                prefix,
                text,
            } = shortened(&file);
            if let Some(other) = seen.insert(id.clone(), file.clone()) {
                panic!(
                    "{} and {} are both called {id}: every system has an id of its own",
                    other.display(),
                    file.display()
                );
            }
            if wanted {
                let copy = out.join(format!("{id}.toml"));
                fs::write(&copy, text).unwrap();
                writeln!(
                    list,
                    "    SystemFile {{ category: {category:?}, id: {id:?}, name: {name:?}, default_prefix: {prefix:?}, text: include_str!({copy:?}) }},"
                )
                .unwrap();
            }
        }
    }
    list.push(']');
    fs::write(out.join("systems.rs"), list).unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

struct System {
    id: String,
    name: String,
    prefix: String,
    /// The description without the vectors: only tests want those, and they read the file itself.
    text: String,
}

fn shortened(file: &Path) -> System {
    let text =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut table: toml::Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let word = |key: &str| {
        let value = table.get(key).and_then(toml::Value::as_str);
        value.map(str::to_owned)
    };
    let id = file.file_stem().unwrap().to_string_lossy().into_owned();
    assert_eq!(
        word("id").as_ref(),
        Some(&id),
        "{}: write id = {id:?}, the name of the file",
        file.display()
    );
    let name = word("name").unwrap_or_else(|| panic!("{}: `name` is missing", file.display()));
    let prefix = word("default_prefix").unwrap_or_default();
    table.remove("vector");
    System {
        id,
        name,
        prefix,
        text: table.to_string(),
    }
}
