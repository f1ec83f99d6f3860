//! crypt(3) as a whole, for formats that keep whatever it wrote.

use super::computed::Found;
use super::{bcrypt, des_crypt, ext_des_crypt, md5_crypt, sha_crypt};

/// A value of any of crypt(3)'s methods that products use.
pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    des_crypt::recognise(stored)
        .or_else(|| ext_des_crypt::recognise(stored))
        .or_else(|| md5_crypt::recognise(stored))
        .or_else(|| bcrypt::recognise(stored))
        .or_else(|| sha_crypt::recognise_sha256(stored))
        .or_else(|| sha_crypt::recognise_sha512(stored))
}

/// Salt and digest around the dollar sign between them. Products put all kinds of text into salts,
/// even parts of names, so any byte will do that does not end a field or a line somewhere.
pub(super) fn split_salt(text: &[u8], longest: usize) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'$')?;
    let (salt, digest) = (&text[..end], &text[end + 1..]);
    let usable = |byte: &u8| *byte >= b' ' && *byte != b':' && *byte != 0x7f;
    (salt.len() <= longest && salt.iter().all(usable)).then_some((salt, digest))
}
