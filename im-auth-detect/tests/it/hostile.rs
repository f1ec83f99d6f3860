//! Files that nobody means well with: a clear error, or an answer, within a second.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use im_auth_detect::{ConfigFile, Kind, ReadError, ReadOptions};

use crate::say::found;

/// One at a time, so that the files do not make each other slow.
static ALONE: Mutex<()> = Mutex::new(());

/// What reading gives, which must come within a second. On a machine with other work the quickest of a few tries counts.
fn soon<T>(what: &str, read: impl Fn() -> T) -> T {
    let _alone = ALONE.lock();
    let mut tries = 0;
    loop {
        let start = Instant::now();
        let result = read();
        let took = start.elapsed();
        if took < Duration::from_secs(1) {
            return result;
        }
        tries += 1;
        assert!(tries < 5, "{what} took {took:?}");
    }
}

fn many(before: &str, unit: &str, after: &str) -> String {
    let room = 1024 * 1024 - before.len() - after.len();
    format!("{before}{}{after}", unit.repeat(room / unit.len()))
}

#[test]
fn brackets_inside_each_other_are_too_deep_in_php() {
    for (unit, open) in [
        ("[", "$a = "),
        ("(", "$a = "),
        ("{", ""),
        ("array(", "$a = "),
        ("if (1) {", ""),
        ("!", "$a = "),
        ("fn() => ", "$a = "),
    ] {
        let text = format!("<?php {open}{}", unit.repeat(100_000));
        let error = soon(unit, || ConfigFile::parse(Kind::Php, text.as_str())).expect_err(unit);
        assert!(
            matches!(error, ReadError::TooDeep { .. } | ReadError::Syntax { .. }),
            "{unit}: {error}"
        );
    }
}

#[test]
fn long_chains_are_no_deep_nesting() {
    for (before, unit, after) in [
        ("<?php $a = 'b'", ".'b'", ";"),
        ("<?php $a", "->a", " = 1;"),
        ("<?php $a", "[0]", " = 1;"),
        ("<?php $a", "()", ";"),
        ("<?php A", "::a", ";"),
        ("<?php $a = 1", " ?: 1", ";"),
        ("<?php $a = 1", " + 1", ";"),
        ("<?php $a = 1", " and 1", ";"),
        ("<?php if (1) {}", " elseif (1) {}", ""),
        ("<?php ", "$a = ['x' => $a];", ""),
        ("<?php ", "$a[] = $a;", ""),
        ("<?php ", "$a .= $a . 'xxxxxxxxxxxxxxxx';", ""),
        ("<?php ", "$b = $a; $b[1] = $a; $a[] = 1;", ""),
        ("<?php ", "$a = array_merge($a, $a, ['x' => 1, 2]);", ""),
        ("<?php ", "?><?php ", ""),
        ("<?php $a = [", "'a' => 1,", "];"),
        ("<?php class A {", "public $a = 1;", "}"),
        ("<?php ", "$a = 'x'; function a() { return 1; }", ""),
        ("<?php ", "define('A', 1);", ""),
        ("<?php ", "if (1) { $a = 1; } else ", "{}"),
    ] {
        let text = many(before, unit, after);
        match soon(unit, || ConfigFile::parse(Kind::Php, text.as_str())) {
            Ok(file) => drop(soon(unit, || file.get("$a"))),
            Err(
                ReadError::TooComplex { .. } | ReadError::TooDeep { .. } | ReadError::Syntax { .. },
            ) => {}
            Err(error) => panic!("{unit}: {error}"),
        }
    }
}

#[test]
fn what_is_not_closed_is_said_with_its_line() {
    for text in [
        "<?php\n\n$a = 'x",
        "<?php\n\n$a = \"x",
        "<?php\n\n$a = ['x'",
        "<?php\n\n/* never",
        "<?php\n\nif (1) {",
    ] {
        let error = soon(text, || ConfigFile::parse(Kind::Php, text)).expect_err(text);
        assert!(
            matches!(error, ReadError::Syntax { line: 3.., .. }),
            "{text}: {error:?}"
        );
    }
    let heredocs = many("<?php ", "$a = <<<A\n", "");
    assert!(matches!(
        soon("heredocs", || ConfigFile::parse(
            Kind::Php,
            heredocs.as_str()
        )),
        Err(ReadError::TooComplex { .. })
    ));
}

