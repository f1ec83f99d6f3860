//! `im-auth systems` and `im-auth explain`: the catalogue, as people and programs read it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn im_auth(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_im-auth"))
        .args(arguments)
        .output()
        .expect("the command runs")
}

fn printed(arguments: &[&str]) -> String {
    let output = im_auth(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn catalogue() -> Vec<Value> {
    serde_json::from_str(&printed(&["systems", "--json"])).expect("a JSON array")
}

#[test]
fn the_catalogue_holds_every_system_with_what_is_known_of_it() {
    let catalogue = catalogue();
    assert!(catalogue.len() >= 190, "{} systems", catalogue.len());
    let mut ids = BTreeSet::new();
    for system in &catalogue {
        let text = |key: &str| system[key].as_str().unwrap_or_default().to_owned();
        let id = text("id");
        for key in [
            "name", "category", "versions", "status", "kind", "source", "verified",
        ] {
            assert!(!text(key).is_empty(), "{id} says nothing about its {key}");
        }
        assert!(
            system["formats"]
                .as_array()
                .is_some_and(|formats| !formats.is_empty()),
            "{id} names no format"
        );
        assert!(ids.insert(id.clone()), "{id} is there twice");
    }
    for id in [
        "phpbb2",
        "phorum",
        "ldap",
        "phpbb3",
        "wordpress",
        "mybb",
        "discourse",
        "punbb1.4",
    ] {
        assert!(ids.contains(id), "{id} is missing");
    }
}

#[test]
fn people_get_a_line_for_each_of_a_category() {
    let all = printed(&["systems"]);
    assert_eq!(all.lines().count(), catalogue().len());
    let forums = printed(&["systems", "--category", "forum"]);
    assert!(forums.lines().count() < all.lines().count());
    assert!(forums.contains("MyBB") && !forums.contains("WordPress"));
    let output = im_auth(&["systems", "--category", "forums"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("groupware"));
}

#[test]
fn a_page_is_written_about_each_system_and_a_table_of_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pages");
    printed(&["systems", "--pages", path.to_str().expect("UTF-8")]);
    let table = std::fs::read_to_string(path.join("README.md")).expect("the table");
    for system in catalogue() {
        let id = system["id"].as_str().expect("an id");
        assert!(table.contains(&format!("[`{id}`]({id}.md)")), "{id}");
        let page = std::fs::read_to_string(path.join(format!("{id}.md"))).expect(id);
        assert!(
            page.starts_with(&format!("# {}\n", system["name"].as_str().unwrap())),
            "{id}"
        );
        for part in [
            &*format!("system = \"{id}\""),
            "## Stored passwords",
            "## Where this comes from",
        ] {
            assert!(page.contains(part), "{id} lacks {part:?}");
        }
        for limit in system["limits"].as_array().expect("limits") {
            assert!(page.contains(limit.as_str().unwrap()), "{id}");
        }
        if system["kind"] == "description" {
            assert!(
                page.contains("SELECT") && page.contains("| format |"),
                "{id}"
            );
        }
        if !system["secret"].is_null() {
            assert!(page.contains("secret_file"), "{id}");
        }
    }
}

#[test]
fn every_system_is_explained_on_every_database_it_runs_on() {
    for system in catalogue() {
        let id = system["id"].as_str().expect("an id");
        if system["kind"] == "code" {
            assert!(printed(&["explain", id]).starts_with("# im-auth-"), "{id}");
        }
    }
    // One of each kind; the library's own tests go through all.
    for (id, engine, words) in [
        (
            "mybb",
            "mysql",
            [
                "`mybb_users`",
                "GRANT SELECT ON `DATABASE`.`mybb_users` TO im_ro;",
            ],
        ),
        (
            "discourse",
            "postgres",
            [
                "\"users\"",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO im_ro;",
            ],
        ),
        ("phpbb3", "sqlite", ["`phpbb_users`", "phpass"]),
    ] {
        let text = printed(&["explain", id, "--engine", engine]);
        for word in words {
            assert!(
                text.contains(word),
                "{id} on {engine} lacks {word:?}:\n{text}"
            );
        }
    }
    let text = printed(&["explain", "mybb", "--prefix", "forum_"]);
    assert!(
        text.contains("`forum_users`") && !text.contains("mybb_users"),
        "{text}"
    );
}

#[test]
fn a_description_of_ones_own_is_explained_and_its_mistakes_are_pointed_at() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/my-portal.toml");
    let text = printed(&["explain", example.to_str().unwrap()]);
    assert!(text.contains("`portal_members`"), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    let wrong = std::fs::read_to_string(&example)
        .unwrap()
        .replace("by_login = [", "by_logn = [");
    std::fs::write(&file, wrong).unwrap();
    let output = im_auth(&["explain", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("mine.toml:"), "{errors}");
    assert!(
        errors.contains("by_logn") && errors.contains("by_login"),
        "{errors}"
    );
}

#[test]
fn an_unknown_system_is_answered_with_the_one_that_is_meant() {
    let output = im_auth(&["explain", "wordpres"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("did you mean \"wordpress\""), "{errors}");
}

#[test]
fn the_schema_is_of_the_keys_that_descriptions_have() {
    let schema: Value = serde_json::from_str(&printed(&["systems", "--schema"])).unwrap();
    let keys = schema["properties"].as_object().expect("properties");
    for key in [
        "id", "formats", "user", "groups", "unread", "config", "schema", "vector",
    ] {
        assert!(keys.contains_key(key), "{key}");
    }
    assert!(keys["formats"]["description"].as_str().is_some());
}
