//! Small systems described by data, each with something hard in it, examined on every engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use im_auth_sql::Engine;
use im_auth_sql::spec::SystemSpec;
use im_testkit::systems::examine;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/systems")
        .join(name)
}

fn load(name: &str) -> Arc<SystemSpec> {
    Arc::new(SystemSpec::load(file(name)).unwrap())
}

async fn passes(name: &str) {
    let complaints = examine(&load(name), None).await;
    let text: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(text.is_empty(), "{}", text.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_passwords_may_lie_in_two_tables_and_some_columns_be_missing() {
    passes("join.toml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tables_of_accounts_are_asked_in_order() {
    passes("two-tables.toml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_may_be_rows_of_names_and_values() {
    passes("properties.toml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_needed_only_by_the_rows_that_use_it() {
    passes("secret.toml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_secrets_are_tried_and_none_at_all() {
    passes("peppers.toml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examination_complains_of_what_is_wrong() {
    let text = std::fs::read_to_string(file("secret.toml")).unwrap();
    let changed = [
        (
            "user = { unread = 5 }",
            "user = { unread = 4 }",
            "expected 4 unread, got Some(5)",
        ),
        (
            "expect = \"pending_activation\"",
            "expect = \"banned\"",
            "expected banned, got pending_activation",
        ),
        (
            "wrong = [\"its\"]",
            "wrong = [\"it's\"]",
            "expected wrong_password, got accepted",
        ),
        (
            "formats = [\"md5($secret.$pass)\", ",
            "formats = [\"md5($secret.$pass)\", \"md5($pass)\", ",
            "no accepted vector has the format \"md5($pass)\"",
        ),
        ("verified = ", "# ", "`verified` is missing"),
    ];
    for (from, to, complaint) in changed {
        assert!(text.contains(from), "{from}");
        let spec = SystemSpec::parse(&text.replace(from, to), "changed.toml").unwrap();
        let complaints = examine(&Arc::new(spec), Some(&[Engine::Sqlite])).await;
        assert!(
            complaints
                .iter()
                .any(|one| one.to_string().contains(complaint)),
            "{complaint}: {complaints:?}"
        );
    }
}
