//! The command line.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use time::format_description::well_known::Rfc3339;

use crate::support::process::{program, run};
use crate::support::{Conf, Phpbb2, Process, Site, Store, StoreKind, json};

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs `im-server admin` with a password on standard input.
fn admin(file: &str, arguments: &[&str], password: &str) -> Output {
    let mut child = program()
        .args(["admin", "--config", file])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(password.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn config_explain_prints_a_configuration() {
    let output = run(&["config", "explain"]);
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("[[site]]")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn config_check_connects_to_everything() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    let store = Store::new(StoreKind::MariaDb).await;
    let file = store.file("im.toml");
    let conf = forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "");
    std::fs::write(&file, conf.text()).unwrap();
    let output = run(&["config", "check", "--config", file.to_str().unwrap()]);
    let told = text(&output);
    assert!(output.status.success(), "{told}");
    for expected in [
        "store: connects; the next start changes its tables (0001_start, 0002_told_seq)",
        "realm phpbb2: phpBB 2",
        "1 accounts",
        "warning: `public_url` is not set",
        "everything works",
    ] {
        assert!(told.contains(expected), "{expected} in\n{told}");
    }
    assert!(!told.contains(forum.database.reader_password()), "{told}");

    let wrong = conf
        .text()
        .replace("prefix = \"phpbb_\"", "prefix = \"forum_\"");
    std::fs::write(&file, wrong).unwrap();
    let output = run(&["config", "check", "--config", file.to_str().unwrap()]);
    let told = text(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("realm phpbb2: ERROR")
            && told.contains("forum_users")
            && told.contains("look at `system`, `database` and `prefix`"),
        "{told}"
    );
}

/// Every file of a folder, with what is in it; sockets without.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap_or_default();
            (path, bytes)
        })
        .collect()
}

