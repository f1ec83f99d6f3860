//! Bytes of other charsets than UTF-8.

use encoding_rs::Encoding;

use super::step::Step;
use crate::InputError;

pub(super) fn charset(label: &str) -> Result<Step, InputError> {
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

/// As browsers submit a form: what the charset lacks becomes a decimal entity.
pub(super) fn encode(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

/// ISO 8859-1 proper: the first 256 characters are the bytes, all others decimal entities.
pub(super) fn latin1(text: &str) -> Vec<u8> {
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
