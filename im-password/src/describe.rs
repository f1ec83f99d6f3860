//! What a stored value looks like, for an administrator.

/// Beginnings of stored values and what writes them. Only beginnings that are fixed texts: no part
/// of a value is ever repeated.
const BEGINNINGS: &[(&str, &str)] = &[
    ("$1$", "md5-crypt ($1$)"),
    ("$apr1$", "Apache md5-crypt ($apr1$)"),
    ("$3$", "NT hash ($3$)"),
    ("$5$", "sha256-crypt ($5$)"),
    ("$6$", "sha512-crypt ($6$)"),
    ("$7$", "scrypt ($7$)"),
    ("$y$", "yescrypt ($y$)"),
    ("$gy$", "gost-yescrypt ($gy$)"),
    ("$md5$", "Sun md5 ($md5$)"),
    ("$sha1$", "sha1-crypt ($sha1$)"),
    ("$2$", "the first bcrypt ($2$)"),
    ("$2a$", "bcrypt ($2a$)"),
    ("$2b$", "bcrypt ($2b$)"),
    ("$2x$", "bcrypt ($2x$)"),
    ("$2y$", "bcrypt ($2y$)"),
    ("$P$", "phpass ($P$)"),
    ("$H$", "phpass ($H$)"),
    ("$H\\", "phpBB combined hash ($H\\)"),
    ("$CP$", "phpBB hash to be converted ($CP$)"),
    ("$CP\\", "phpBB broken combined hash ($CP\\)"),
    ("$S$", "Drupal 7 ($S$)"),
    ("U$S$", "Drupal 7 over MD5 (U$S$)"),
    ("U$P$", "phpass over MD5 (U$P$)"),
    ("$wp$", "WordPress bcrypt ($wp$)"),
    ("$argon2id$", "Argon2id"),
    ("$argon2i$", "Argon2i"),
    ("$argon2d$", "Argon2d"),
    ("$scrypt$", "scrypt"),
    ("$pbkdf2-sha512$", "PBKDF2 with SHA-512 ($pbkdf2-sha512$)"),
    ("$pbkdf2-sha256$i=", "Discourse PBKDF2 ($pbkdf2-sha256$i=)"),
    ("$pbkdf2-sha256$", "PBKDF2 with SHA-256 ($pbkdf2-sha256$)"),
    ("$pbkdf2$", "PBKDF2 ($pbkdf2$)"),
    ("pbkdf2_sha256$", "Django PBKDF2 (pbkdf2_sha256$)"),
    ("pbkdf2_sha1$", "Django PBKDF2 (pbkdf2_sha1$)"),
    ("PBKDF2SHA256$", "Seafile PBKDF2 (PBKDF2SHA256$)"),
    ("bcrypt_sha256$", "Django bcrypt (bcrypt_sha256$)"),
    ("bcrypt$", "Django bcrypt (bcrypt$)"),
    ("argon2$", "Django Argon2 (argon2$)"),
    ("scrypt$", "Django scrypt (scrypt$)"),
    ("crypt$", "Django crypt (crypt$)"),
    ("sha1$", "salted SHA-1 (sha1$)"),
    ("sha256$", "salted SHA-256 (sha256$)"),
    ("md5$", "salted MD5 (md5$)"),
    (":pbkdf2:", "MediaWiki PBKDF2 (:pbkdf2:)"),
    (":pbkdf2-legacy", "MediaWiki PBKDF2 over an older hash"),
    (":bcrypt:", "MediaWiki bcrypt (:bcrypt:)"),
    (":argon2:", "MediaWiki Argon2 (:argon2:)"),
    (":A:", "MediaWiki MD5 (:A:)"),
    (":B:", "MediaWiki salted MD5 (:B:)"),
    ("#MD5#", "FluxBB #MD5#"),
    ("#SHA1#", "FluxBB #SHA1#"),
    ("#SHA1-S#", "FluxBB #SHA1-S#"),
    ("*NO PASSWORD SET*", "Phorum's mark for no password"),
    ("$generic$", "WordPress application password ($generic$)"),
    (
        "{\"type\":",
        "JSON with a type, as of Flarum's old passwords",
    ),
];

/// Schemes of LDAP, which are written in any letter case.
const SCHEMES: &[&str] = &[
    "SSHA512",
    "SSHA384",
    "SSHA256",
    "SSHA",
    "SMD5",
    "SHA512",
    "SHA384",
    "SHA256",
    "SHA",
    "MD5",
    "CRYPT",
    "ARGON2",
    "PBKDF2",
    "PBKDF2-SHA1",
    "PBKDF2-SHA256",
    "PBKDF2-SHA512",
    "PBKDF2_SHA256",
    "SASL",
];

