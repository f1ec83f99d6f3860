use std::fmt;

use encoding_rs::Encoding;
use zeroize::Zeroizing;

use super::{bytes, charset, html, phpbb, tags, text};
use crate::InputError;
use crate::suggest::nearest;

/// One thing that is done.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// It takes no value: its place in [`SIMPLE`].
    Simple(Simple),
    Cut(usize),
    Oversize(usize),
    Strip(Box<[u8]>),
    LeftStrip(Box<[u8]>),
    Charset(&'static Encoding),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Simple {
    Trim,
    TrimUnicode,
    Collapse,
    CollapseAscii,
    CollapseSpaces,
    UnNbsp,
    Crlf,
    SpacesToUnderscores,
    UnderscoresToSpaces,
    DropAt,
    Html,
    HtmlAll,
    Entities,
    EntitiesAef,
    Ipb,
    Sugar,
    DecodeHtml,
    DecodeEntities,
    StripEntities,
    StripPercent,
    StripTags,
    AngleToUnderscore,
    AddSlashes,
    StripSlashes,
    Lower,
    LowerAscii,
    Upper,
    UcFirst,
    Nfc,
    Nfkc,
    RemoveAccents,
    RemoveAccentsDe,
    PhpbbClean,
    PhpbbClean30,
    MediawikiName,
    Cp1252,
    Latin1,
}

use Simple as S;

/// The names of steps that take no value.
const SIMPLE: &[(&str, Simple)] = &[
    ("trim", S::Trim),
    ("trim-unicode", S::TrimUnicode),
    ("collapse", S::Collapse),
    ("collapse-ascii", S::CollapseAscii),
    ("collapse-spaces", S::CollapseSpaces),
    ("un-nbsp", S::UnNbsp),
    ("crlf", S::Crlf),
    ("spaces-to-underscores", S::SpacesToUnderscores),
    ("underscores-to-spaces", S::UnderscoresToSpaces),
    ("drop-at", S::DropAt),
    ("html", S::Html),
    ("html-all", S::HtmlAll),
    ("entities", S::Entities),
    ("entities-aef", S::EntitiesAef),
    ("ipb", S::Ipb),
    ("sugar", S::Sugar),
    ("decode-html", S::DecodeHtml),
    ("decode-entities", S::DecodeEntities),
    ("strip-entities", S::StripEntities),
    ("strip-percent", S::StripPercent),
    ("strip-tags", S::StripTags),
    ("angle-to-underscore", S::AngleToUnderscore),
    ("addslashes", S::AddSlashes),
    ("stripslashes", S::StripSlashes),
    ("lower", S::Lower),
    ("lower-ascii", S::LowerAscii),
    ("upper", S::Upper),
    ("ucfirst", S::UcFirst),
    ("nfc", S::Nfc),
    ("nfkc", S::Nfkc),
    ("remove-accents", S::RemoveAccents),
    ("remove-accents-de", S::RemoveAccentsDe),
    ("phpbb-clean", S::PhpbbClean),
    ("phpbb-clean-30", S::PhpbbClean30),
    ("mediawiki-name", S::MediawikiName),
    ("cp1252", S::Cp1252),
    ("latin1", S::Latin1),
];

impl Step {
    pub(super) fn parse(word: &str) -> Result<Self, InputError> {
        if let Some((_, step)) = SIMPLE.iter().find(|(name, _)| *name == word) {
            return Ok(Self::Simple(*step));
        }
        match word.split_once('=') {
            Some(("charset", label)) => charset::charset(label),
            Some((name @ "cut", number)) => bytes_of(name, number).map(Self::Cut),
            Some((name @ "oversize", number)) => bytes_of(name, number).map(Self::Oversize),
            Some((name @ "strip", set)) => characters(name, set).map(Self::Strip),
            Some((name @ "lstrip", set)) => characters(name, set).map(Self::LeftStrip),
            _ => Err(InputError::new(no_such_step(word))),
        }
    }

