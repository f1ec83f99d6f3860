//! Names that a product stores as HTML, as people wrote them.

use im_password::Input;

use crate::spec::Decode;

/// Longer entities are none.
const LONGEST: usize = 12;

const NAMED: [(&str, char); 6] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
];

/// Plain text of what is stored, decoded once.
pub(super) fn plain(stored: String, decode: Option<Decode>) -> String {
    if !stored.contains('&') {
        return stored;
    }
    match decode {
        None => stored,
        Some(Decode::Html) => html(&stored),
        Some(Decode::Entities) => match "decode-entities".parse::<Input>() {
            Ok(step) => String::from_utf8_lossy(&step.apply(&stored)).into_owned(),
            Err(_) => html(&stored),
        },
    }
}

fn html(stored: &str) -> String {
    let mut plain = String::with_capacity(stored.len());
    let mut rest = stored;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((letter, length)) => {
                plain.push(letter);
                rest = &rest[length..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

/// The letter that an entity at the beginning stands for, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let length = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = &text[1..length];
    let letter = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| !letter.is_control())?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((letter, length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once() {
        let plain = |stored: &str| plain(stored.to_owned(), Some(Decode::Html));
        assert_eq!(plain("Tom &amp; Jerry &lt;3"), "Tom & Jerry <3");
        assert_eq!(plain("O&#039;Neil &#x141;ukasz"), "O'Neil Łukasz");
        assert_eq!(plain("&amp;lt;"), "&lt;");
        for other in [
            "R&D", "&eacute;", "&#55296;", "&#10;", "&;", "&amp", "é & é;",
        ] {
            assert_eq!(plain(other), other);
        }
    }

    #[test]
    fn text_is_left_as_it_is() {
        assert_eq!(plain("a &amp; b".to_owned(), None), "a &amp; b");
    }
}