#[test]
fn a_file_without_php_is_no_php_file() {
    for text in [
        "",
        "define('A', 1);",
        "<html>",
        "\0\0\0\0",
        "<?xml version='1.0'?><a/>",
        "#!/bin/sh\nrm -rf /",
    ] {
        assert!(
            matches!(ConfigFile::parse(Kind::Php, text), Err(ReadError::NotPhp)),
            "{text}"
        );
    }
    assert!(matches!(
        ConfigFile::parse(Kind::Php, vec![0xff; 5000]),
        Err(ReadError::NotPhp)
    ));
    assert!(ConfigFile::parse(Kind::Php, many("<?php ", "\0", "")).is_err());
    assert!(
        ConfigFile::parse(
            Kind::Php,
            [b"<?php ".as_slice(), &[0xff; 100_000], b";"].concat()
        )
        .is_ok_and(|file| !file.has("A").expect("a key"))
    );
}

#[test]
fn a_file_that_would_do_harm_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    let m = mark.display();
    let text = format!(
        "<?php touch('{m}'); `touch {m}`; system('touch {m}'); eval('touch(\"{m}\");'); file_put_contents('{m}', 'x'); unlink(__FILE__);\n\
         while (true) {{}} define('A', shell_exec('touch {m}; echo x')); $b = `touch {m}`; $c = (function () {{ touch('{m}'); }})(); $d = 'said';"
    );
    let path = folder.path().join("config.php");
    std::fs::write(&path, text).expect("written");
    let file = soon("harm", || {
        ConfigFile::read_with(&path, &ReadOptions::new().follow_includes(true))
    })
    .expect("read");
    assert_eq!(
        found(&file, "A").computed(),
        Some("the function `shell_exec()`")
    );
    assert_eq!(
        found(&file, "$b").computed(),
        Some("a command that PHP would run")
    );
    assert_eq!(found(&file, "$d").text().expect("text").as_str(), "said");
    assert!(!mark.exists() && path.exists());
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("folder.php")).expect("a folder");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("pipe.php"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a named pipe");
    std::os::unix::fs::symlink(at("loop.php"), at("loop.php")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", at("zero.php")).expect("a link");
    let large = std::fs::File::create(at("large.php")).expect("a file");
    large.set_len(50 * 1024 * 1024).expect("a large file");
    let read = |path: &Path| {
        soon(&path.display().to_string(), || {
            ConfigFile::read_with(path, &ReadOptions::new().kind(Kind::Php))
        })
        .expect_err("refused")
    };
    assert!(matches!(
        read(&at("folder.php")),
        ReadError::NotAFile {
            found: "a folder",
            ..
        }
    ));
    assert!(matches!(
        read(&at("pipe.php")),
        ReadError::NotAFile {
            found: "a named pipe",
            ..
        }
    ));
    assert!(matches!(
        read(Path::new("/dev/zero")),
        ReadError::NotAFile {
            found: "a device",
            ..
        }
    ));
    assert!(matches!(read(&at("zero.php")), ReadError::Outside { .. }));
    assert!(matches!(read(&at("loop.php")), ReadError::Io { .. }));
    assert!(matches!(read(&at("missing.php")), ReadError::Io { .. }));
    assert!(matches!(read(&at("large.php")), ReadError::TooLarge { .. }));
    assert!(matches!(
        ConfigFile::read(at("unknown.bin")),
        Err(ReadError::UnknownKind { .. })
    ));
}

#[test]
fn a_link_out_of_the_folder_is_followed_only_with_permission() {
    let folder = tempfile::tempdir().expect("a folder");
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("real.php"), "<?php $a = 1;").expect("written");
    let link = folder.path().join("config.php");
    std::os::unix::fs::symlink(outside.path().join("real.php"), &link).expect("a link");
    let error = ConfigFile::read(&link).expect_err("it leads out");
    assert!(
        error.to_string().contains("name that file itself"),
        "{error}"
    );
    assert!(ConfigFile::read_with(&link, &ReadOptions::new().links_may_lead_out(true)).is_ok());
    std::fs::write(folder.path().join("inside.php"), "<?php $a = 1;").expect("written");
    std::fs::create_dir(folder.path().join("sub")).expect("a folder");
    let inner = folder.path().join("sub/config.php");
    std::os::unix::fs::symlink("../inside.php", &inner).expect("a link");
    assert!(ConfigFile::read_with(&inner, &ReadOptions::new().within(folder.path())).is_ok());
}

