//! PHP's `strip_tags` without allowed tags.

/// What is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Text,
    /// `<b>`
    Tag,
    /// `<?php ?>`
    Php,
    /// `<!DOCTYPE>`
    Declaration,
    /// `<!-- -->`
    Comment,
}

/// Text without tags, comments and processing instructions. A `<` before white space is text, and
/// what opens a tag that never ends takes all the rest with it.
pub(super) fn strip_tags(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut within = In::Text;
    // The quotes that are open, brackets within a tag, parentheses within PHP.
    let (mut quote, mut depth, mut parentheses) = (None, 0_usize, 0_usize);
    // In PHP code: the last quotes or bracket, which say whether `?>` ends it.
    let mut last = 0;
    let mut xml = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| bytes[at]);
        let next_is_space = bytes
            .get(at + 1)
            .is_some_and(|next| super::bytes::is_space(*next));
        let toggle = |quote: &mut Option<u8>| match *quote {
            None => *quote = Some(byte),
            Some(open) if open == byte => *quote = None,
            Some(_) => {}
        };
        match (within, byte) {
            (_, 0) if within != In::Comment => {}
            (In::Text, b'<') => {
                if quote.is_some() {
                    continue;
                }
                if next_is_space {
                    out.push(byte);
                } else {
                    (within, last) = (In::Tag, b'<');
                }
            }
            (In::Text, b'>') => {
                if depth > 0 {
                    depth -= 1;
                } else if quote.is_none() {
                    out.push(byte);
                }
            }
            (In::Text, _) => out.push(byte),
            (In::Tag, b'<') if quote.is_none() && !next_is_space => {
                depth += 1;
            }
            (In::Comment, b'>')
                if quote.is_none() && before(1) == Some(b'-') && before(2) == Some(b'-') =>
            {
                within = In::Text;
                (quote, parentheses) = (None, 0);
            }
            (In::Comment, _) => {}
            (_, b'>') => {
                if depth > 0 {
                    depth -= 1;
                    continue;
                }
                if quote.is_some() {
                    continue;
                }
                let ends = match within {
                    In::Php => parentheses == 0 && last != b'"' && before(1) == Some(b'?'),
                    In::Tag => !(xml && before(1) == Some(b'-')),
                    _ => true,
                };
                if ends {
                    (within, quote, last, xml) = (In::Text, None, b'>', false);
                }
            }
            (In::Tag, b'"' | b'\'') => toggle(&mut quote),
            (In::Tag, b'!') if last == b'<' && before(1) == Some(b'<') => {
                (within, last) = (In::Declaration, byte);
            }
            (In::Tag, b'?') if last == b'<' && before(1) == Some(b'<') => {
                (within, parentheses) = (In::Php, 0);
            }
            (In::Php, b'(') if last != b'"' && last != b'\'' => {
                (last, parentheses) = (b'(', parentheses + 1);
            }
            (In::Php, b')') if last != b'"' && last != b'\'' => {
                (last, parentheses) = (b')', parentheses.saturating_sub(1));
            }
            (In::Php, b'"' | b'\'') if before(1) != Some(b'\\') => {
                if last == byte {
                    last = 0;
                } else if last != b'\\' {
                    last = byte;
                }
                toggle(&mut quote);
            }
            // `<?xml` is a tag like others; not at the very beginning, where PHP overlooks it.
            (In::Php, b'l' | b'L') if at > 4 && bytes[at - 4..at].eq_ignore_ascii_case(b"<?xm") => {
                (within, xml) = (In::Tag, true);
            }
            (In::Declaration, b'"' | b'\'') if before(1) != Some(b'\\') => toggle(&mut quote),
            (In::Declaration, b'-') if before(1) == Some(b'-') && before(2) == Some(b'!') => {
                within = In::Comment;
            }
            (In::Declaration, b'e' | b'E')
                if at >= 6 && bytes[at - 6..at].eq_ignore_ascii_case(b"doctyp") =>
            {
                within = In::Tag;
            }
            _ => {}
        }
    }
    out
}
