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