/// Runs `im-server config check`, which leaves every file as it is; what it says.
#[track_caller]
fn check(folder: &Path, file: &Path) -> (bool, String) {
    let before = contents(folder);
    let output = run(&["config", "check", "--config", file.to_str().unwrap()]);
    let told = text(&output);
    let changed = contents(folder);
    assert_eq!(
        changed.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>(),
        "{told}"
    );
    for (path, bytes) in changed {
        // The index of a log is in memory that processes share, and no data.
        let shared = path.to_string_lossy().ends_with("-shm");
        assert!(shared || before[&path] == bytes, "{}", path.display());
    }
    (output.status.success(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn config_check_changes_nothing() {
    let store = Store::new(StoreKind::Sqlite).await;
    let (folder, file) = (store.folder.path(), store.file("im.toml"));
    let conf = Conf::new(&store).site("/im/", &["local"], "");
    std::fs::write(&file, conf.text()).unwrap();
    let (good, told) = check(folder, &file);
    assert!(good, "{told}");
    assert!(
        told.contains("not there yet; the first start makes it (0001_start, 0002_told_seq)"),
        "{told}"
    );

    let process = Process::start(&conf, &file).await;
    process.site("/im/").register("Anna", "long enough").await;
    let (good, told) = check(folder, &file);
    assert!(good, "{told}");
    for expected in ["its tables are up to date", "in use by a running server"] {
        assert!(told.contains(expected), "{expected} in\n{told}");
    }
    assert!(!process.log().contains("order"), "{}", process.log());
    process.site("/im/").sign_in("Anna", "long enough").await;

    process.kill();
    let (good, told) = check(folder, &file);
    assert!(good, "{told}");
    assert!(told.contains("its tables are up to date"), "{told}");
    assert!(!told.contains("running"), "{told}");

    let process = Process::start(&conf, &file).await;
    process.site("/im/").sign_in("Anna", "long enough").await;
    assert!(process.terminate().await);
    let (good, told) = check(folder, &file);
    assert!(good, "{told}");

    let store = Store::new(StoreKind::MariaDb).await;
    std::fs::write(&file, Conf::new(&store).site("/im/", &["local"], "").text()).unwrap();
    for _ in 0..2 {
        let (good, told) = check(folder, &file);
        assert!(good, "{told}");
        assert!(told.contains("the next start changes its tables"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn config_check_tells_of_a_realm_that_became_another() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    let store = Store::new(StoreKind::Sqlite).await;
    let file = store.file("im.toml");
    let conf = forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "");
    assert!(Process::start(&conf, &file).await.terminate().await);
    std::fs::write(&file, conf.text().replace("phpbb_\"", "board_\"")).unwrap();
    let (good, told) = check(store.folder.path(), &file);
    assert!(!good, "{told}");
    assert!(
        told.contains("realm `phpbb2` was phpbb2 with prefix `phpbb_`")
            && told.contains("--rebind-realm"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_configuration_is_told_with_its_line() {
    let store = Store::new(StoreKind::Sqlite).await;
    let file = store.file("im.toml");
    let conf = Conf::new(&store)
        .root("lissten = \"127.0.0.1:0\"")
        .site("/im/", &["local"], "");
    std::fs::write(&file, conf.text()).unwrap();
    let output = run(&["serve", "--config", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("im.toml:3: unknown key `lissten`; did you mean `listen`?"),
        "{}",
        text(&output)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_start_cannot_use_is_named_with_what_to_do() {
    let store = Store::new(StoreKind::Sqlite).await;
    let file = store.file("im.toml");
    let conf = || Conf::new(&store).site("/im/", &["local"], "");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = busy.local_addr().unwrap();
    let text_of = |conf: Conf| conf.text();
    for (written, says) in [
        (
            text_of(conf()).replace("127.0.0.1:0", &taken.to_string()),
            "another program has it (`ss -ltnp",
        ),
        (
            text_of(conf()).replace("127.0.0.1:0", "203.0.113.5:8080"),
            "this machine has no such address",
        ),
        (
            text_of(conf().root("web_dir = \"nowhere\"")),
            "`web_dir`: there is no",
        ),
        (
            text_of(conf()).replace("sqlite:", "sqlite:/no/such/folder"),
            "cannot open /no/such/folder",
        ),
    ] {
        std::fs::write(&file, written).unwrap();
        let output = run(&["serve", "--config", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{says}");
        let told = text(&output);
        assert!(told.contains(says), "{says} in\n{told}");
        assert!(!told.contains('\u{1b}'), "colours are for people: {told:?}");
    }
    drop(busy);
    let output = run(&[
        "serve",
        "--config",
        store.file("none.toml").to_str().unwrap(),
    ]);
    let told = text(&output);
    assert!(told.contains("im-server config explain >"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administration_works_beside_a_running_server_and_without_one() {
    for kind in [StoreKind::Sqlite, StoreKind::MariaDb] {
        let store = Store::new(kind).await;
        let path = store.file("im.toml");
        let file = path.to_str().unwrap();
        let conf = Conf::new(&store).site("/im/", &["local"], "newcomers_local = \"approval\"");
        std::fs::write(&path, conf.text()).unwrap();
        let made = admin(
            file,
            &["create", "Boss", "--password-stdin"],
            "long enough\n",
        );
        assert!(made.status.success(), "{}", text(&made));

        let process = Process::start(&conf, &path).await;
        let site = process.site("/im/");
        site.sign_in("Boss", "long enough").await;
        let granted = admin(file, &["grant", "local:Boss"], "");
        assert!(granted.status.success(), "{}", text(&granted));
        let me = site
            .sign_in("Boss", "long enough")
            .await
            .get("api/v1/me")
            .await
            .expect(200);
        assert_eq!(me["is_admin"], true);

        for name in ["Anna", "Mallory"] {
            let ask = json!({ "username": name, "password": "long enough" });
            site.post("api/v1/registration", ask).await.expect(202);
        }
        let pending = text(&admin(file, &["pending"], ""));
        assert!(
            pending.contains("local:Anna") && pending.contains("local:Mallory"),
            "{pending}"
        );
        for line in pending.lines() {
            let (_, since) = line.split_once("\tsince ").unwrap();
            let since = time::OffsetDateTime::parse(since, &Rfc3339).unwrap();
            assert!(
                since.offset().is_utc() && pending.contains('Z'),
                "{pending}"
            );
        }
        assert!(admin(file, &["approve", "local:Anna"], "").status.success());
        assert!(
            admin(file, &["refuse", "local:Mallory"], "")
                .status
                .success()
        );
        site.sign_in("Anna", "long enough").await;
        site.try_sign_in("Mallory", "long enough")
            .await
            .problem(401, "invalid_credentials");

        assert!(
            admin(
                file,
                &["passwd", "Anna", "--password-stdin"],
                "even longer\n"
            )
            .status
            .success()
        );
        site.try_sign_in("Anna", "long enough")
            .await
            .problem(401, "invalid_credentials");
        site.sign_in("Anna", "even longer").await;
        let unknown = admin(file, &["grant", "local:Nobody"], "");
        assert_eq!(unknown.status.code(), Some(1), "{}", text(&unknown));
        assert!(process.terminate().await, "SIGTERM is a good end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_a_sqlite_store_is_refused() {
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "");
    let _first = Process::start(&conf, &store.file("one.toml")).await;
    let second = store.file("two.toml");
    std::fs::write(&second, conf.text()).unwrap();
    let output = run(&["serve", "--config", second.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_realm_does_not_silently_become_another() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    let store = Store::new(StoreKind::MariaDb).await;
    let file = store.file("im.toml");
    let conf = forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "");
    drop(Process::start(&conf, &file).await);
    forum.run("RENAME TABLE phpbb_users TO board_users, phpbb_config TO board_config, phpbb_banlist TO board_banlist").await;
    std::fs::write(&file, conf.text().replace("phpbb_\"", "board_\"")).unwrap();
    let refused = run(&["serve", "--config", file.to_str().unwrap()]);
    let told = text(&refused);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("`im-server serve --rebind-realm phpbb2`"),
        "{told}"
    );
    let wrong = ["serve", "--rebind-realm", "phbb2", "--config"];
    let told = text(&run(&[&wrong[..], &[file.to_str().unwrap()]].concat()));
    assert!(told.contains("there is no [realm.phbb2]"), "{told}");
    let moved = conf.prefix("phpbb_", "board_");
    let more = ["--rebind-realm", "phpbb2"];
    drop(Process::start_with(&moved, &file, "info", &more).await);
    drop(Process::start(&moved, &file).await);
    forum.run("RENAME TABLE board_users TO phpbb_users, board_config TO phpbb_config, board_banlist TO phpbb_banlist").await;
    let back = moved.prefix("board_", "phpbb_");
    drop(Process::start_with(&back, &file, "info", &["--rebind-realm"]).await);
    drop(Process::start(&back, &file).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_no_secrets() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "seeded-password").await;
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = forum
        .realm(Conf::new(&store))
        .site("/im/", &["phpbb2", "local"], "");
    let process = Process::start_logging(&conf, &store.file("im.toml"), "trace").await;
    let site = process.site("/im/");
    site.try_sign_in("Alice", "seeded-wrong")
        .await
        .problem(401, "invalid_credentials");
    let alice = site.sign_in("Alice", "seeded-password").await;
    let berta = site.register("Berta", "seeded-new-password").await;
    crate::support::talk::befriend(&alice, &berta).await;
    let talk = crate::support::talk::conversation(&alice, &berta).await;
    let mut stream = berta.events(None).await;
    crate::support::talk::say(&alice, &talk, "seeded-message").await;
    assert_eq!(stream.message().await, "seeded-message");
    let hash = forum
        .database
        .value("SELECT user_password FROM phpbb_users WHERE user_id = 2")
        .await
        .unwrap();
    let log = process.log();
    assert!(log.contains("\"message\":\"request\""), "{log}");
    for secret in [
        "seeded-",
        &hash,
        &alice.token,
        &berta.token,
        forum.database.reader_password(),
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// Starts the demonstration; what it prints, and its address.
fn demonstration(folder: &Path, more: &[&str]) -> (Child, String, String) {
    let mut child = program()
        .args(["demo", "--listen", "127.0.0.1:0"])
        .args(more)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (mut said, mut base) = (String::new(), String::new());
    for line in lines.map_while(Result::ok) {
        said += &line;
        said.push('\n');
        if let Some((address, _)) = line.trim().split_once("/im-phpbb2/") {
            base = address.to_owned();
        }
        if line.contains("Ctrl-C") {
            break;
        }
    }
    assert!(!base.is_empty(), "no address in\n{said}");
    (child, said, base)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_needs_nothing_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, said, base) = demonstration(folder.path(), &[]);
    assert!(said.contains("Alice (password: alice-2005)"), "{said}");
    let at = |path: &str| Site::new(&base, path);
    let alice = at("/im-phpbb2/").sign_in("Alice", "alice-2005").await;
    let chloe = at("/im-phorum/").sign_in("Chloé", "chloe-2006").await;
    at("/intramessenger/").sign_in("Dora", "dora-2026").await;
    let me = alice.get("api/v1/me").await.expect(200);
    assert_eq!(me["is_admin"], false);
    crate::support::talk::befriend(&alice, &chloe).await;
    let site = at("/im-phpbb2/").get("api/v1/site").await.expect(200);
    assert!(
        site["notice"].as_str().unwrap().contains("alice-2005"),
        "{site}"
    );
    assert_eq!(site["show_realms"], true);
    let list = at("/").get("").await;
    assert!(list.text.contains("/im-phorum/"), "{}", list.text);

    tell(&child, "-TERM");
    assert!(child.wait().unwrap().success());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visitor_of_the_demonstration_does_not_spoil_it_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _, base) = demonstration(folder.path(), &[]);
    let site = Site::new(&base, "/intramessenger/");
    let dora = site.sign_in("Dora", "dora-2026").await;
    let password = json!({ "password": { "current": "dora-2026", "new": "mine alone" } });
    for change in [password, json!({ "display_name": "Nobody" })] {
        dora.patch("api/v1/me", change)
            .await
            .problem(403, "shared_account");
    }
    let hidden = json!({ "presence": { "state": "hidden" } });
    dora.patch("api/v1/me", hidden).await.expect(200);
    dora.sign_out().await;
    // More people than an account usually has devices, and none sends another away.
    let first = site.sign_in("Dora", "dora-2026").await;
    for _ in 0..20 {
        site.sign_in("Dora", "dora-2026").await;
    }
    let me = first.get("api/v1/me").await.expect(200);
    assert_eq!(me["presence"]["state"], "online");
    let sessions = first.get("api/v1/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
    // The members of the forums are everybody's, too.
    let board = Site::new(&base, "/im-phpbb2/");
    let alice = board.sign_in("Alice", "alice-2005").await;
    let french = json!({ "preferences": { "language": "fr" } });
    alice.patch("api/v1/me", french).await.expect(200);
    alice.sign_out().await;
    let alice = board.sign_in("Alice", "alice-2005").await;
    let me = alice.get("api/v1/me").await.expect(200);
    assert_eq!(me["preferences"]["language"], serde_json::Value::Null);
    tell(&child, "-TERM");
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_starts_anew_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _, base) = demonstration(folder.path(), &["--reset-every", "3s"]);
    let site = Site::new(&base, "/intramessenger/");
    let eve = site.register("Eve", "long enough").await;
    let mut forgotten = false;
    for _ in 0..100 {
        let me = eve
            .site
            .try_request(reqwest::Method::GET, "api/v1/me", None)
            .await;
        forgotten = me.is_ok_and(|answer| answer.status == 401);
        if forgotten {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert!(forgotten, "nothing was thrown away");
    site.sign_in("Dora", "dora-2026").await;
    tell(&child, "-INT");
    assert!(child.wait().unwrap().success());
}

fn tell(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args([signal, &pid])
        .status();
    assert!(told.unwrap().success());
}
