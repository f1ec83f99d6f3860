//! Whatever the bytes: an answer or an error, never a panic.

use im_auth_detect::{ConfigFile, Kind, ReadError};
use proptest::prelude::*;

const KINDS: [Kind; 8] = [
    Kind::Php,
    Kind::Env,
    Kind::Yaml,
    Kind::Xml,
    Kind::Ini,
    Kind::Json,
    Kind::Toml,
    Kind::KeyValue,
];

/// A panic of a parser ends in this error, which nothing this small deserves.
fn survives(kind: Kind, bytes: Vec<u8>) -> Result<(), TestCaseError> {
    match ConfigFile::parse(kind, bytes) {
        Err(
            error @ ReadError::TooComplex {
                what: "the parser gave up on it",
            },
        ) => Err(TestCaseError::fail(format!("{kind}: {error}"))),
        Err(_) => Ok(()),
        Ok(file) => {
            for key in [
                "A",
                "$a",
                "$a['b'][*]->c",
                "a.b",
                "*/*",
                "return[0]",
                "f(0)",
                "A::$b",
            ] {
                let _ = (file.get(key), file.entries(key));
            }
            Ok(())
        }
    }
}

/// Pieces of PHP, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$a",
        "$b",
        "['k']",
        "[]",
        "[0]",
        "->p",
        "::$q",
        "::C",
        "A",
        "=",
        ".=",
        "??=",
        "+",
        ".",
        "??",
        "?",
        ":",
        "!",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ";",
        ",",
        "'x'",
        "\"é$a\"",
        "\"{$a['k']}\"",
        "<<<E\nx\nE",
        "1",
        "-2",
        "1.5",
        "null",
        "true",
        "array(",
        "define('A', ",
        "if (",
        "else ",
        "foreach (",
        " as ",
        "class A ",
        "public ",
        "function f() ",
        "return ",
        "getenv('X')",
        "new A",
        "namespace B;",
        "?>",
        "<?php ",
        "/*",
        "*/",
        "//\n",
        "#",
        "const C = ",
        "switch (",
        "case ",
        "\u{e080}",
        "include 'x';",
        "(string)",
        "&",
        "@",
        "list(",
        "match(",
        "fn() => ",
        "\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes_break_no_reader(bytes in any::<Vec<u8>>(), kind in prop::sample::select(&KINDS[..])) {
        survives(kind, [b"<?php ".as_slice(), &bytes].concat())?;
        survives(kind, bytes)?;
    }

    #[test]
    fn random_php_breaks_nothing(code in pieces(), latin in any::<bool>()) {
        let mut bytes = format!("<?php {code}").into_bytes();
        if latin {
            bytes.extend(b"/* \xe9 */");
        }
        survives(Kind::Php, bytes)?;
    }

    #[test]
    fn random_punctuation_breaks_no_data(text in "[-a-b0-1\\[\\]{}<>:=\"'#&*!%$\\\\/?;,.| \n\té]{0,80}", kind in prop::sample::select(&KINDS[1..])) {
        survives(kind, text.into_bytes())?;
    }

    #[test]
    fn any_text_in_single_quotes_comes_back(text in any::<Vec<u8>>()) {
        let mut quoted = b"<?php $a = '".to_vec();
        for byte in &text {
            if matches!(byte, b'\'' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        quoted.extend(b"';");
        let file = ConfigFile::parse(Kind::Php, quoted).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found = file.get("$a").ok().flatten();
        prop_assert_eq!(found.as_ref().and_then(|text| text.value()).map(|value| value.expose()), Some(text.as_slice()));
    }

    #[test]
    fn any_key_is_read_or_refused(key in "[-$a-c'\"\\[\\]()*:>.,0-9 é]{0,20}") {
        let file = ConfigFile::parse(Kind::Php, "<?php $a = ['b' => ['c' => 1]];").map_err(|error| TestCaseError::fail(error.to_string()))?;
        let _ = (file.get(&key), file.has(&key));
    }
}
