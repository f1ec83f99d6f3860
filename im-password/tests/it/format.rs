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
        ("crc32($pass)", "too little of a digest of $pass is left"),
        (
            "md5(crc32($pass))",
            "too little of a digest of $pass is left",
        ),
        (
            "bcrypt(substr(md5($pass),0,4))",
            "too little of a digest of $pass is left",
        ),
        (
            "pbkdf2-sha1(salt=$salt,rounds=1,length=7,$pass)",
            "too little of a digest of $pass is left",
        ),
        (
            "repeat(3,$pass,substr(md5($value),0,8))",
            "too little of a digest of $pass is left",
        ),
        (
            "md5(unhex($pass))",
            "`unhex` of what need not be written that way",
        ),
        (
            "md5(unbase64(md5($pass)))",
            "`unbase64` of what need not be written that way",
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
    assert_eq!(error.message(), "a format has at most 512 characters");

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
    let unknown = "rot13".parse::<Format>().expect_err("unknown");
    let list = "there is no format `rot13`: write one of `bcrypt`, ";
    assert!(unknown.message().starts_with(list), "{unknown}");
    assert!(
        unknown
            .message()
            .ends_with(", or a formula such as `md5($pass.$salt)`")
    );
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
        let text = match name {
            "silverstripe-old" => "silverstripe-old(md5($pass.$salt))",
            _ => name,
        };
        assert_eq!(text.parse::<Format>().expect("a format").to_string(), text);
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

#[test]
fn names_over_other_bytes_and_templates_give_their_names_back() {
    for (text, plainest) in [
        ("bcrypt ( md5( $pass ) )", "bcrypt(md5($pass))"),
        (
            "bcrypt(strtolower($username).$pass)",
            "bcrypt(lower($username).$pass)",
        ),
        (
            "bcrypt(lower-utf8($username).$pass)",
            "bcrypt(lower-utf8($username).$pass)",
        ),
        (
            "md5($pass.$salt)in'$hash:$salt'",
            "md5($pass.$salt) in \"$hash:$salt\"",
        ),
        (
            "sha1($salt.$pass) in \"$salt[8]$hash\"",
            "sha1($salt.$pass) in \"$salt[8]$hash\"",
        ),
        (
            "sha256($salt.$pass) in '8$$$salt$$$hash'",
            "sha256($salt.$pass) in \"8$$$salt$$$hash\"",
        ),
        (
            "phpass(md5($pass)) in 'M$hash'",
            "phpass(md5($pass)) in \"M$hash\"",
        ),
        ("bcrypt in \"1|$hash\\x00\"", "bcrypt in \"1|$hash\\x00\""),
        (
            "sha1($pass.$salt) in php( hash , salt )",
            "sha1($pass.$salt) in php(hash,salt)",
        ),
        ("bcrypt in json(password)", "bcrypt in json(password)"),
        (
            "repeat( $rounds , $pass , md5($value.$salt))",
            "repeat($rounds,$pass,md5($value.$salt))",
        ),
        (
            "pbkdf2-sha1( salt=$salt , rounds=$rounds , length=24 , $pass )",
            "pbkdf2-sha1(salt=$salt,rounds=$rounds,length=24,$pass)",
        ),
    ] {
        let format: Format = text.parse().expect(text);
        assert_eq!(format.to_string(), plainest);
        assert_eq!(plainest.parse::<Format>().expect(plainest), format);
    }
}

#[test]
fn mistakes_in_templates_and_rounds_are_pointed_at() {
    for (text, column, message) in [
        (
            "md5($pass) in \"$digest:$salt\"",
            16,
            "there is no `$digest` in templates: write $hash, $salt, $salt[8], $rounds or \
             $username, and $$ for a dollar sign",
        ),
        (
            "md5($pass) in \":$salt\"",
            16,
            "the template holds no $hash: put it where the digest stands",
        ),
        (
            "md5($pass) in \"$hash:$hash\"",
            22,
            "$hash stands here a second time",
        ),
        (
            "bcrypt in \"$salt$hash\"",
            17,
            "nobody can tell where $salt ends and $hash begins: write text between them, or a \
             length: $salt[8]",
        ),
        (
            "md5($pass) in \"$salt$hash$rounds\"",
            26,
            "nobody can tell where $salt ends and $rounds begins: write text between them, or a \
             length: $salt[8]",
        ),
        (
            "md5($pass) in \"$salt[0]$hash\"",
            21,
            "write a number of bytes from 1 to 255, such as $salt[8]",
        ),
        (
            "md5($pass) in $hash",
            15,
            "a template follows `in`: a text such as \"$hash:$salt\", php(hash,salt) or \
             json(hash), not `$hash`",
        ),
        (
            "md5($pass) in php(\"hash\")",
            19,
            "a key belongs here, such as hash, not a text in quotes",
        ),
        (
            "md5($pass) in php(hash,hash)",
            24,
            "this is the digest's key already",
        ),
        (
            "md5($pass) in \"$hash\".$salt",
            22,
            "nothing follows a template, not even `.`",
        ),
        (
            "bcrypt in",
            10,
            "a template follows `in`: a text such as \"$hash:$salt\", php(hash,salt) or \
             json(hash), not the end",
        ),
        (
            "bycrypt in \"$hash\"",
            1,
            "there is no format `bycrypt`: did you mean `bcrypt`?",
        ),
        (
            "bycrypt(md5($pass))",
            1,
            "there is no format `bycrypt`: did you mean `bcrypt`?",
        ),
        (
            "bcrypt($salt)",
            8,
            "the formula does not use $pass: every password would be right",
        ),
        (
            "bcrypt(md5($pass),$salt)",
            18,
            "`bcrypt` takes no further argument: join values with `.`",
        ),
        (
            "bcrypt($pass).$salt",
            14,
            "`.` cannot follow: write `.` to join two parts",
        ),
        (
            "md5($value)",
            5,
            "$value is the result so far within repeat(…): here it stands for nothing",
        ),
        (
            "repeat(5,$pass,md5($pass))",
            16,
            "every round gives the same: put $value, the result so far, into the step",
        ),
        (
            "repeat(5,$pass,$value.$salt)",
            16,
            "here $value is only joined to other text, round by round: put it into a digest, such \
             as md5($value.$salt)",
        ),
        ("repeat(0,$pass,md5($value))", 8, "at least 1"),
        (
            "repeat(5,$pass,repeat(5,$value,md5($value)))",
            16,
            "nothing is repeated within a `repeat`",
        ),
        (
            "pbkdf2-sha1($pass)",
            13,
            "say which value is the salt: `pbkdf2-sha1(salt=$salt,rounds=1000,length=32,$pass)`",
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
fn a_checksum_has_no_key() {
    let error = "hmac-crc32(key=$salt,$pass)"
        .parse::<Format>()
        .expect_err("no key");
    assert!(
        error
            .message()
            .starts_with("there is no function `hmac-crc32`: there are md5, ")
    );
}

#[test]
fn a_group_is_several_formats() {
    let error = "crypt".parse::<Format>().expect_err("several formats");
    assert!(
        error
            .message()
            .starts_with("`crypt` stands for several formats: name one of them")
    );
    for (group, members) in Format::groups() {
        let formats =
            Format::parse_all(&format!("{group}(md5($pass)) in \"1|$hash\"")).expect(group);
        let names: Vec<String> = formats.iter().map(Format::to_string).collect();
        for member in members
            .iter()
            .filter(|member| Format::names().any(|name| name == **member))
        {
            assert!(
                names.contains(&format!("{member}(md5($pass)) in \"1|$hash\"")),
                "{names:?}"
            );
        }
    }
    assert_eq!(
        Format::parse_all(" md5( $pass ) ").expect("one"),
        ["md5($pass)".parse::<Format>().expect("a formula")]
    );
}

#[test]
fn what_only_spells_a_digest_is_never_over_the_password_itself() {
    for (text, message) in [
        (
            "silverstripe-old",
            "`silverstripe-old` is over a digest: write it behind the name",
        ),
        ("silverstripe-old($pass)", "here $pass stays clear text"),
        ("silverstripe-old(md5($salt))", "does not use $pass"),
    ] {
        let error = text.parse::<Format>().expect_err(text);
        assert!(error.message().contains(message), "{}", error.message());
    }
    for (text, weak) in [
        ("silverstripe-old(md5($pass))", true),
        ("silverstripe-old(md5($pass.$salt))", false),
    ] {
        assert_eq!(text.parse::<Format>().expect(text).is_weak(), weak);
    }
}

#[test]
fn what_a_format_needs_and_what_it_is_worth_is_told() {
    for (text, needs, weak, words) in [
        ("md5($pass)", &[][..], true, "MD5 of the password"),
        (
            "md5(md5($pass).$salt)",
            &["$salt"],
            false,
            "MD5 of (MD5 of the password, then the salt)",
        ),
        (
            "md5($pass.$salt) in \"$hash:$salt\"",
            &[],
            false,
            "MD5 of (the password, then the salt), stored as `$hash:$salt`",
        ),
        (
            "sha256($secret.$pass)",
            &["$secret"],
            true,
            "SHA-256 of (the secret of the installation, then the password)",
        ),
        (
            "bcrypt(md5($pass))",
            &[],
            false,
            "bcrypt over MD5 of the password",
        ),
        (
            "bcrypt(lower-utf8($username).$pass) in \"$username:$hash\"",
            &["$username"],
            false,
            "bcrypt over (the name in lower case, then the password), stored as `$username:$hash`",
        ),
        (
            "repeat($rounds,$pass,md5($value.$salt)) in \"$rounds:$hash\"",
            &["$salt"],
            false,
            "MD5 of (the result before, then the salt), as many times as the account has rounds \
             over, beginning with the password, stored as `$rounds:$hash`",
        ),
        (
            "pbkdf2-sha256(salt=unhex($salt),rounds=$rounds,length=32,$pass)",
            &["$salt", "$rounds"],
            false,
            "PBKDF2 with HMAC-SHA-256 of the password with the salt as the bytes of its hex \
             digits as the salt, as many rounds as the account has rounds",
        ),
    ] {
        let format: Format = text.parse().expect(text);
        assert_eq!(format.needs(), needs, "{text}");
        assert_eq!(format.is_weak(), weak, "{text}");
        assert_eq!(format.description(), words, "{text}");
    }
}
