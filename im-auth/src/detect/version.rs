//! Which versions a description is for.

use std::cmp::Ordering;

/// Whether a version is within a beginning (`2`) or a range (`<3.1`, `3.1..`, `2.0..2.9`).
pub(super) fn fits(range: &str, version: &str) -> bool {
    let version = numbers(version);
    if let Some(below) = range.strip_prefix('<') {
        return compare(&version, &numbers(below)) == Ordering::Less;
    }
    match range.split_once("..") {
        Some((from, to)) => {
            compare(&version, &numbers(from)) != Ordering::Less
                && (to.is_empty() || !is_after(&version, &numbers(to)))
        }
        None => {
            let start = numbers(range);
            version.len() >= start.len() && version[..start.len()] == start
        }
    }
}

/// Whether a version is after the last one of a range, whose own parts count: `2.9.4` is not after `2.9`.
fn is_after(version: &[u32], last: &[u32]) -> bool {
    let end = version.len().min(last.len());
    compare(&version[..end], last) == Ordering::Greater
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    let part = |numbers: &[u32], at: usize| numbers.get(at).copied().unwrap_or(0);
    (0..a.len().max(b.len()))
        .map(|at| part(a, at).cmp(&part(b, at)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The numbers of the first version in a text: `SMF 2.0.19` is 2, 0, 19.
fn numbers(text: &str) -> Vec<u32> {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else {
        return Vec::new();
    };
    text[start..]
        .split('.')
        .map_while(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            part[..digits]
                .parse()
                .ok()
                .map(|n| (n, digits == part.len()))
        })
        .scan(true, |go_on, (number, whole)| {
            let this = *go_on;
            *go_on = whole;
            this.then_some(number)
        })
        .collect()
}

/// A version as it may be shown: without the product's name and what is no version.
pub(super) fn shown(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let version: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'))
        .take(40)
        .collect();
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_and_ranges() {
        for (range, version, within) in [
            ("2", "2.1.4", true),
            ("2", "20.1", false),
            ("2.0", "SMF 2.0.19", true),
            ("1.6", "1.5.11", false),
            ("<3.1", "3.0.9", true),
            ("<3.1", "3.1", false),
            ("3.1..", "3.1.2", true),
            ("3.1..", "10.0", true),
            ("3.1..", "3.0.9", false),
            ("2.0..2.9", "2.9.4", true),
            ("2.0..2.9", "2.10", false),
            ("1.4..1.10", "1.8.38", true),
            ("5.1..6", "6.0.3", true),
            ("<2", "", true),
        ] {
            assert_eq!(fits(range, version), within, "{range} {version}");
        }
    }

    #[test]
    fn a_version_is_shown_without_the_name() {
        assert_eq!(shown("SMF 2.0.19").as_deref(), Some("2.0.19"));
        assert_eq!(shown("4.1.2+ (Build: 20230313)").as_deref(), Some("4.1.2+"));
        assert_eq!(shown("none"), None);
    }
}
