use im_password::Input;

fn apply(input: &str, password: &str) -> Vec<u8> {
    input
        .parse::<Input>()
        .expect(input)
        .apply(password)
        .to_vec()
}

#[test]
fn steps_go_from_left_to_right() {
    assert_eq!(apply("html+addslashes", "\"'"), b"&quot;\\'");
    assert_eq!(apply("addslashes+html", "\"'"), b"\\&quot;\\'");
    assert_eq!(apply("cut=3+trim", "ab cd"), b"ab");
    assert_eq!(apply("raw+trim+raw", " a "), b"a");
}

#[test]
fn cp1252_is_what_browsers_send_and_latin1_is_the_standard() {
    assert_eq!(apply("cp1252", "é€ł"), b"\xe9\x80&#322;");
    assert_eq!(apply("latin1", "é€ł"), b"\xe9&#8364;&#322;");
    assert_eq!(apply("charset=iso-8859-1", "é€ł"), b"\xe9\x80&#322;");
    assert_eq!(apply("cp1252", "\u{1f511}"), b"&#128273;");
}

#[test]
fn an_input_gives_its_name_back() {
    for (text, name) in [
        ("raw", "raw"),
        ("trim + html", "trim+html"),
        ("nfc+trim+html", "nfc+trim+html"),
        (
            "charset=cp1251+addslashes",
            "charset=windows-1251+addslashes",
        ),
        ("charset=Shift_JIS", "charset=shift_jis"),
        ("latin1+cut=32", "latin1+cut=32"),
        ("oversize=80+drop-at", "oversize=80+drop-at"),
        ("strip=%2b%20.-%25é", "strip=%2b%20.-%25%c3%a9"),
        ("lstrip=@ + trim", "lstrip=@+trim"),
        ("phpbb-clean-30", "phpbb-clean-30"),
    ] {
        let input: Input = text.parse().expect(text);
        assert_eq!(input.to_string(), name);
        assert_eq!(name.parse::<Input>().expect(name), input);
    }
}

#[test]
fn mistakes_say_what_to_write() {
    for (text, message) in [
        ("", "a step is missing: write `raw` for none"),
        ("trim+", "a step is missing: write `raw` for none"),
        (
            "slashes",
            "there is no input step `slashes`: did you mean `addslashes`?",
        ),
        (
            "htmlspecialchars",
            "there is no input step `htmlspecialchars`: did you mean `html`?",
        ),
        (
            "Trim",
            "there is no input step `Trim`: did you mean `trim`?",
        ),
        (
            "utf-8",
            "there is no input step `utf-8`: did you mean `raw`?",
        ),
        (
            "windows-1251",
            "there is no input step `windows-1251`: did you mean `charset=windows-1251`?",
        ),
        (
            "iso-8859-1",
            "there is no input step `iso-8859-1`: did you mean `charset=iso-8859-1`?",
        ),
        (
            "cut=0",
            "`cut=0`: write a number of bytes from 1 to 65535, such as `cut=32`",
        ),
        (
            "cut=x",
            "`cut=x`: write a number of bytes from 1 to 65535, such as `cut=32`",
        ),
        (
            "charset=klingon",
            "`klingon` is no charset: write a label of the WHATWG encoding standard, such as \
             `charset=windows-1251`",
        ),
        (
            "charset=utf-16le",
            "browsers send UTF-8 from pages in UTF-16LE: leave `charset=utf-16le` out",
        ),
        (
            "oversize=0",
            "`oversize=0`: write a number of bytes from 1 to 65535, such as `oversize=32`",
        ),
        (
            "strip=%zz",
            "`strip=%zz`: write two hex digits after `%`, `%25` for a percent sign",
        ),
        (
            "lstrip=",
            "`lstrip=` takes nothing away: write characters behind it, such as `lstrip=.-`",
        ),
        (
            "strip",
            "there is no input step `strip`: did you mean `strip=.-`?",
        ),
        (
            "strip_tags",
            "there is no input step `strip_tags`: did you mean `strip-tags`?",
        ),
        (
            "html_entity_decode",
            "there is no input step `html_entity_decode`: did you mean `decode-entities`?",
        ),
        (
            "cp1252+phpbb-clean",
            "`phpbb-clean` works on text: write it before `cp1252`",
        ),
        (
            "strip=%a9+upper",
            "`upper` works on text: write it before `strip=%a9`",
        ),
        (
            "cp1252+nfc",
            "`nfc` works on text: write it before `cp1252`",
        ),
        (
            "cut=8+lower",
            "`lower` works on text: write it before `cut=8`",
        ),
        (
            "cp1252+latin1",
            "`latin1` after `cp1252`: one charset step is all there can be, and before `cut`",
        ),
    ] {
        assert_eq!(text.parse::<Input>().expect_err(text).to_string(), message);
    }
    let unknown = "rot13".parse::<Input>().expect_err("unknown").to_string();
    assert!(
        unknown.starts_with("there is no input step `rot13`: there are raw, trim, "),
        "{unknown}"
    );
}

