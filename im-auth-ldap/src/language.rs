//! `preferredLanguage` (RFC 2798) is what browsers send: `fr-CA, fr;q=0.8, en;q=0.6`.

/// The first tag, in its usual spelling; `None` for what is no tag.
pub(crate) fn tag(preferred: &str) -> Option<String> {
    let first = preferred.split(',').next()?.split(';').next()?.trim();
    let mut parts = first.split(['-', '_']);
    let language = parts.next()?;
    if !(2..=3).contains(&language.len()) || !is(language, u8::is_ascii_alphabetic) {
        return None;
    }
    let mut tag = language.to_ascii_lowercase();
    for part in parts {
        if !(1..=8).contains(&part.len()) || !is(part, u8::is_ascii_alphanumeric) {
            return None;
        }
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if is(part, u8::is_ascii_alphabetic) => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

fn is(text: &str, kind: impl Fn(&u8) -> bool) -> bool {
    text.bytes().all(|byte| kind(&byte))
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn the_first_language_is_the_one() {
        for (preferred, expected) in [
            ("fr", Some("fr")),
            ("fr-CA, fr;q=0.8, en;q=0.6", Some("fr-CA")),
            ("FR_ca", Some("fr-CA")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("de;q=1", Some("de")),
            ("french", None),
            ("*", None),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(tag(preferred).as_deref(), expected, "{preferred}");
        }
    }
}
