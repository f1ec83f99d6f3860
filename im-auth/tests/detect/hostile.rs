//! Folders that nobody means well with.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ran::run;

/// One at a time, so that they do not make each other slow.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn hostile_files_end_in_a_clear_error_within_a_second() {
    let _alone = alone();
    for (name, content, word) in [
        ("huge", vec![b'x'; 20 * 1024 * 1024], "larger than"),
        ("deep", [b"<?php $a = ".to_vec(), b"[".repeat(500_000)].concat(), "line 1"),
        ("no PHP", b"PHPBB_INSTALLED".to_vec(), "no PHP"),
        ("not UTF-8", b"<?php $dbname = \"\xff\xfe".to_vec(), "line"),
        ("executing", b"<?php file_put_contents(__DIR__ . '/ran', 'x'); system('touch ran'); $dbname = `touch ran`;".to_vec(), ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.php"), &content).unwrap();
        let mut took = Duration::MAX;
        let mut told = String::new();
        for _ in 0..5 {
            let start = Instant::now();
            let found = im_auth::detect::look_in(folder.path()).unwrap();
            took = took.min(start.elapsed());
            assert!(found.installations.is_empty(), "{name}");
            told = found.problems.iter().map(|problem| problem.what.clone()).collect();
            if took < Duration::from_secs(1) {
                break;
            }
        }
        assert!(took < Duration::from_secs(1), "{name} took {took:?}");
        assert!(told.contains(word), "{name}: {told}");
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "{name} ran");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("secret.php");
    std::fs::write(
        &target,
        "<?php define('PHPBB_INSTALLED', true); $dbname = 'x'; $dbuser = 'x'; $dbpasswd = 'hush';",
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("config.php")).unwrap();
    let ran = run(&["detect", folder.path().to_str().unwrap()], &[]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("outside of the product's folder"), "{ran}");
    assert!(!ran.out.contains("hush"), "{ran}");
}

#[test]
fn names_in_a_file_do_not_reach_the_terminal_or_the_statements_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("config.php"),
        "<?php define('PHPBB_INSTALLED', true); $dbms = 'mysql'; $dbhost = 'localhost'; $dbuser = \"a\\x1b[31m\"; \
         $dbpasswd = 'hush'; $table_prefix = 'p_'; $dbname = \"x`; DROP DATABASE y; -- \\n\\\"\";",
    )
    .unwrap();
    let path = folder.path().to_str().unwrap();
    let ran = run(&["detect", path, "--no-database"], &[]);
    assert!(
        !ran.out.contains('\u{1b}') && !ran.out.contains("hush"),
        "{ran}"
    );
    // Either the name is refused, or it stays inside its quotes.
    assert!(
        !ran.out.contains("\nDROP") && !ran.out.contains("`x`;"),
        "{ran}"
    );
}
