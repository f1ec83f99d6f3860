//! Files that are not UTF-8, for parsers that take nothing else.

use zeroize::Zeroizing;

/// Bytes from 0x80 of a file that is not UTF-8 become characters from here on: private ones, which such a file cannot
/// contain, so that every value finds the way back to its bytes.
const BYTES_AT: u32 = 0xE000;

/// The bytes as text: as they are if they are UTF-8, otherwise each byte from 0x80 as a private character.
pub(crate) fn widen(bytes: &[u8]) -> (Zeroizing<String>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Zeroizing::new(text.to_owned()), false);
    }
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    for byte in bytes {
        let shifted = char::from_u32(BYTES_AT + u32::from(*byte)).filter(|_| !byte.is_ascii());
        text.push(shifted.unwrap_or(char::from(*byte)));
    }
    (text, true)
}

/// Undoes [`widen`]; bytes that are no private character (an escape such as `\xFF` made them) stay.
pub(crate) fn narrow(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        for c in chunk.valid().chars() {
            match u32::from(c)
                .checked_sub(BYTES_AT)
                .and_then(|byte| u8::try_from(byte).ok())
            {
                Some(byte) if !byte.is_ascii() => bytes.push(byte),
                _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        bytes.extend_from_slice(chunk.invalid());
    }
    bytes
}

/// A text of what [`widen`] gave, as it stood in the file.
pub(crate) fn own(text: String, widened: bool) -> Vec<u8> {
    if widened {
        narrow(text.as_bytes())
    } else {
        text.into_bytes()
    }
}
