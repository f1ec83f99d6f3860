//! Phorum's ban lists: what an entry matches.
//!
//! An entry is a text or, with its `pcre` flag, a regular expression. A text matches anywhere in the value, whatever
//! the case; an expression matches `\b…\b`, whatever the case; a user id matches as a whole. Phorum trims the value
//! first and skips empty entries and entries that are just `0`, which PHP calls empty too.
//!
//! PHP runs the expressions on bytes and backtracks; here they run in linear time with bounded memory. What that
//! engine cannot express (look-around, back references) is skipped and reported, never guessed at.

use std::net::IpAddr;

use regex::bytes::{Regex, RegexBuilder};

/// Memory one compiled expression may take, and its search cache once more.
const PATTERN_BYTES: usize = 256 * 1024;

/// What an entry is compared with: the `type` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BanKind {
    Address,
    Name,
    Email,
    UserId,
}

impl BanKind {
    /// The kinds that concern a person; bad words and spam words (4 and 6) concern texts.
    pub(crate) fn from_column(value: i64) -> Option<Self> {
        match value {
            1 => Some(Self::Address),
            2 => Some(Self::Name),
            3 => Some(Self::Email),
            5 => Some(Self::UserId),
            _ => None,
        }
    }
}

/// One row of the ban table, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BanRow {
    pub(crate) id: i64,
    pub(crate) kind: BanKind,
    pub(crate) is_pattern: bool,
    pub(crate) text: String,
}

/// Whom the lists are asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BanSubject<'a> {
    pub(crate) id: u64,
    pub(crate) name: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) address: Option<IpAddr>,
}

/// The ban table, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct BanList {
    rows: Vec<BanRow>,
    entries: Vec<(BanKind, Matcher)>,
    problems: Vec<String>,
}

#[derive(Debug)]
enum Matcher {
    Exact(String),
    Contains(String),
    Pattern(Regex),
}

impl BanList {
    /// Makes a list of what was read. Entries that cannot be used are in [`problems`](Self::problems).
    pub(crate) fn new(rows: Vec<BanRow>) -> Self {
        let mut entries = Vec::with_capacity(rows.len());
        let mut problems = Vec::new();
        for row in &rows {
            if row.text.is_empty() || row.text == "0" {
                continue;
            }
            let matcher = if row.is_pattern {
                match compile(&row.text) {
                    Ok(pattern) => Matcher::Pattern(pattern),
                    Err(reason) => {
                        problems.push(format!(
                            "ban list entry {} is skipped: {reason}; rewrite it in Phorum's administration, or ban by plain text",
                            row.id
                        ));
                        continue;
                    }
                }
            } else if row.kind == BanKind::UserId {
                Matcher::Exact(row.text.trim().to_owned())
            } else {
                Matcher::Contains(row.text.to_lowercase())
            };
            entries.push((row.kind, matcher));
        }
        Self {
            rows,
            entries,
            problems,
        }
    }

    /// Whether this list was made of exactly these rows.
    pub(crate) fn was_made_of(&self, rows: &[BanRow]) -> bool {
        self.rows == rows
    }

    /// One sentence for each entry that cannot be used.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Whether an address entry matches.
    pub(crate) fn matches_address(&self, address: IpAddr) -> bool {
        self.matches(BanKind::Address, &address.to_canonical().to_string())
    }

    /// Whether any entry matches the name, e-mail, id or address.
    pub(crate) fn matches_anything_of(&self, subject: BanSubject<'_>) -> bool {
        self.matches(BanKind::Name, subject.name)
            || self.matches(BanKind::UserId, &subject.id.to_string())
            || subject
                .email
                .is_some_and(|email| self.matches(BanKind::Email, email))
            || subject
                .address
                .is_some_and(|address| self.matches_address(address))
    }

    fn matches(&self, kind: BanKind, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return false;
        }
        let folded = value.to_lowercase();
        self.entries
            .iter()
            .filter(|(of, _)| *of == kind)
            .any(|(_, matcher)| match matcher {
                Matcher::Exact(text) => text == value,
                Matcher::Contains(text) => folded.contains(text),
                Matcher::Pattern(pattern) => pattern.is_match(value.as_bytes()),
            })
    }
}

