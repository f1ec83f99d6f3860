//! The `im-auth` command: exit codes and JSON, as promised.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use im_testkit::{MariaDb, SqliteFile};
use serde_json::Value;

/// What the command did.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// Standard output as one JSON object.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Standard output as one JSON object a line.
    fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n{}\n{}", self.code, self.out, self.err)
    }
}

/// Runs `im-auth check` with standard input and environment.
fn check(arguments: &[&str], input: impl AsRef<[u8]>, environment: &[(&str, &str)]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_im-auth"))
        .arg("check")
        .args(arguments)
        .env_remove("IM_AUTH_DATABASE")
        .env_remove("IM_AUTH_DATABASE_PASSWORD")
        .env_remove("IM_AUTH_SECRET")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    // A command that stops at its arguments reads nothing.
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_ref())
        .ok();
    let output = child.wait_with_output().expect("the command ends");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A sample Phorum: Alice (`correct horse`), Ines (inactive), Sha (a digest of unknown format).
const PASSWORD: &str = "correct horse";

fn phorum_script(board: &im_auth_phorum::sample::Board) -> String {
    use im_auth_phorum::sample::Member;
    [
        board.create(),
        board.register(&Member::new("Alice", PASSWORD).id(2).email("alice@example.org").language("french")),
        board.register(&Member::new("Ines", "inactive").id(3)),
        board.deactivate(3),
        board.register(&Member::new("Sha", "x").id(4)),
        "UPDATE `phorum_users` SET password = '7c4a8d09ca3762af61e59520943dc26494f8941b' WHERE user_id = 4;\n".into(),
        board.register(&Member::new("Tab\"'\\", " p#\"'\\ä,;").id(5)),
        board.register(&Member::new("Banned", "banned").id(6)),
        board.ban(6),
        board.register(&Member::new("-=Bob=-", PASSWORD).id(7)),
    ]
    .concat()
}

async fn phorum() -> SqliteFile {
    let board = im_auth_phorum::sample::Board::sqlite("phorum").expect("a prefix");
    let file = SqliteFile::create().await;
    file.execute(&phorum_script(&board)).await;
    file
}

/// The usual arguments, and the rest.
fn with<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["--system", "phorum", "--database", url, "--json"];
    arguments.extend(more);
    arguments
}

const ALICE: [&str; 3] = ["--username", "alice", "--password-stdin"];