/// What phpBB 3.1.12 and 3.3.15 answered, the second where they differ.
#[test]
fn phpbb_finds_names_by_what_they_look_like() {
    for (name, clean, clean_30) in [
        ("Alice", "alice", "alice"),
        ("  Bob   Smith ", "bob smith", "bob smith"),
        ("ÉLODIE", "élodie", "élodie"),
        ("Straße", "strasse", "strasse"),
        ("Ærø", "aero\u{337}", "aero\u{337}"),
        ("Łukasz", "l\u{337}ukasz", "l\u{337}ukasz"),
        ("O'Brien", "o\u{2b9}brien", "o\u{2b9}brien"),
        ("Who?!", "who\u{294}\u{1c3}", "who\u{294}\u{1c3}"),
        ("a|b", "a\u{4e28}b", "a\u{4e28}b"),
        ("Иван", "ивaн", "ивaн"),
        ("ＡＢＣ", "abc", "abc"),
        ("ﬁona", "fiona", "fiona"),
        ("x²", "x²", "x2"),
        ("½cup", "½cup", "1/2cup"),
        ("①", "\u{2780}", "1"),
        ("a\u{200b}b", "ab", "ab"),
        ("a\u{7}b\u{85}c", "abc", "abc"),
        ("\u{a0}a\u{3000}\u{2003}b", "a b", "a b"),
        ("a\u{2028}b‚c，d＼e", "a b,c,d\\e", "a b,c,d\\e"),
        (
            "don’t “quote”",
            "don\u{2bc}t “quote”",
            "don\u{2bc}t “quote”",
        ),
        (
            "a_b-c.d(e)[f]+g;h&amp;",
            "a_b-c.d(e)[f]+g;h&amp;",
            "a_b-c.d(e)[f]+g;h&amp;",
        ),
        ("", "", ""),
    ] {
        assert_eq!(apply("phpbb-clean", name), clean.as_bytes(), "{name}");
        assert_eq!(apply("phpbb-clean-30", name), clean_30.as_bytes(), "{name}");
    }
    assert_eq!(
        apply("html+phpbb-clean", "Tom & \"Jerry\""),
        b"tom &amp; &quot;jerry&quot;"
    );
    // Only the compatible spelling of these has a case.
    assert_eq!(apply("phpbb-clean", "ℂ™"), b"ctm");
}

#[test]
fn mediawiki_spells_names_as_titles() {
    for (name, spelled) in [
        ("alice", "Alice"),
        ("élodie", "Élodie"),
        ("e\u{301}lodie", "Élodie"),
        ("__bob___smith_ ", "Bob smith"),
        ("bob \u{a0}\u{3000} Smith", "Bob Smith"),
        ("a\u{200e}b", "Ab"),
        ("ßa", "ßa"),
        ("иван Грозный", "Иван Грозный"),
        ("_", ""),
    ] {
        assert_eq!(apply("mediawiki-name", name), spelled.as_bytes(), "{name}");
    }
}