#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.php");
    std::fs::write(&path, "<?php").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("changed");
    match ConfigFile::read(&path) {
        Err(ReadError::Io { source, .. }) => {
            assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied)
        }
        // The administrator of the machine may read everything.
        Ok(_) => assert!(rustix::process::geteuid().is_root()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn includes_in_circles_and_without_end_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..20 {
        let text = format!(
            "<?php $n = {number}; $v{number} = 1; include 'f{}.php'; include 'f0.php';",
            number + 1
        );
        std::fs::write(folder.path().join(format!("f{number}.php")), text).expect("written");
    }
    let options = ReadOptions::new().follow_includes(true);
    let file = soon("includes", || {
        ConfigFile::read_with(folder.path().join("f0.php"), &options)
    })
    .expect("read");
    assert!(file.has("$v4").expect("a key") && !file.has("$v5").expect("a key"));
    assert!(
        file.notes()
            .iter()
            .any(|note| note.contains("too many files")),
        "{:?}",
        file.notes()
    );
}

#[test]
fn data_that_nests_without_end_or_multiplies_is_refused() {
    let deep = |open: &str| open.repeat(100_000);
    let bomb = (1..40).fold(
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(),
        |text, n| {
            let last = format!("*a{}", n - 1);
            format!("{text}a{n}: &a{n} [{}]\n", vec![last; 10].join(", "))
        },
    );
    let merges = format!(
        "a: &a\n{}b:\n{}",
        (0..5000)
            .map(|n| format!("  k{n}: 1\n"))
            .collect::<String>(),
        "  <<: *a\n".repeat(50_000)
    );
    for (kind, text, harmless) in [
        (Kind::Json, deep("["), false),
        (Kind::Json, deep("{\"a\":"), false),
        (Kind::Json, many("[", "1,", "1]"), false),
        (Kind::Toml, format!("a = {}", deep("[")), false),
        (Kind::Toml, deep("[[a]]\n"), true),
        (Kind::Toml, deep("a.").to_owned() + "a = 1", false),
        (Kind::Toml, many("", "a.b.c.d.e = 1\n", ""), false),
        (Kind::Yaml, deep("["), false),
        (Kind::Yaml, deep("{a: "), false),
        (Kind::Yaml, deep("- "), false),
        (Kind::Yaml, many("", "? ", ""), false),
        (Kind::Yaml, many("a: \"", "x", ""), false),
        (Kind::Yaml, many("", "a: b\n", ""), false),
        (Kind::Yaml, bomb, true),
        (Kind::Yaml, merges, false),
        (Kind::Xml, deep("<a>"), false),
        (Kind::Xml, deep("<a b='"), false),
        (Kind::Xml, many("<a>", "<b/>", "</a>"), false),
        (
            Kind::Xml,
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>".into(),
            false,
        ),
        (Kind::Xml, many("", "<!--", ""), false),
        (Kind::Ini, many("", "[a]\nb=1\n", ""), false),
        (Kind::Ini, many("", "a[]=1\n", ""), false),
        (Kind::Env, many("A=1\n", "A=$A$A\n", ""), true),
        (Kind::Env, many("", "A=\"", ""), true),
        (Kind::Env, many("A=", "${", ""), true),
        (Kind::KeyValue, many("", "=", ""), true),
    ] {
        let what = format!("{kind} {}", &text[..20.min(text.len())]);
        match soon(&what, || ConfigFile::parse(kind, text.as_str())) {
            Ok(file) => soon(&what, || {
                assert!(harmless, "{what} was read");
                drop((file.get("a/b/c"), file.get("*.*.*.*.*")));
            }),
            Err(error) => assert!(
                matches!(
                    error,
                    ReadError::Syntax { .. }
                        | ReadError::TooDeep { .. }
                        | ReadError::TooComplex { .. }
                ),
                "{what}: {error}"
            ),
        }
    }
}
