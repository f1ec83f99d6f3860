use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::InputError;

mod bytes;
mod charset;
mod html;
mod phpbb;
mod step;
mod tags;
mod text;

pub(crate) use bytes::php_trim;
use step::Step;

/// What a product does to a password before it hashes it, or to a name before it looks it up:
/// steps joined by `+`, from left to right.
///
/// | step | what it does |
/// | --- | --- |
/// | `raw` | nothing: the bytes of the UTF-8 text |
/// | `trim` | without leading and trailing space, `\t`, `\n`, `\r`, `\x0b` and NUL (PHP's `trim`) |
/// | `trim-unicode` | without leading and trailing Unicode white space and NUL |
/// | `collapse` | runs of Unicode white space as one space |
/// | `collapse-ascii` | runs of ASCII white space as one space |
/// | `collapse-spaces` | runs of spaces as one |
/// | `un-nbsp` | no-break spaces as spaces |
/// | `crlf` | CR LF and CR as LF |
/// | `spaces-to-underscores`, `underscores-to-spaces` | ` ` as `_`, `_` as ` ` |
/// | `strip=CHARS` | without these characters; `%2b` and the like write any byte, among them `+` and space |
/// | `lstrip=CHARS` | without these characters at the beginning |
/// | `drop-at` | without one `@` at the beginning |
/// | `cut=32` | the first 32 bytes |
/// | `oversize=80` | what is longer than 80 bytes cut to 79 (SMF) |
/// | `html` | `&` `<` `>` `"` as entities (PHP's `htmlspecialchars` with `ENT_COMPAT`) |
/// | `html-all` | the same, and `'` as `&#039;` (with `ENT_QUOTES`) |
/// | `entities` | all characters that HTML 4 has names for as entities (PHP's `htmlentities` with `ENT_QUOTES`) |
/// | `entities-aef` | the same, then `&amp;#1234;` as `&#1234;` (AEF) |
/// | `ipb` | `&` `\` `!` `$` `"` `<` `>` `'` as Invision Power Board 2 and 3 write them |
/// | `sugar` | `"` `'` `<` `>` and the backtick as entities, `javascript:` taken apart (SugarCRM) |
/// | `decode-html` | `&amp;` `&lt;` `&gt;` `&quot;` `&#039;` `&#39;` `&nbsp;` as characters, the last as a space (SMF) |
/// | `decode-entities` | all entities of HTML 4 and numbers as characters (PHP's `html_entity_decode` with `ENT_QUOTES`) |
/// | `strip-entities` | without `&` to `;` (WordPress' names) |
/// | `strip-percent` | without `%` and two hex digits (WordPress' names) |
/// | `strip-tags` | without HTML tags (PHP's `strip_tags`) |
/// | `angle-to-underscore` | `<` and `>` as `_` (osCommerce) |
/// | `addslashes` | a backslash before `'` `"` `\`, and NUL as `\0` (PHP's `addslashes`) |
/// | `stripslashes` | without those backslashes (PHP's `stripslashes`) |
/// | `lower`, `upper` | lower or upper case, as Unicode has it |
/// | `lower-ascii` | A to Z in lower case |
/// | `ucfirst` | the first character in upper case |
/// | `nfc`, `nfkc` | Unicode normalisation forms C and KC |
/// | `remove-accents` | Latin letters without accents, `ß` as `s` (WordPress' names) |
/// | `remove-accents-de` | the same on German sites: `ä` as `ae`, `ß` as `ss` |
/// | `phpbb-clean` | phpBB 3.2 and later: the name it looks for, folded by case and by likeness |
/// | `phpbb-clean-30` | the same of phpBB 3.0 and 3.1, which know `x²` as `x2` |
/// | `mediawiki-name` | NFC, underscores and white space as single spaces, a capital first |
/// | `cp1252` | windows-1252 bytes: what browsers send from pages declared iso-8859-1, windows-1252 or us-ascii |
/// | `latin1` | ISO 8859-1 proper, bytes 0 to 255 alone (PHP's `utf8_decode` range); a euro sign is not in it |
/// | `charset=windows-1251` | bytes of that charset, by its WHATWG label, as browsers send them; there `latin1` and `iso-8859-1` mean windows-1252 |
///
/// The three charset steps write what the charset lacks as decimal entities, `&#8364;`, as browsers
/// do. Without one of them the bytes are UTF-8. Steps that know letters (all from `lower` to
/// `mediawiki-name` but `lower-ascii`, and `trim-unicode`, `collapse`, `un-nbsp`, `entities`,
/// `decode-entities`) work on text and so come before a charset and before `cut`.
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
