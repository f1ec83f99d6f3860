//! The board's own settings, out of its `config` table.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};
use im_core::{AuthError, Timestamp};
use time::Duration;

use crate::language;
use crate::name::{self, NameRule};

/// Release of phpBB 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32);

impl Version {
    /// Reads the configuration row `version`, which leaves the leading 2 out: `.0.23`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.trim();
        let rest = rest.strip_prefix('2').unwrap_or(rest).strip_prefix(".0.")?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest[..digits].parse().ok().map(Self)
    }

    /// The last number.
    pub(crate) fn patch(self) -> u32 {
        self.0
    }
}

/// Names of the configuration rows that are read.
pub(crate) const ROWS: [&str; 10] = [
    "version",
    "default_lang",
    "board_disable",
    "max_login_attempts",
    "login_reset_time",
    "avatar_path",
    "avatar_gallery_path",
    "allow_avatar_upload",
    "allow_avatar_remote",
    "allow_avatar_local",
];

/// A board's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Board {
    /// The version in full, such as `2.0.23`.
    pub(crate) version: Option<String>,
    /// What is done to a typed name.
    pub(crate) rule: NameRule,
    /// What browsers submit this board's forms in.
    pub(crate) charset: &'static Encoding,
    /// How that lies in the database.
    pub(crate) columns: Columns,
    /// The language pack, where it is not known and its character set therefore assumed.
    pub(crate) unknown_language: Option<String>,
    /// Only administrators may sign in.
    pub(crate) closed: bool,
    /// The limit on failed sign-ins.
    pub(crate) lock: Option<Lock>,
    /// Which avatars are shown, and from where.
    pub(crate) avatars: Avatars,
}

/// What the text columns hold.
///
/// The product never names a character set to its server, so the bytes of a page in another one than windows-1252
/// went into `latin1` columns unchanged. To everybody else such a column holds windows-1252 text, each letter one
/// byte of the board's. Reading it so, instead of changing the connection's character set, leaves comparison to the
/// column's collation byte by byte, as it was for the product, and keeps letters that were cut in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// The text itself.
    Text,
    /// Bytes in the board's character set, declared as windows-1252.
    Bytes,
}

impl Columns {
    /// What a name column declared in `declared` holds.
    pub(crate) fn of(declared: Option<&str>, charset: &'static Encoding) -> Self {
        match declared {
            Some("latin1") if charset != WINDOWS_1252 => Self::Bytes,
            _ => Self::Text,
        }
    }
}

/// "After so many failed sign-ins, none for so long", per account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    attempts: i64,
    window: Duration,
}

/// Where avatars lie, by kind; `None` where the board shows none of the kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Avatars {
    /// Folder of uploaded ones.
    pub(crate) uploaded: Option<String>,
    /// Whether linked ones are shown.
    pub(crate) remote: bool,
    /// Folder of the board's gallery.
    pub(crate) gallery: Option<String>,
}

impl Board {
    /// Reads the rows of a board whose text columns hold text.
    ///
    /// `charset` overrides what the default language says; `counts_attempts`: the columns for it exist.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the rows are those of phpBB 3.
    pub(crate) fn read(
        rows: &HashMap<String, String>,
        charset: Option<&'static Encoding>,
        counts_attempts: bool,
    ) -> Result<Self, AuthError> {
        let get = |name: &str| rows.get(name).map_or("", String::as_str);
        let text = get("version").trim();
        if text.starts_with(['3', '4']) {
            return Err(AuthError::configuration(
                "this is a board of phpBB 3, not of phpBB 2: write system = \"phpbb3\"",
            )
            .with("version", text));
        }
        let version = Version::parse(text);
        let folder = get("default_lang");
        let pages = language::page_charset(folder);
        let unknown = charset.is_none() && pages.is_none();
        let shown = |flag, folder: &str| truthy(get(flag)).then(|| get(folder).to_owned());
        Ok(Self {
            version: (!text.is_empty()).then(|| match text.strip_prefix('.') {
                Some(rest) => format!("2.{rest}"),
                None => text.to_owned(),
            }),
            rule: NameRule::of(version),
            charset: charset.or(pages).unwrap_or(WINDOWS_1252),
            columns: Columns::Text,
            unknown_language: unknown.then(|| folder.to_owned()),
            closed: truthy(get("board_disable")),
            lock: Lock::new(
                integer(get("max_login_attempts")),
                integer(get("login_reset_time")),
            )
            .filter(|_| counts_attempts),
            avatars: Avatars {
                uploaded: shown("allow_avatar_upload", "avatar_path"),
                remote: truthy(get("allow_avatar_remote")),
                gallery: shown("allow_avatar_local", "avatar_gallery_path"),
            },
        })
    }

    /// What to compare the name column with, when somebody typed this.
    pub(crate) fn looked_up(&self, typed: &str) -> String {
        let name = name::clean(typed, self.charset, self.rule);
        match self.columns {
            Columns::Text => name::decode(&name, self.charset),
            Columns::Bytes => WINDOWS_1252
                .decode_without_bom_handling(&name)
                .0
                .into_owned(),
        }
    }

    /// What a text column says.
    pub(crate) fn text(&self, column: String) -> String {
        if self.columns == Columns::Text {
            return column;
        }
        match WINDOWS_1252.encode(&column) {
            (bytes, _, false) => name::decode(&bytes, self.charset),
            // Letters that are none of windows-1252 never were bytes.
            (_, _, true) => column,
        }
    }
}

impl Lock {
    /// A limit of `attempts` in `minutes`; either being 0 switches it off.
    fn new(attempts: i64, minutes: i64) -> Option<Self> {
        (attempts != 0 && minutes != 0).then(|| Self {
            attempts,
            window: Duration::seconds(minutes.saturating_mul(60)),
        })
    }

