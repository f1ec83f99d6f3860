use im_password::Format;

#[test]
fn mistakes_in_formulas_are_pointed_at() {
    for (text, column, message) in [
        ("md5($pass", 10, "`)` closes `md5(`, not the end"),
        ("md5($pass))", 11, "this `)` closes nothing: leave it out"),
        (
            "md5($password)",
            5,
            "there is no value `$password`: write $pass",
        ),
        (
            "md5($Salt.$pass)",
            5,
            "there is no value `$Salt`: write $salt",
        ),
        ("md5($p.$x)", 5, "there is no value `$p`: write $pass"),
        ("md5(pass)", 5, "`pass` is a value: write `$pass`"),
        (
            "md6($pass)",
            1,
            "there is no function `md6`: did you mean `md5`?",
        ),
        (
            "sha-256($pass)",
            1,
            "there is no function `sha-256`: did you mean `sha256`?",
        ),
        (
            "hmacsha1(key=$secret,$pass)",
            1,
            "there is no function `hmacsha1`: did you mean `hmac-sha1`?",
        ),
        ("MD5($pass)", 1, "write `md5` in lower case"),
        (
            "md5(bcrypt($pass))",
            5,
            "`bcrypt` is a format of its own: it cannot stand in a formula",
        ),
        ("md5($pass+$salt)", 10, "`+` joins nothing here: write `.`"),
        ("md5($pass $salt)", 11, "`)` closes `md5(`, not `$salt`"),
        (
            "md5($pass,$salt)",
            10,
            "`md5` takes no further argument: join values with `.`",
        ),
        ("md5()", 5, "an argument is missing, such as $pass"),
        (
            "md5($pass.)",
            11,
            "a value, a text in quotes or a function belongs here, not `)`",
        ),
        (
            "md5($pass.\":)",
            11,
            "this text does not end: write \" after it",
        ),
        ("md5($pass.“:”)", 11, "write straight quotes: \"…\" or '…'"),
        (
            "md5($pass.\"\\q\")",
            12,
            "a backslash begins \\n, \\r, \\t, \\0, \\x.., \\\\, \\\" or \\': write `\\\\` for one",
        ),
        (
            "md5($pass.\"\\x1\")",
            12,
            "write two hex digits after `\\x`",
        ),
        ("md5(1.$pass)", 5, "write a text in quotes: \"1\""),
        ("md5($pass).é", 12, "`é` means nothing here"),
        (
            "hmac-md5($secret,$pass)",
            10,
            "say which value is the key: `hmac-md5(key=$secret,$pass)`",
        ),
        (
            "hmac-md5(key=$secret)",
            21,
            "`,` comes between the key and the data, not `)`",
        ),
        (
            "raw($pass)",
            5,
            "`raw` takes a digest, such as raw(sha1($pass)): other values are bytes already",
        ),
        (
            "md5(substr($pass))",
            17,
            "`,` comes before the first place: substr($salt,0,8), not `)`",
        ),
        (
            "md5(substr($pass,0,0))",
            20,
            "a length of 0 takes nothing: leave the call out",
        ),
        (
            "md5(substr(md5($pass),32))",
            5,
            "this is always empty: the value has 32 characters",
        ),
        ("md5(substr($pass,70000))", 18, "this number is too large"),
        (
            "md5($pass)md5($salt)",
            11,
            "`md5` cannot follow: write `.` to join two parts",
        ),
    ] {
        let error = text.parse::<Format>().expect_err(text);
        assert_eq!(
            (error.column(), error.message()),
            (column, message),
            "{text}"
        );
    }
}

#[test]
fn formulas_that_let_strangers_in_are_refused() {
    for (text, message) in [
        ("$salt.$pass", "here $pass stays clear text"),
        ("lower($pass)", "here $pass stays clear text"),
        ("md5($pass).$pass", "here $pass stays clear text"),
        ("base64($pass)", "here $pass stays clear text"),
        (
            "md5($salt)",
            "the formula does not use $pass: every password would be right",
        ),
        ("\"x\"", "the formula does not use $pass"),
        (
            "substr(md5($pass),0,4)",
            "too little of a digest of $pass is left",
        ),
        (
            "substr(md5($pass),17)",
            "too little of a digest of $pass is left",
        ),
        (
            "substr(raw(md5($pass)),0,7)",
            "too little of a digest of $pass is left",
        ),
        (
            "substr($salt.md5($pass),0,32)",
            "too little of a digest of $pass is left",
        ),
        (
            "substr(md5($pass),0,4).sha1($salt)",
            "too little of a digest of $pass is left",
        ),
    ] {
        let error = text.parse::<Format>().expect_err(text);
        assert!(
            error.message().starts_with(message),
            "{text}: {}",
            error.message()
        );
    }
}