    /// Works on characters, so that the bytes must still be UTF-8.
    pub(super) fn needs_text(&self) -> bool {
        match self {
            Self::Simple(step) => {
                self.encodes()
                    || matches!(
                        step,
                        S::TrimUnicode
                            | S::Collapse
                            | S::UnNbsp
                            | S::Entities
                            | S::EntitiesAef
                            | S::DecodeEntities
                            | S::Lower
                            | S::Upper
                            | S::UcFirst
                            | S::Nfc
                            | S::Nfkc
                            | S::RemoveAccents
                            | S::RemoveAccentsDe
                            | S::PhpbbClean
                            | S::PhpbbClean30
                            | S::MediawikiName
                    )
            }
            Self::Charset(_) => true,
            Self::Cut(_) | Self::Oversize(_) | Self::Strip(_) | Self::LeftStrip(_) => false,
        }
    }

    pub(super) fn encodes(&self) -> bool {
        matches!(self, Self::Simple(S::Cp1252 | S::Latin1) | Self::Charset(_))
    }

    /// After it the bytes need not be UTF-8.
    pub(super) fn leaves_bytes(&self) -> bool {
        match self {
            Self::Cut(_) | Self::Oversize(_) => true,
            // Parts of characters.
            Self::Strip(set) | Self::LeftStrip(set) => std::str::from_utf8(set).is_err(),
            _ => self.encodes(),
        }
    }

    pub(super) fn apply(&self, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Simple(step) => step.apply(bytes),
            Self::Cut(length) => bytes[..(*length).min(bytes.len())].to_vec(),
            Self::Oversize(most) => bytes::oversize(bytes, *most).to_vec(),
            Self::Strip(set) => bytes::strip(bytes, set),
            Self::LeftStrip(set) => bytes::lstrip(bytes, set).to_vec(),
            Self::Charset(encoding) => charset::encode(encoding, utf8(bytes)),
        })
    }
}

impl Simple {
    fn apply(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Trim => bytes::php_trim(bytes).to_vec(),
            Self::TrimUnicode => utf8(bytes)
                .trim_matches(|c: char| c.is_whitespace() || c == '\0')
                .as_bytes()
                .to_vec(),
            Self::Collapse => text::collapse(utf8(bytes)),
            Self::CollapseAscii => bytes::collapse(bytes, bytes::is_space),
            Self::CollapseSpaces => bytes::collapse(bytes, |byte| byte == b' '),
            Self::UnNbsp => {
                let text = utf8(bytes);
                let spaces = text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c });
                text::collect(text.len(), spaces)
            }
            Self::Crlf => bytes::line_feeds(bytes),
            Self::SpacesToUnderscores => {
                bytes::replace(bytes, |byte| (byte == b' ').then_some(b"_"))
            }
            Self::UnderscoresToSpaces => {
                bytes::replace(bytes, |byte| (byte == b'_').then_some(b" "))
            }
            Self::DropAt => bytes.strip_prefix(b"@").unwrap_or(bytes).to_vec(),
            Self::Html => bytes::replace(bytes, |byte| html::special(byte, false)),
            Self::HtmlAll => bytes::replace(bytes, |byte| html::special(byte, true)),
            Self::Entities => html::encode(utf8(bytes)),
            Self::EntitiesAef => html::fold_numbers(&Zeroizing::new(html::encode(utf8(bytes)))),
            Self::Ipb => bytes::replace(bytes, html::ipb),
            Self::Sugar => html::sugar(bytes),
            Self::DecodeHtml => html::decode_special(bytes),
            Self::DecodeEntities => html::decode(utf8(bytes)).into_bytes(),
            Self::StripEntities => html::strip(bytes),
            Self::StripPercent => bytes::strip_percent(bytes),
            Self::StripTags => tags::strip_tags(bytes),
            Self::AngleToUnderscore => bytes::replace(bytes, bytes::no_angles),
            Self::AddSlashes => bytes::replace(bytes, bytes::slashed),
            Self::StripSlashes => bytes::strip_slashes(bytes),
            Self::Lower => utf8(bytes).to_lowercase().into_bytes(),
            Self::LowerAscii => bytes.to_ascii_lowercase(),
            Self::Upper => utf8(bytes).to_uppercase().into_bytes(),
            Self::UcFirst => text::upper_first(utf8(bytes)),
            Self::Nfc => text::nfc(utf8(bytes)),
            Self::Nfkc => text::nfkc(utf8(bytes)),
            Self::RemoveAccents => text::remove_accents(utf8(bytes), false),
            Self::RemoveAccentsDe => text::remove_accents(utf8(bytes), true),
            Self::PhpbbClean => phpbb::clean(utf8(bytes), false),
            Self::PhpbbClean30 => phpbb::clean(utf8(bytes), true),
            Self::MediawikiName => text::mediawiki_name(utf8(bytes)),
            Self::Cp1252 => charset::encode(encoding_rs::WINDOWS_1252, utf8(bytes)),
            Self::Latin1 => charset::latin1(utf8(bytes)),
        }
    }
}