    /// The end of the lock, if an account with `tries` failures, the last at the Unix time `last`, is locked now.
    ///
    /// Failures older than the window count for nothing: the product forgets them at the next sign-in.
    pub(crate) fn until(self, tries: i64, last: i64, now: Timestamp) -> Option<LockEnd> {
        if last == 0 || tries < self.attempts {
            return None;
        }
        let end = last.saturating_add(self.window.whole_seconds());
        (end >= now.unix_timestamp()).then(|| Timestamp::from_unix_timestamp(end).ok())
    }
}

/// When a lock ends; `None` where no calendar can say.
type LockEnd = Option<Timestamp>;

/// True as PHP sees a string.
fn truthy(value: &str) -> bool {
    !matches!(value, "" | "0")
}

/// A string's leading number, as PHP reads it.
fn integer(value: &str) -> i64 {
    let value = value.trim_start();
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    value[..value.len() - unsigned.len() + digits]
        .parse()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_8, WINDOWS_1251};

    fn rows(rows: &[(&str, &str)]) -> HashMap<String, String> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        rows.iter().map(own).collect()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn the_version_leaves_the_leading_2_out() {
        assert_eq!(Version::parse(".0.23"), Some(Version(23)));
        assert_eq!(Version::parse("2.0.4"), Some(Version(4)));
        assert_eq!(Version::parse(".0.11-dev"), Some(Version(11)));
        assert_eq!(Version::parse("3.0.14"), None);
        assert_eq!(Version::parse(""), None);
        let board = Board::read(&rows(&[("version", ".0.23")]), None, true).unwrap();
        assert_eq!(board.version.as_deref(), Some("2.0.23"));
    }

    #[test]
    fn a_phpbb_3_board_is_refused_with_what_to_write() {
        let error = Board::read(&rows(&[("version", "3.3.10")]), None, true).unwrap_err();
        assert!(error.to_string().contains("phpbb3"), "{error}");
    }

    #[test]
    fn the_default_language_tells_the_character_set_unless_it_is_given() {
        let russian = rows(&[("default_lang", "russian")]);
        let board = Board::read(&russian, None, true).unwrap();
        assert_eq!(board.charset, WINDOWS_1251);
        assert_eq!(board.unknown_language, None);
        let board = Board::read(&russian, Some(UTF_8), true).unwrap();
        assert_eq!(board.charset, UTF_8);
        let board = Board::read(&rows(&[("default_lang", "klingon")]), None, true).unwrap();
        assert_eq!(board.charset, WINDOWS_1252);
        assert_eq!(board.unknown_language.as_deref(), Some("klingon"));
    }

    #[test]
    fn only_latin1_columns_of_boards_in_other_character_sets_hold_bytes() {
        assert_eq!(Columns::of(Some("latin1"), WINDOWS_1251), Columns::Bytes);
        assert_eq!(Columns::of(Some("latin1"), UTF_8), Columns::Bytes);
        assert_eq!(Columns::of(Some("latin1"), WINDOWS_1252), Columns::Text);
        assert_eq!(Columns::of(Some("cp1251"), WINDOWS_1251), Columns::Text);
        assert_eq!(Columns::of(Some("utf8mb3"), UTF_8), Columns::Text);
        assert_eq!(Columns::of(None, UTF_8), Columns::Text);
    }

    #[test]
    fn bytes_are_compared_and_read_as_windows_1252() {
        let rows = rows(&[("version", ".0.23")]);
        let mut board = Board::read(&rows, Some(UTF_8), true).unwrap();
        board.columns = Columns::Bytes;
        assert_eq!(board.looked_up("Zoé"), "ZoÃ©");
        assert_eq!(board.text("ZoÃ©".into()), "Zoé");
        let cut = board.looked_up("Константинополь");
        assert_eq!(
            cut.chars().count(),
            25,
            "the half letter at the end is compared too"
        );
        assert_eq!(board.text(cut), "Константиноп");
        assert_eq!(board.text("Żubr".into()), "Żubr", "converted since");
    }

    #[test]
    fn an_account_is_locked_from_the_limit_on_until_the_window_has_passed() {
        let lock = Lock::new(5, 30).unwrap();
        assert_eq!(lock.until(4, 1000, at(1000)), None);
        assert_eq!(lock.until(5, 1000, at(1000)), Some(Some(at(2800))));
        assert_eq!(lock.until(9, 1000, at(2800)), Some(Some(at(2800))));
        assert_eq!(lock.until(9, 1000, at(2801)), None);
        assert_eq!(lock.until(9, 0, at(100)), None, "never failed");
    }

    #[test]
    fn a_limit_of_nothing_locks_nobody() {
        for (attempts, minutes) in [("0", "30"), ("5", "0"), ("", ""), ("five", "30")] {
            let rows = rows(&[
                ("max_login_attempts", attempts),
                ("login_reset_time", minutes),
            ]);
            assert_eq!(Board::read(&rows, None, true).unwrap().lock, None);
        }
        let rows = rows(&[("max_login_attempts", "5"), ("login_reset_time", "30")]);
        assert!(Board::read(&rows, None, true).unwrap().lock.is_some());
        let before_2_0_19 = Board::read(&rows, None, false).unwrap();
        assert_eq!(before_2_0_19.lock, None, "no columns to count in");
    }

    #[test]
    fn absurd_numbers_do_no_harm() {
        let lock = Lock::new(integer("-3"), integer("99999999999999999999")).map(|_| ());
        assert_eq!(lock, None, "too long a number reads as nothing");
        let lock = Lock::new(1, i64::MAX).unwrap();
        assert_eq!(lock.until(1, i64::MAX, at(0)), Some(None));
        assert_eq!(integer("30 minutes"), 30);
    }
}