#[test]
fn depth_length_and_growth_are_bounded() {
    let nested = |depth: usize| format!("{}$pass{}", "md5(".repeat(depth), ")".repeat(depth));
    assert!(nested(16).parse::<Format>().is_ok());
    let error = nested(17).parse::<Format>().expect_err("too deep");
    assert_eq!(error.message(), "nested deeper than 16");

    let parentheses = format!("md5({}$pass{})", "(".repeat(200), ")".repeat(200));
    assert_eq!(
        parentheses
            .parse::<Format>()
            .expect_err("too deep")
            .message(),
        "nested deeper than 16"
    );

    let long = format!("md5($pass.\"{}\")", "é".repeat(400));
    let error = long.parse::<Format>().expect_err("too long");
    assert_eq!(error.message(), "a formula has at most 512 characters");

    let grown = format!("md5({}$pass{})", "hex(".repeat(7), ")".repeat(7));
    let error = grown.parse::<Format>().expect_err("too much");
    assert_eq!(
        error.message(),
        "this makes more than 64 bytes of one: write it shorter"
    );
    let copies = format!("md5({})", ["$pass"; 65].join("."));
    assert!(copies.parse::<Format>().is_err());
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    for (text, message) in [
        (
            "bycrypt",
            "there is no format `bycrypt`: did you mean `bcrypt`?",
        ),
        (
            "Bcrypt",
            "there is no format `Bcrypt`: did you mean `bcrypt`?",
        ),
        (
            "phpas",
            "there is no format `phpas`: did you mean `phpass`?",
        ),
        (
            "argon2id",
            "there is no format `argon2id`: did you mean `argon2`?",
        ),
        (
            "cleartext",
            "there is no format `cleartext`: did you mean `plain`?",
        ),
        (
            "md5",
            "`md5` is not a format: write the formula `md5($pass)`",
        ),
        (
            "SHA1",
            "`SHA1` is not a format: write the formula `sha1($pass)`",
        ),
    ] {
        assert_eq!(text.parse::<Format>().expect_err(text).message(), message);
    }
    let message = "rot13".parse::<Format>().expect_err("no format");
    for name in Format::names() {
        assert!(message.message().contains(&format!("`{name}`")));
    }
    assert!(
        "".parse::<Format>()
            .expect_err("nothing")
            .message()
            .starts_with("a format is missing")
    );
    assert!(
        " \t"
            .parse::<Format>()
            .expect_err("nothing")
            .message()
            .starts_with("a format is missing")
    );
}

#[test]
fn a_format_gives_its_name_back() {
    for name in Format::names() {
        assert_eq!(name.parse::<Format>().expect("a format").to_string(), name);
    }
    for (text, plainest) in [
        ("md5($pass)", "md5($pass)"),
        (" md5 ( md5( $pass ) . $salt ) ", "md5(md5($pass).$salt)"),
        ("md5(($pass.$salt).$secret)", "md5($pass.$salt.$secret)"),
        ("sha1(sha1_bin($pass))", "sha1(raw(sha1($pass)))"),
        ("md5(strtoupper(md5($pass)))", "md5(upper(md5($pass)))"),
        ("md5($pass.':')", "md5($pass.\":\")"),
        ("md5($pass.'\"\\n')", "md5($pass.\"\\\"\\x0a\")"),
        (
            "hmac-sha1( key = $secret , $pass )",
            "hmac-sha1(key=$secret,$pass)",
        ),
        (
            "sha1(substr($salt, 0, 8).$pass)",
            "sha1(substr($salt,0,8).$pass)",
        ),
    ] {
        assert_eq!(text.parse::<Format>().expect(text).to_string(), plainest);
    }
}

#[test]
fn a_long_line_is_shown_around_the_mistake() {
    let text = format!("md5($pass.{}$x)", "$salt.".repeat(20));
    let error = text
        .parse::<Format>()
        .expect_err("no such value")
        .to_string();
    let lines: Vec<&str> = error.lines().collect();
    let caret = lines[2].chars().count() - 1;
    let pointed: String = lines[1].chars().skip(caret).collect();
    assert!(
        lines[1].starts_with("  …") && pointed.starts_with("$x"),
        "{error}"
    );
}
