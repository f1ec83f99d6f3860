use im_password::describe;

use super::{BCRYPT, MD5, SHA1};

#[test]
fn what_is_known_is_named() {
    for (stored, described) in [
        (BCRYPT, "bcrypt ($2a$)"),
        (
            &BCRYPT[..40],
            "bcrypt ($2a$), cut short: 40 of 60 characters",
        ),
        ("$1$abcdefgh$0123456789012345678901", "md5-crypt ($1$)"),
        (
            "$S$D0123456789",
            "Drupal 7 ($S$), cut short: 14 of 55 characters",
        ),
        (
            "pbkdf2_sha256$260000$salt$digest",
            "Django PBKDF2 (pbkdf2_sha256$)",
        ),
        ("{SSHA}0123456789", "LDAP {SSHA}"),
        ("{crypt}$1$salt$0123", "LDAP {CRYPT}"),
        ("{PBKDF2-SHA512}1000$abcd$", "LDAP {PBKDF2-SHA512}"),
        ("{ClearText}hunter2", "clear text ({CLEARTEXT})"),
        ("{hunter}2", "short text, perhaps clear text"),
        ("Bcrypt:$2y$12$", "WoltLab (Bcrypt:)"),
        ("VB3:0123:salt", "WoltLab (vb3:)"),
        ("wcf1es1a1:0123:salt", "WoltLab (wcf1e…:)"),
        ("invalid:", "WoltLab (invalid:)"),
        ("hunter2:", "short text, perhaps clear text"),
        ("!", "a mark for no password (!)"),
        (
            "!jYvh5zQ0YduJPaMEk2A3U0j9cGsgNnTrEA5LsS1y",
            "a mark for no password (!)",
        ),
        ("!hunter2", "short text, perhaps clear text"),
        (
            "_J9..rasmBYk8r9AiWNc",
            "20 characters, perhaps extended DES crypt",
        ),
        ("PBKDF2SHA256$10000$00$00", "Seafile PBKDF2 (PBKDF2SHA256$)"),
        (
            "$pbkdf2-sha256$i=64000,l=32$salt$00",
            "Discourse PBKDF2 ($pbkdf2-sha256$i=)",
        ),
        (
            "{\"type\":\"md5\",\"password\":\"00\"}",
            "JSON with a type, as of Flarum's old passwords",
        ),
        (
            "$wp$2y$10$0123",
            "WordPress bcrypt ($wp$), cut short: 14 of 63 characters",
        ),
        (":B:salt:0123", "MediaWiki salted MD5 (:B:)"),
        (MD5, "32 hex digits"),
        (SHA1, "40 hex digits"),
        ("0123456789abcdef", "16 hex digits"),
        (
            "*0123456789012345678901234567890123456789",
            "MySQL PASSWORD(): `*` and 40 hex digits",
        ),
        ("seVrV9NttVI/s", "13 characters, perhaps DES crypt"),
        ("a:1:{s:4:\"hash\";s:0:\"\";}", "a serialized PHP array"),
        ("a:secret", "short text, perhaps clear text"),
        ("", "empty"),
    ] {
        assert_eq!(describe(stored.as_bytes()), described);
    }
}

#[test]
fn of_clear_text_not_even_the_length_is_told() {
    for stored in ["a", "hunter2", "fifteen letters", "crème brûlée"] {
        assert_eq!(
            describe(stored.as_bytes()),
            "short text, perhaps clear text"
        );
    }
    assert_eq!(
        describe(b"a long sentence as a password"),
        "29 characters of text"
    );
    assert_eq!(describe(b"\xff\xfe\0"), "3 bytes, not text");
}
