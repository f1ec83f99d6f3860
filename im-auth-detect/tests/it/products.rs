//! The configuration files of products: each key says what `tests/files/expected.tsv` says, beyond doubt.

use std::collections::BTreeSet;
use std::path::Path;

use im_auth_detect::{ConfigFile, DatabaseUrl, Kind, ReadError, ReadOptions};

use crate::say::certain;

const EXPECTED: &str = include_str!("../files/expected.tsv");

fn files() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files"))
}

#[test]
fn every_key_of_every_product_says_what_it_should() {
    let mut products = BTreeSet::new();
    let mut keys = 0;
    for line in EXPECTED.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [product, path, key, value] = fields[..] else {
            panic!("four fields: {line}")
        };
        let folder = files().join(product);
        let mut options = ReadOptions::new().within(&folder);
        let key = match key.strip_prefix("json:") {
            Some(key) => {
                options = options.kind(Kind::Json);
                key
            }
            None => key,
        };
        let file = ConfigFile::read_with(folder.join(path), &options)
            .unwrap_or_else(|error| panic!("{product}: {error}"));
        assert_eq!(certain(&file, key), value, "{product}: {key}");
        products.insert(product);
        keys += 1;
    }
    assert!(products.len() >= 45, "{} products", products.len());
    let folders: BTreeSet<String> = std::fs::read_dir(files())
        .expect("the folder of files")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        folders
            .iter()
            .all(|folder| products.contains(folder.as_str())),
        "each folder is expected to say something"
    );
    println!("{} products, {keys} keys", products.len());
}

#[test]
fn the_urls_of_kimai_and_drupal_6_are_taken_apart() {
    for (path, key, user, password, name) in [
        ("kimai/.env", "DATABASE_URL", "minute", "t@ck", "clock"),
        (
            "drupal6/sites/default/settings.php",
            "$db_url",
            "orchard",
            "p@ear/plum",
            "orchard6",
        ),
    ] {
        let file = ConfigFile::read(files().join(path)).expect("read");
        let url = DatabaseUrl::parse(&certain(&file, key)).expect("a URL");
        assert_eq!(url.user.as_deref(), Some(user));
        assert_eq!(
            url.password
                .as_ref()
                .and_then(|password| password.expose_str()),
            Some(password)
        );
        assert_eq!(url.database.as_deref(), Some(name));
    }
}

#[test]
fn mambo_and_joomla_are_told_apart_by_what_their_files_contain() {
    let joomla = ConfigFile::read(files().join("joomla/configuration.php")).expect("read");
    let mambo = ConfigFile::read(files().join("mambo/configuration.php")).expect("read");
    assert!(joomla.contains("class JConfig") && !joomla.contains("$mosConfig_host"));
    assert!(mambo.contains("$mosConfig_host") && !mambo.contains("class JConfig"));
}

#[test]
fn a_file_cut_off_anywhere_is_an_answer_or_an_error() {
    let paths: BTreeSet<&str> = EXPECTED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.match_indices('\t').nth(1).map(|(at, _)| &line[..at]))
        .collect();
    for path in paths {
        let path = files().join(path.replace('\t', "/"));
        let bytes = std::fs::read(&path).expect("read");
        let kind = Kind::guess(&path).expect("a known name");
        for end in (0..bytes.len()).step_by(29) {
            if let Err(ReadError::TooComplex { what }) = ConfigFile::parse(kind, &bytes[..end]) {
                panic!("{} up to byte {end}: {what}", path.display());
            }
        }
    }
}