#[tokio::test]
async fn accepted_is_0_and_says_who() {
    let board = phorum().await;
    let url = board.url();
    let ran = check(&with(&url, &ALICE), PASSWORD, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let json = ran.json();
    assert_eq!(json["verdict"], "accepted");
    let user = &json["user"];
    assert_eq!(user["realm"], "phorum");
    assert_eq!(user["id"], "2");
    assert_eq!(user["name"], "Alice");
    assert_eq!(user["email"], "alice@example.org");
    assert_eq!(user["language"], "fr");
    assert_eq!(user["registered_at"], "2005-01-01T00:00:00Z");
    assert_eq!(ran.err, "");
}

#[tokio::test]
async fn rejected_is_1_and_says_why() {
    let board = phorum().await;
    let url = board.url();
    for (name, password, reason) in [
        ("Alice", "wrong", "wrong_password"),
        ("Nobody", PASSWORD, "unknown_user"),
        ("Ines", "inactive", "inactive"),
        ("Ines", "wrong", "wrong_password"),
    ] {
        let ran = check(
            &with(&url, &["--username", name, "--password-stdin"]),
            password,
            &[],
        );
        assert_eq!(ran.code, Some(1), "{ran}");
        assert_eq!(
            ran.out,
            format!("{{\"verdict\":\"rejected\",\"reason\":\"{reason}\"}}\n")
        );
    }
}

#[tokio::test]
async fn an_error_is_2_and_names_its_kind() {
    let board = phorum().await;
    let url = board.url();
    let kind = |arguments: &[&str]| {
        let ran = check(arguments, PASSWORD, &[]);
        assert_eq!(ran.code, Some(2), "{ran}");
        let json = ran.json();
        assert_eq!(json["verdict"], "error");
        assert!(
            json["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        json["kind"].as_str().expect("a kind").to_owned()
    };
    assert_eq!(
        kind(&with(&url, &["--username", "Sha", "--password-stdin"])),
        "unsupported_hash"
    );
    assert_eq!(
        kind(&with("mysql://im_ro@127.0.0.1:1/forum", &ALICE)),
        "unavailable"
    );
    assert_eq!(
        kind(&with("ftp://example.org/forum", &ALICE)),
        "configuration"
    );
    assert_eq!(
        kind(&with(
            &url,
            &[
                "--username",
                "Alice",
                "--password-stdin",
                "--prefix",
                "other"
            ]
        )),
        "schema"
    );
    assert_eq!(
        kind(&with(
            &url,
            &[
                "--username",
                "Alice",
                "--password-stdin",
                "--prefix",
                "phorum_"
            ]
        )),
        "configuration"
    );
    assert_eq!(
        kind(&with(
            &url,
            &[
                "--username",
                "Alice",
                "--password-stdin",
                "--bans",
                "sometimes"
            ]
        )),
        "configuration"
    );
}

#[tokio::test]
async fn an_unknown_system_is_answered_with_the_one_that_is_meant() {
    let arguments = [
        "--system",
        "phorun",
        "--database",
        "sqlite:/x",
        "--json",
        "--username",
        "a",
        "--password-stdin",
    ];
    let ran = check(&arguments, "x", &[]);
    assert_eq!(ran.code, Some(2), "{ran}");
    let detail = ran.json()["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains("did you mean \"phorum\""), "{detail}");
    assert!(detail.contains("im-auth systems"), "{detail}");
}

#[tokio::test]
async fn without_json_the_answer_is_for_people() {
    let board = phorum().await;
    let url = board.url();
    let arguments = [
        "--system",
        "phorum",
        "--database",
        &url,
        "--username",
        "Alice",
        "--password-stdin",
    ];
    let accepted = check(&arguments, PASSWORD, &[]);
    assert_eq!(accepted.code, Some(0));
    assert!(
        accepted.out.starts_with("accepted: Alice (phorum:2)\n"),
        "{accepted}"
    );
    let rejected = check(&arguments, "wrong", &[]);
    assert_eq!(
        (rejected.code, rejected.out.as_str()),
        (Some(1), "rejected: wrong_password\n")
    );
}

#[tokio::test]
async fn the_last_line_ending_is_not_part_of_the_password() {
    let board = phorum().await;
    let url = board.url();
    for password in ["correct horse\n", "correct horse\r\n"] {
        assert_eq!(check(&with(&url, &ALICE), password, &[]).code, Some(0));
    }
}

#[tokio::test]
async fn without_a_terminal_the_password_must_come_from_standard_input() {
    let board = phorum().await;
    let url = board.url();
    let ran = check(&with(&url, &["--username", "Alice"]), PASSWORD, &[]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.out.contains("--password-stdin"), "{ran}");
}

#[tokio::test]
async fn the_address_comes_from_a_file_or_the_environment_too() {
    let board = phorum().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("db.url");
    std::fs::write(&file, board.url() + "\n").expect("written");
    let file = file.to_str().expect("UTF-8");
    let rest = [
        "--system",
        "phorum",
        "--username",
        "Alice",
        "--password-stdin",
    ];
    let from_file = check(
        &[&rest[..], &["--database-file", file]].concat(),
        PASSWORD,
        &[],
    );
    assert_eq!(from_file.code, Some(0), "{from_file}");
    let from_environment = check(&rest, PASSWORD, &[("IM_AUTH_DATABASE", &board.url())]);
    assert_eq!(from_environment.code, Some(0), "{from_environment}");
    let from_nowhere = check(&rest, PASSWORD, &[]);
    assert_eq!(from_nowhere.code, Some(2), "{from_nowhere}");
    assert!(
        from_nowhere.out.contains("--database-file"),
        "{from_nowhere}"
    );
}

#[tokio::test]
async fn a_batch_answers_every_line_in_order_and_literally() {
    let board = phorum().await;
    let url = board.url();
    let batch = "Alice\tcorrect horse\n\
                 Alice\twrong\n\
                 no tab in this line\n\
                 Tab\"'\\\t p#\"'\\ä,;\n\
                 Alice\tcorrect horse\r\n\
                 \"Alice\"\tcorrect horse\n\
                 Sha\tx\n\
                 \tno name\n\
                 Alice\t\n\
                 alice\tcorrect horse";
    let mut bytes = batch.as_bytes().to_vec();
    bytes.extend(b"\nZo\xe9\tx\n");
    let folder = tempfile::tempdir().expect("a folder");
    let file: PathBuf = folder.path().join("accounts.tsv");
    std::fs::write(&file, &bytes).expect("written");
    let by_file = check(
        &with(&url, &["--batch", file.to_str().expect("UTF-8")]),
        "",
        &[],
    );
    let by_input = check(&with(&url, &["--batch", "-"]), &bytes, &[]);
    assert_eq!(by_file.out, by_input.out);
    assert_eq!(by_file.code, Some(2), "the worst of the answers");
    let answers: Vec<String> = by_file
        .lines()
        .iter()
        .zip(1..)
        .map(|(json, line)| {
            assert_eq!(json["line"], line);
            let what = json["verdict"].as_str().expect("a verdict");
            let why = json
                .get("reason")
                .or(json.get("kind"))
                .and_then(Value::as_str);
            [what, why.unwrap_or_default()].join(" ")
        })
        .collect();
    assert_eq!(
        answers,
        [
            "accepted ",
            "rejected wrong_password",
            "error input",
            "accepted ",
            // Phorum trims the carriage return; the command does not.
            "accepted ",
            "rejected unknown_user",
            "error unsupported_hash",
            "rejected unknown_user",
            "rejected wrong_password",
            "accepted ",
            "error input",
        ]
    );
    assert!(
        by_file.lines()[2]["detail"]
            .as_str()
            .expect("a detail")
            .contains("line 3 ")
    );
    assert_eq!(by_file.lines()[3]["username"], "Tab\"'\\");
}

#[tokio::test]
async fn a_batch_ends_with_the_worst_of_its_answers() {
    let board = phorum().await;
    let url = board.url();
    let code = |input: &str| check(&with(&url, &["--batch", "-"]), input, &[]).code;
    assert_eq!(code(""), Some(0));
    assert_eq!(code("Alice\tcorrect horse\n"), Some(0));
    assert_eq!(code("Alice\tcorrect horse\nAlice\twrong\n"), Some(1));
    assert_eq!(code("Alice\twrong\nAlice\n"), Some(2));
}

#[tokio::test]
async fn a_long_batch_keeps_its_order() {
    let board = phorum().await;
    let url = board.url();
    let input: String = (0..500)
        .map(|n| {
            let password = if n % 3 == 0 { PASSWORD } else { "wrong" };
            format!("Alice\t{password}\n")
        })
        .collect();
    let lines = check(&with(&url, &["--batch", "-"]), input, &[]).lines();
    assert_eq!(lines.len(), 500);
    for (n, json) in lines.iter().enumerate() {
        assert_eq!(json["line"], n + 1);
        let expected = if n % 3 == 0 { "accepted" } else { "rejected" };
        assert_eq!(json["verdict"], expected, "{json}");
    }
}

#[tokio::test]
async fn a_name_may_begin_with_a_hyphen() {
    let board = phorum().await;
    let url = board.url();
    let bob = ["--username", "-=Bob=-", "--password-stdin"];
    let ran = check(&with(&url, &bob), PASSWORD, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.json()["user"]["name"], "-=Bob=-");
    let long = ["--username", "--nobody", "--password-stdin"];
    let ran = check(&with(&url, &long), PASSWORD, &[]);
    assert_eq!(ran.json()["reason"], "unknown_user", "{ran}");
}

#[tokio::test]
async fn a_secret_that_is_not_needed_is_warned_about_and_ignored() {
    let board = phorum().await;
    let url = board.url();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("site.secret");
    std::fs::write(&file, "hush-hush\n").expect("written");
    let file = file.to_str().expect("UTF-8");
    for (more, environment) in [
        (&["--secret", "hush-hush"][..], &[][..]),
        (&["--secret-file", file], &[]),
        (&[], &[("IM_AUTH_SECRET", "hush-hush")]),
    ] {
        let arguments = with(&url, &[&ALICE[..], more].concat());
        let ran = check(&arguments, PASSWORD, environment);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(ran.err.contains("phorum needs no secret"), "{ran}");
        assert!(!ran.err.contains("hush-hush"), "{ran}");
    }
}

#[tokio::test]
async fn however_many_a_closed_board_turns_away_its_administrators_come_in() {
    use im_auth_phpbb2::sample::{Board, Member};
    let board = Board::sqlite("phpbb_").expect("a prefix");
    let file = SqliteFile::create().await;
    file.execute(
        &[
            board.create(),
            board.register(&Member::new("Admin", PASSWORD).id(2)),
            board.register(&Member::new("Alice", PASSWORD).id(3)),
            "UPDATE phpbb_users SET user_level = 1 WHERE user_id = 2;\n".into(),
            "UPDATE phpbb_config SET config_value = '1' WHERE config_name = 'board_disable';\n"
                .into(),
        ]
        .concat(),
    )
    .await;
    let url = file.url();
    let arguments = [
        "--system",
        "phpbb2",
        "--database",
        &url,
        "--board-disable",
        "follow",
        "--batch",
        "-",
    ];
    let batch = format!("Alice\t{PASSWORD}\n").repeat(100) + &format!("Admin\t{PASSWORD}\n");
    let ran = check(&arguments, batch, &[]);
    let lines = ran.lines();
    assert_eq!(lines.len(), 101, "{ran}");
    for turned_away in &lines[..100] {
        assert_eq!(turned_away["kind"], "closed", "{turned_away}");
    }
    assert_eq!(lines[100]["verdict"], "accepted", "{}", lines[100]);
}

#[tokio::test]
async fn strict_bans_refuse_whom_the_product_lets_in() {
    let board = phorum().await;
    let url = board.url();
    let banned = ["--username", "Banned", "--password-stdin"];
    assert_eq!(check(&with(&url, &banned), "banned", &[]).code, Some(0));
    let strict = check(
        &with(&url, &[&banned[..], &["--bans", "strict"]].concat()),
        "banned",
        &[],
    );
    assert_eq!(strict.code, Some(1), "{strict}");
    assert_eq!(strict.json()["reason"], "banned");
}

#[tokio::test]
async fn both_systems_on_mariadb_through_an_account_that_may_only_read() {
    let server = MariaDb::shared().await;
    let phorum = server
        .create_database("utf8mb3", "utf8mb3_general_ci")
        .await;
    let board = im_auth_phorum::sample::Board::mysql("phorum").expect("a prefix");
    phorum.execute(&phorum_script(&board)).await;
    let ran = check(
        &with(
            &phorum.reader_url(),
            &["--username", "ÁLICE", "--password-stdin"],
        ),
        PASSWORD,
        &[],
    );
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.json()["user"]["name"], "Alice");

    let phpbb = server.create_database("latin1", "latin1_swedish_ci").await;
    let board = im_auth_phpbb2::sample::Board::mysql("phpbb_").expect("a prefix");
    let alice = im_auth_phpbb2::sample::Member::new("Alice", "it's \\ mine").id(2);
    phpbb
        .execute(&(board.create() + &board.register(&alice)))
        .await;
    let url = phpbb.reader_url();
    let arguments = [
        "--system",
        "phpbb2",
        "--database",
        &url,
        "--json",
        "--username",
        "alice",
        "--password-stdin",
    ];
    let ran = check(&arguments, "it's \\ mine", &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.json()["user"]["realm"], "phpbb2");
    let batch = ["--system", "phpbb2", "--database", &url, "--batch", "-"];
    let ran = check(&batch, "Alice\tit's \\ mine\nalice\twrong\n", &[]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(ran.lines().len(), 2);
}

#[tokio::test]
async fn a_password_in_the_arguments_is_warned_about_and_never_repeated() {
    let server = MariaDb::shared().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    let secret = database.reader_password().to_owned();
    let url = database.reader_url();
    // No tables: an error that says much.
    let warned = check(&with(&url, &ALICE), PASSWORD, &[("IM_AUTH_LOG", "trace")]);
    assert_eq!(warned.code, Some(2), "{warned}");
    assert!(warned.err.contains("--database-file"), "{warned}");
    let quiet = check(
        &["--system", "phorum", "--username", "x", "--password-stdin"],
        PASSWORD,
        &[("IM_AUTH_DATABASE", &url)],
    );
    assert!(!quiet.err.contains("warning"), "{quiet}");
    for ran in [&warned, &quiet] {
        assert!(
            !ran.out.contains(&secret) && !ran.err.contains(&secret),
            "the account's password"
        );
        assert!(
            !ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD),
            "the typed password"
        );
    }
    let with_name = url.replace(&format!(":{secret}@"), "@");
    let arguments = with(&with_name, &ALICE);
    let apart = check(
        &arguments,
        PASSWORD,
        &[("IM_AUTH_DATABASE_PASSWORD", &secret)],
    );
    assert_eq!(apart.json()["kind"], "schema", "{apart}");
    assert!(!apart.err.contains("warning"), "{apart}");
}

#[test]
fn wrong_arguments_are_an_error_too() {
    for arguments in [
        &["--system", "phorum"][..],
        &["--system", "phorum", "--username", "a", "--batch", "-"],
        &["--username", "a"],
        &[
            "--system",
            "phorum",
            "--username",
            "a",
            "--password",
            "secret",
        ],
    ] {
        assert_eq!(check(arguments, "", &[]).code, Some(2), "{arguments:?}");
    }
}
