use std::fmt;
use std::str::FromStr;

use encoding_rs::Encoding;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::InputError;
use crate::suggest::nearest;

/// What a product does to a password before it hashes it: steps joined by `+`, from left to right.
///
/// | step | what it does |
/// | --- | --- |
/// | `raw` | nothing: the bytes of the UTF-8 text |
/// | `trim` | without leading and trailing space, `\t`, `\n`, `\r`, `\x0b` and NUL (PHP's `trim`) |
/// | `trim-unicode` | without leading and trailing Unicode white space and NUL |
/// | `html` | `&` `<` `>` `"` as entities (PHP's `htmlspecialchars` with `ENT_COMPAT`) |
/// | `html-all` | the same, and `'` as `&#039;` (with `ENT_QUOTES`) |
/// | `addslashes` | a backslash before `'` `"` `\`, and NUL as `\0` (PHP's `addslashes`) |
/// | `stripslashes` | without those backslashes (PHP's `stripslashes`) |
/// | `lower` | lower case, as Unicode has it |
/// | `lower-ascii` | A to Z in lower case |
/// | `nfc` | Unicode normalisation form C |
/// | `cut=32` | the first 32 bytes |
/// | `cp1252` | windows-1252 bytes: what browsers send from pages declared iso-8859-1, windows-1252 or us-ascii |
/// | `latin1` | ISO 8859-1 proper, bytes 0 to 255 alone (PHP's `utf8_decode` range); a euro sign is not in it |
/// | `charset=windows-1251` | bytes of that charset, by its WHATWG label, as browsers send them; there `latin1` and `iso-8859-1` mean windows-1252 |
///
/// The three charset steps write what the charset lacks as decimal entities, `&#8364;`, as browsers
/// do. Without one of them the bytes are UTF-8. `nfc`, `lower` and `trim-unicode` work on text and
/// so come before a charset and before `cut`.
///
/// ```
/// use im_password::Input;
///
/// let input: Input = "cp1252+addslashes".parse()?;
/// assert_eq!(*input.apply("it's 5 €"), b"it\\'s 5 \x80");
/// assert_eq!(input.to_string(), "cp1252+addslashes");
///
/// let error = "trim+latin-1".parse::<Input>().unwrap_err();
/// assert_eq!(error.to_string(), "there is no input step `latin-1`: did you mean `latin1`?");
/// # Ok::<(), im_password::InputError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Input {
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Trim,
    TrimUnicode,
    Html,
    HtmlAll,
    AddSlashes,
    StripSlashes,
    Lower,
    LowerAscii,
    Nfc,
    Cut(usize),
    Cp1252,
    Latin1,
    Charset(&'static Encoding),
}

/// The steps that take no value.
const STEPS: [(&str, Step); 11] = [
    ("trim", Step::Trim),
    ("trim-unicode", Step::TrimUnicode),
    ("html", Step::Html),
    ("html-all", Step::HtmlAll),
    ("addslashes", Step::AddSlashes),
    ("stripslashes", Step::StripSlashes),
    ("lower", Step::Lower),
    ("lower-ascii", Step::LowerAscii),
    ("nfc", Step::Nfc),
    ("cp1252", Step::Cp1252),
    ("latin1", Step::Latin1),
];

impl Input {
    /// The bytes that are hashed. Their memory is overwritten when they are dropped.
    #[must_use]
    pub fn apply(&self, password: &str) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(password.as_bytes().to_vec());
        for step in &self.steps {
            bytes = step.apply(&bytes);
        }
        bytes
    }
}

impl Default for Input {
    /// `raw`
    fn default() -> Self {
        Self { steps: Vec::new() }
    }
}

impl FromStr for Input {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        let mut steps: Vec<Step> = Vec::new();
        for word in text.split('+').map(str::trim) {
            if word == "raw" {
                continue;
            }
            let step = Step::parse(word)?;
            if let Some(before) = steps.iter().find(|before| before.leaves_bytes()) {
                if step.encodes() {
                    return Err(InputError::new(format!(
                        "`{step}` after `{before}`: one charset step is all there can be, and \
                         before `cut`"
                    )));
                }
                if step.needs_text() {
                    return Err(InputError::new(format!(
                        "`{step}` works on text: write it before `{before}`"
                    )));
                }
            }
            steps.push(step);
        }
        Ok(Self { steps })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("raw");
        }
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str("+")?;
            }
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({self})")
    }
}

impl Step {
    fn parse(word: &str) -> Result<Self, InputError> {
        if let Some((_, step)) = STEPS.iter().find(|(name, _)| *name == word) {
            return Ok(*step);
        }
        if let Some(label) = word.strip_prefix("charset=") {
            return charset(label);
        }
        if let Some(length) = word.strip_prefix("cut=") {
            return match length.parse::<u16>() {
                Ok(length @ 1..) => Ok(Self::Cut(length.into())),
                _ => Err(InputError::new(format!(
                    "`{word}`: write a number of bytes from 1 to {}, such as `cut=32`",
                    u16::MAX
                ))),
            };
        }
        Err(InputError::new(no_such_step(word)))
    }

    /// Works on characters, so that the bytes must still be UTF-8.
    fn needs_text(self) -> bool {
        matches!(self, Self::TrimUnicode | Self::Lower | Self::Nfc) || self.encodes()
    }

