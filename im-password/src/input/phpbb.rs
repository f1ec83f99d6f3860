//! phpBB 3's `utf8_clean_string`: what it compares instead of user names.
//!
//! Case is folded, characters that look alike become one, control characters go, and spaces are
//! collapsed. phpBB 3.0 and 3.1 compose compatibly (NFKC) after folding; 3.2 and later call the
//! normaliser and throw its answer away, so that `x²` stays. Characters of which only the
//! compatible spelling has a case are folded in all versions (Unicode's FC_NFKC_Closure).

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// What is written instead of a character.
static CONFUSABLES: LazyLock<HashMap<char, String>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let lines = include_str!("confusables.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let instead = words.next().unwrap_or_default().split('_');
        let instead: String = instead.filter_map(hex).filter_map(char::from_u32).collect();
        for word in words {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            if let (Some(first), Some(last)) = (hex(first), hex(last)) {
                let characters = (first..=last).filter_map(char::from_u32);
                all.extend(characters.map(|c| (c, instead.clone())));
            }
        }
    }
    all
});

pub(super) fn clean(text: &str, nfkc: bool) -> Vec<u8> {
    let folded = caseless::default_case_fold_str(text);
    let folded = if nfkc {
        folded.nfkc().collect()
    } else {
        folded
    };
    let mut out = String::with_capacity(2 * folded.len());
    for c in folded.chars() {
        match closure(c) {
            Some(closed) => closed.chars().for_each(|c| push(c, &mut out)),
            None => push(c, &mut out),
        }
    }
    let words: Vec<&str> = out.split(' ').filter(|word| !word.is_empty()).collect();
    let trim = |c: char| "\t\n\r\u{b}\0".contains(c);
    words.join(" ").trim_matches(trim).as_bytes().to_vec()
}

fn push(c: char, out: &mut String) {
    match CONFUSABLES.get(&c) {
        Some(instead) => out.extend(instead.chars().filter(|c| !c.is_control())),
        None if c.is_control() => {}
        None => out.push(c),
    }
}

/// A folded character that composing compatibly gives a case again, folded once more.
fn closure(c: char) -> Option<String> {
    // Only characters that Unicode had when phpBB's table was made.
    if c.is_ascii() || c > '\u{1d7ff}' {
        return None;
    }
    let fold = |text: &str| {
        caseless::default_case_fold_str(text)
            .nfkc()
            .collect::<String>()
    };
    let once = fold(c.encode_utf8(&mut [0; 4]));
    let twice = fold(&once);
    (once != twice).then_some(twice)
}
