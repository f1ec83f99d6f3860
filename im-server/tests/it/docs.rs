//! The documentation shows configurations that the server accepts.

use std::path::{Path, PathBuf};

use im_server::config::{Config, Environment};

/// Every page that people read.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = vec![root.join("README.md"), root.join("im-server/README.md")];
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages
}

/// The blocks of TOML in a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
}

/// Files that hold a secret are there on the machine the page speaks of; here they lie in a folder of the test's.
fn with_secrets(block: &str, folder: &Path) -> String {
    let secret = folder.join("secret");
    std::fs::write(&secret, "a secret").unwrap();
    let lines = block.lines().map(|line| match line.split_once(" = ") {
        Some((key, _)) if key.ends_with("_file") => {
            format!("{key} = {:?}", secret.display().to_string())
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_configuration_in_the_documentation_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for block in blocks(&text).filter(|block| block.contains("[[site]]")) {
            let block = with_secrets(block, folder.path());
            let read = Config::parse(&block, Path::new("im.toml"), &Environment::default());
            if let Err(error) = read {
                panic!("{}: {error}\n{block}", page.display());
            }
            seen += 1;
        }
    }
    assert!(seen >= 7, "only {seen} configurations");
}