/// Steps that work on text come first (reading an input sees to it), so this is UTF-8.
fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, set) = match self {
            Self::Cut(length) => return write!(f, "cut={length}"),
            Self::Oversize(most) => return write!(f, "oversize={most}"),
            Self::Charset(encoding) => {
                return write!(f, "charset={}", encoding.name().to_ascii_lowercase());
            }
            Self::Simple(step) => {
                return match SIMPLE.iter().find(|(_, known)| known == step) {
                    Some((name, _)) => f.write_str(name),
                    None => Err(fmt::Error),
                };
            }
            Self::Strip(set) => ("strip", set),
            Self::LeftStrip(set) => ("lstrip", set),
        };
        write!(f, "{name}=")?;
        for byte in set {
            match byte {
                b'%' | b'+' => write!(f, "%{byte:02x}")?,
                b'!'..=b'~' => write!(f, "{}", char::from(*byte))?,
                _ => write!(f, "%{byte:02x}")?,
            }
        }
        Ok(())
    }
}

fn bytes_of(name: &str, number: &str) -> Result<usize, InputError> {
    match number.parse::<u16>() {
        Ok(number @ 1..) => Ok(number.into()),
        _ => Err(InputError::new(format!(
            "`{name}={number}`: write a number of bytes from 1 to {}, such as `{name}=32`",
            u16::MAX
        ))),
    }
}

/// Characters, of which `%xx` are bytes.
fn characters(name: &str, set: &str) -> Result<Box<[u8]>, InputError> {
    let mut bytes = Vec::new();
    let mut rest = set.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(InputError::new(format!(
                "`{name}={set}`: write two hex digits after `%`, `%25` for a percent sign"
            )));
        };
        bytes.extend(u8::try_from(high << 4 | low).ok());
        rest = &tail[2..];
    }
    if bytes.is_empty() {
        return Err(InputError::new(format!(
            "`{name}=` takes nothing away: write characters behind it, such as `{name}=.-`"
        )));
    }
    Ok(bytes.into())
}

fn no_such_step(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let instead = match lower.as_str() {
        "" => return "a step is missing: write `raw` for none".to_owned(),
        "htmlspecialchars" | "escape" => Some("html".to_owned()),
        "htmlentities" => Some("entities".to_owned()),
        "html_entity_decode" => Some("decode-entities".to_owned()),
        "strip_tags" => Some("strip-tags".to_owned()),
        "slashes" | "slash" => Some("addslashes".to_owned()),
        "windows-1252" | "win1252" => Some("cp1252".to_owned()),
        "utf8" | "utf-8" | "none" => Some("raw".to_owned()),
        "strip" | "lstrip" => Some(format!("{lower}=.-")),
        "cut" | "oversize" => Some(format!("{lower}=32")),
        label if Encoding::for_label(label.as_bytes()).is_some() && !label.contains("latin") => {
            Some(format!("charset={label}"))
        }
        _ => nearest(word, SIMPLE.iter().map(|(name, _)| (*name).to_owned())),
    };
    match instead {
        Some(instead) => format!("there is no input step `{word}`: did you mean `{instead}`?"),
        None => {
            let names: Vec<_> = SIMPLE.iter().map(|(name, _)| *name).collect();
            format!(
                "there is no input step `{word}`: there are raw, {}, cut=32, oversize=80, \
                 strip=.-, lstrip=.-, charset=windows-1251",
                names.join(", ")
            )
        }
    }
}