/// WoltLab's types, which are written in any letter case.
const TYPES: &[&str] = &[
    "Bcrypt",
    "DoubleBcrypt",
    "argon2",
    "Pbkdf2",
    "invalid",
    "cryptMD5",
    "drupal8",
    "ipb2",
    "ipb3",
    "joomla1",
    "joomla2",
    "joomla3",
    "mybb1",
    "phpass",
    "phpbb3",
    "phpfox3",
    "smf1",
    "smf2",
    "vb3",
    "vb4",
    "vb5",
    "vb5Argon2",
    "vb5Bcrypt",
    "wbb2",
    "wcf1",
    "wcf2",
    "xf1",
    "xf12",
];

/// What a stored value looks like, for an administrator who asks why it is not accepted: its
/// format, as far as its beginning, length and letters tell it; never a part of the value.
///
/// ```
/// use im_password::describe;
///
/// assert_eq!(describe(b"$6$rounds=5000$usesomesalt$1zKp"), "sha512-crypt ($6$)");
/// assert_eq!(describe(b"0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"), "40 hex digits");
/// assert_eq!(describe(b"5ebe2294ecd0e0f08eab7690d2a6ee69:s4Lt"), "32 hex digits, `:` and 4 characters");
/// assert_eq!(describe(b""), "empty");
/// assert_eq!(describe(b"hunter2"), "short text, perhaps clear text");
/// ```
#[must_use]
pub fn describe(stored: &[u8]) -> String {
    if stored.is_empty() {
        return "empty".to_owned();
    }
    if let Some((beginning, name)) = BEGINNINGS
        .iter()
        .find(|(beginning, _)| stored.starts_with(beginning.as_bytes()))
    {
        return format!("{name}{}", damage(beginning, stored.len()));
    }
    if let Some(marked) = marked(stored) {
        return marked;
    }
    if let [b'a', b':', b'0'..=b'9', .., b'}'] = stored {
        return "a serialized PHP array".to_owned();
    }
    let digits = stored
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    // What digests and their halves have; fewer digits may be anything.
    if digits >= 16 {
        match &stored[digits..] {
            [] => return format!("{digits} hex digits"),
            [separator @ (b':' | b'$' | b' '), rest @ ..] => {
                let separator = char::from(*separator);
                return format!(
                    "{digits} hex digits, `{separator}` and {} characters",
                    rest.len()
                );
            }
            _ => {}
        }
    }
    if stored.len() == 41 && stored[0] == b'*' && stored[1..].iter().all(u8::is_ascii_hexdigit) {
        return "MySQL PASSWORD(): `*` and 40 hex digits".to_owned();
    }
    let text = stored.iter().all(|byte| (b' '..=b'~').contains(byte));
    match (text, stored.len()) {
        (true, 20) if stored[0] == b'_' => "20 characters, perhaps extended DES crypt".to_owned(),
        (true, 13) => "13 characters, perhaps DES crypt".to_owned(),
        // Its exact length would tell something about a password in clear text.
        (true, ..16) => "short text, perhaps clear text".to_owned(),
        (true, len) => format!("{len} characters of text"),
        (false, len) if std::str::from_utf8(stored).is_err() => format!("{len} bytes, not text"),
        (false, ..32) => "short text, perhaps clear text".to_owned(),
        (false, len) => format!("{len} bytes of text"),
    }
}

/// What is marked by a word in braces or before a colon.
fn marked(stored: &[u8]) -> Option<String> {
    let known = |words: &[&'static str], word: &[u8]| {
        words
            .iter()
            .find(|known| known.as_bytes().eq_ignore_ascii_case(word))
            .copied()
    };
    if let Some(rest) = stored.strip_prefix(b"{") {
        let end = rest.iter().position(|byte| *byte == b'}')?;
        let word = &rest[..end];
        return known(SCHEMES, word)
            .map(|scheme| format!("LDAP {{{scheme}}}"))
            .or_else(|| {
                known(&["PLAIN", "CLEARTEXT", "CLEAR"], word)
                    .map(|scheme| format!("clear text ({{{scheme}}})"))
            });
    }
    if let [b'!', random @ ..] = stored {
        let unusable = random.len() == 40 && random.iter().all(u8::is_ascii_alphanumeric);
        return (random.is_empty() || unusable).then(|| "a mark for no password (!)".to_owned());
    }
    let end = stored.iter().position(|byte| *byte == b':')?;
    if let Some(kind) = known(TYPES, &stored[..end]) {
        return Some(format!("WoltLab ({kind}:)"));
    }
    let (start, options) = stored[..end].split_at_checked(5)?;
    let other = start.eq_ignore_ascii_case(b"wcf1e") && options.len() == 4;
    other.then(|| "WoltLab (wcf1e…:)".to_owned())
}

/// Formats of one fixed length say so when they have another: a value cut by a narrow column is
/// the commonest damage.
fn damage(beginning: &str, len: usize) -> String {
    let right = match beginning {
        "$2a$" | "$2b$" | "$2x$" | "$2y$" => 60,
        "$P$" | "$H$" => 34,
        "$S$" => 55,
        "$wp$" => 63,
        _ => return String::new(),
    };
    match len.cmp(&right) {
        std::cmp::Ordering::Less => format!(", cut short: {len} of {right} characters"),
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Greater => format!(", too long: {len} instead of {right} characters"),
    }
}
