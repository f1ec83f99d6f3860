//! The base 64 of crypt(3) and its relatives, and hexadecimal.

use zeroize::Zeroizing;

/// Digits of crypt(3)'s base 64.
pub(super) const DIGITS: &[u8; 64] =
    b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What one digit stands for.
pub(super) fn digit(byte: u8) -> Option<u32> {
    DIGITS
        .iter()
        .position(|digit| *digit == byte)
        .and_then(|value| value.try_into().ok())
}

/// What some digits stand for, the lowest first.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .rev()
        .try_fold(0_u32, |value, byte| Some(value << 6 | digit(*byte)?))
}

/// Whether `text` is nothing but digits, the last of them at most `last`: a digest's bits do not
/// fill the last digit, and every writer leaves the others 0.
pub(super) fn are_digits(text: &[u8], last: u32) -> bool {
    let Some((end, rest)) = text.split_last() else {
        return false;
    };
    rest.iter().all(|byte| digit(*byte).is_some()) && digit(*end).is_some_and(|end| end <= last)
}

/// Appends the lowest `count` digits of a value, the lowest first.
pub(super) fn append(mut value: u32, count: usize, out: &mut Vec<u8>) {
    for _ in 0..count {
        out.push(DIGITS[(value & 63) as usize]);
        value >>= 6;
    }
}

/// Bytes as digits: three bytes are four digits, lowest first.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len().div_ceil(3) * 4));
    for bytes in bytes.chunks(3) {
        let value = bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u32::from(*byte));
        append(value, bytes.len() + 1, &mut text);
    }
    text
}

/// Small hex digits.
pub(super) fn hex(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new(Vec::with_capacity(2 * bytes.len()));
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

/// The bytes that hex digits, small or capital, stand for.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let nibble = |byte: u8| char::from(byte).to_digit(16);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2)
        .map(|pair| u8::try_from(nibble(pair[0])? << 4 | nibble(pair[1])?).ok())
        .collect()
}

/// A number without sign or leading zeros.
pub(super) fn decimal(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