/// Compiles as PHP would read it: bytes first; as text where a character class needs it.
fn compile(text: &str) -> Result<Regex, &'static str> {
    let build = |unicode: bool| {
        RegexBuilder::new(&format!(r"\b{text}\b"))
            .case_insensitive(true)
            .unicode(unicode)
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES)
            .nest_limit(64)
            .build()
    };
    build(false)
        .or_else(|_| build(true))
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "its regular expression is too large",
            _ => {
                "its regular expression is broken, or uses look-around or back references, which are not supported"
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[(BanKind, bool, &str)]) -> BanList {
        BanList::new(
            entries
                .iter()
                .zip(1..)
                .map(|((kind, is_pattern, text), id)| BanRow {
                    id,
                    kind: *kind,
                    is_pattern: *is_pattern,
                    text: (*text).to_owned(),
                })
                .collect(),
        )
    }

    fn alice() -> BanSubject<'static> {
        BanSubject {
            id: 42,
            name: "Alice",
            email: Some("alice@mail.example.org"),
            address: Some(IpAddr::from([203, 0, 113, 7])),
        }
    }

    fn bans_alice(kind: BanKind, is_pattern: bool, text: &str) -> bool {
        list(&[(kind, is_pattern, text)]).matches_anything_of(alice())
    }

    #[test]
    fn a_text_matches_anywhere_in_the_name_whatever_the_case() {
        assert!(bans_alice(BanKind::Name, false, "LIC"));
        assert!(!bans_alice(BanKind::Name, false, "bob"));
    }

    #[test]
    fn a_text_is_no_expression() {
        assert!(!bans_alice(BanKind::Name, false, "Al.ce"));
        assert!(!bans_alice(BanKind::Email, false, "*@mail.example.org"));
    }

    #[test]
    fn an_expression_matches_whole_words_whatever_the_case() {
        assert!(bans_alice(BanKind::Name, true, "al.ce"));
        assert!(!bans_alice(BanKind::Name, true, "lic"));
        assert!(bans_alice(BanKind::Email, true, r"[a-z]+\.example\.org"));
    }

    #[test]
    fn word_boundaries_bind_to_the_ends_of_an_alternative_as_in_the_product() {
        assert!(bans_alice(BanKind::Name, true, "ali|zzz"));
        assert!(!bans_alice(BanKind::Name, true, "(?:ali|zzz)"));
    }

    #[test]
    fn a_user_id_matches_as_a_whole() {
        assert!(bans_alice(BanKind::UserId, false, "42"));
        assert!(!bans_alice(BanKind::UserId, false, "4"));
    }

    #[test]
    fn an_address_matches_by_its_beginning_too() {
        assert!(bans_alice(BanKind::Address, false, "203.0.113."));
        assert!(!bans_alice(BanKind::Address, false, "203.0.114."));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        let mapped: IpAddr = "::ffff:203.0.113.7".parse().unwrap();
        assert!(list(&[(BanKind::Address, false, "203.0.113.7")]).matches_address(mapped));
    }

    #[test]
    fn empty_entries_and_zero_ban_nobody() {
        for text in ["", "0"] {
            for kind in [BanKind::Name, BanKind::Email, BanKind::Address] {
                assert!(!bans_alice(kind, false, text));
                assert!(!bans_alice(kind, true, text));
            }
        }
    }

    #[test]
    fn an_expression_that_does_not_compile_is_skipped_and_reported_by_its_number() {
        let list = list(&[
            (BanKind::Name, true, "(alice"),
            (BanKind::Name, true, "(?=a)lice"),
            (BanKind::Name, true, r"(.)\1"),
            (BanKind::Name, false, "alice"),
        ]);
        assert_eq!(list.problems().len(), 3);
        assert!(list.problems()[0].contains("entry 1 "));
        assert!(list.matches_anything_of(alice()));
    }

    #[test]
    fn an_expression_cannot_take_much_memory_or_time() {
        let list = list(&[(BanKind::Name, true, r"(?:\w{1,900}){900}")]);
        assert!(list.problems()[0].contains("too large"));
        let slow = self::list(&[(BanKind::Name, true, "(a*)*b")]);
        assert!(!slow.matches_anything_of(BanSubject {
            name: &"a".repeat(5_000),
            ..alice()
        }));
    }

    #[test]
    fn an_accented_letter_matches_itself_in_texts_and_expressions() {
        let zoe = BanSubject {
            name: "Zoé",
            ..alice()
        };
        assert!(list(&[(BanKind::Name, false, "ZOÉ")]).matches_anything_of(zoe));
        assert!(list(&[(BanKind::Name, true, "Zo[éè]")]).matches_anything_of(zoe));
    }

    #[test]
    fn words_for_texts_concern_nobody() {
        assert_eq!(BanKind::from_column(4), None);
        assert_eq!(BanKind::from_column(6), None);
    }
}