    fn encodes(self) -> bool {
        matches!(self, Self::Cp1252 | Self::Latin1 | Self::Charset(_))
    }

    /// After it the bytes need not be UTF-8.
    fn leaves_bytes(self) -> bool {
        self.encodes() || matches!(self, Self::Cut(_))
    }

    fn apply(self, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Trim => php_trim(bytes).to_vec(),
            Self::Html => replace(bytes, |byte| html(byte, false)),
            Self::HtmlAll => replace(bytes, |byte| html(byte, true)),
            Self::AddSlashes => replace(bytes, slashed),
            Self::StripSlashes => strip_slashes(bytes),
            Self::LowerAscii => bytes.to_ascii_lowercase(),
            Self::Cut(length) => bytes[..length.min(bytes.len())].to_vec(),
            Self::TrimUnicode => text(bytes)
                .trim_matches(|c: char| c.is_whitespace() || c == '\0')
                .as_bytes()
                .to_vec(),
            Self::Lower => text(bytes).to_lowercase().into_bytes(),
            Self::Nfc => {
                let mut normal = String::with_capacity(3 * bytes.len());
                normal.extend(text(bytes).nfc());
                normal.into_bytes()
            }
            Self::Cp1252 => encode(encoding_rs::WINDOWS_1252, text(bytes)),
            Self::Latin1 => latin1(text(bytes)),
            Self::Charset(encoding) => encode(encoding, text(bytes)),
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut(length) => write!(f, "cut={length}"),
            Self::Charset(encoding) => {
                write!(f, "charset={}", encoding.name().to_ascii_lowercase())
            }
            step => match STEPS.iter().find(|(_, known)| known == step) {
                Some((name, _)) => f.write_str(name),
                None => Err(fmt::Error),
            },
        }
    }
}

/// Steps that work on text come first ([`Input::from_str`] sees to it), so this is UTF-8.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn charset(label: &str) -> Result<Step, InputError> {
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding.output_encoding() == encoding => Ok(Step::Charset(encoding)),
        Some(encoding) => Err(InputError::new(format!(
            "browsers send UTF-8 from pages in {}: leave `charset={label}` out",
            encoding.name()
        ))),
        None => Err(InputError::new(format!(
            "`{label}` is no charset: write a label of the WHATWG encoding standard, such as \
             `charset=windows-1251`"
        ))),
    }
}

fn no_such_step(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let instead = match lower.as_str() {
        "" => return "a step is missing: write `raw` for none".to_owned(),
        "htmlspecialchars" | "escape" | "entities" => Some("html".to_owned()),
        "slashes" | "slash" => Some("addslashes".to_owned()),
        "windows-1252" | "win1252" => Some("cp1252".to_owned()),
        "utf8" | "utf-8" | "none" => Some("raw".to_owned()),
        label if Encoding::for_label(label.as_bytes()).is_some() && !label.contains("latin") => {
            Some(format!("charset={label}"))
        }
        _ => nearest(word, STEPS.map(|(name, _)| name.to_owned())),
    };
    match instead {
        Some(instead) => format!("there is no input step `{word}`: did you mean `{instead}`?"),
        None => format!(
            "there is no input step `{word}`: there are raw, {}, cut=32, charset=windows-1251",
            STEPS.map(|(name, _)| name).join(", ")
        ),
    }
}

/// PHP's `trim`: without space, tab, line feed, carriage return, vertical tab and NUL around it.
pub(crate) fn php_trim(bytes: &[u8]) -> &[u8] {
    let outer = |byte: &u8| b" \t\n\r\x0b\0".contains(byte);
    let start = bytes
        .iter()
        .position(|byte| !outer(byte))
        .unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|byte| !outer(byte))
        .map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Each byte, or what stands for it. No reallocation: no copy stays behind in memory.
fn replace(bytes: &[u8], with: impl Fn(u8) -> Option<&'static [u8]>) -> Vec<u8> {
    let len = bytes
        .iter()
        .map(|byte| with(*byte).map_or(1, <[u8]>::len))
        .sum();
    let mut out = Vec::with_capacity(len);
    for byte in bytes {
        out.extend_from_slice(with(*byte).unwrap_or(std::slice::from_ref(byte)));
    }
    out
}

fn html(byte: u8, all: bool) -> Option<&'static [u8]> {
    Some(match byte {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'"' => b"&quot;",
        b'\'' if all => b"&#039;",
        _ => return None,
    })
}

fn slashed(byte: u8) -> Option<&'static [u8]> {
    Some(match byte {
        b'\'' => b"\\'",
        b'"' => b"\\\"",
        b'\\' => b"\\\\",
        0 => b"\\0",
        _ => return None,
    })
}

/// A backslash goes, the byte after it stays; `\0` is NUL again.
fn strip_slashes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'0') => out.push(0),
                Some(other) => out.push(*other),
                None => {}
            },
            other => out.push(*other),
        }
    }
    out
}

/// As browsers submit a form: what the charset lacks becomes a decimal entity.
fn encode(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

/// ISO 8859-1 proper: the first 256 characters are the bytes, all others decimal entities.
fn latin1(text: &str) -> Vec<u8> {
    // An entity of a character of two UTF-8 bytes has up to seven: `&#2047;`.
    let mut out = Vec::with_capacity(4 * text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes()),
        }
    }
    out
}
