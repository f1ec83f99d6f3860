//! Computing a formula.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Kind, Map, Node, Value};
use crate::format::Material;
use crate::input::php_trim;

pub(super) fn eval(node: &Node, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    // Room for all of it, so that no copy stays behind in memory when the vector grows.
    let mut out = Zeroizing::new(Vec::with_capacity(bound(node, material)));
    append(node, material, &mut out);
    out
}

fn value<'a>(value: Value, material: &Material<'a>) -> &'a [u8] {
    // A policy does not evaluate a formula whose values are missing.
    match value {
        Value::Pass => material.password,
        Value::Salt => material.salt.unwrap_or_default(),
        Value::Username => material.username.unwrap_or_default(),
        Value::Secret => material.secret.unwrap_or_default(),
    }
}

fn append(node: &Node, material: &Material<'_>, out: &mut Vec<u8>) {
    match &node.kind {
        Kind::Value(of) => out.extend_from_slice(value(*of, material)),
        Kind::Literal(bytes) => out.extend_from_slice(bytes),
        Kind::Concat(parts) => {
            for part in parts {
                append(part, material, out);
            }
        }
        Kind::Digest(..) | Kind::Hmac { .. } => {
            hex(&digest(node, material), out);
        }
        Kind::Raw(of) => out.extend_from_slice(&digest(of, material)),
        Kind::Map(map, of) => apply(*map, &eval(of, material), out),
        Kind::Substr { of, start, length } => {
            let of = eval(of, material);
            let rest = of.get(*start..).unwrap_or_default();
            out.extend_from_slice(&rest[..length.unwrap_or(rest.len()).min(rest.len())]);
        }
    }
}

/// The bytes of a digest or keyed digest; of anything else nothing, which the parser rules out.
fn digest(node: &Node, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(64));
    match &node.kind {
        Kind::Digest(hash, of) => hash.digest(&eval(of, material), &mut out),
        Kind::Hmac { hash, key, data } => {
            hash.hmac(&eval(key, material), &eval(data, material), &mut out);
        }
        _ => {}
    }
    out
}

fn apply(map: Map, bytes: &[u8], out: &mut Vec<u8>) {
    match map {
        Map::Lower => out.extend(bytes.iter().map(u8::to_ascii_lowercase)),
        Map::Upper => out.extend(bytes.iter().map(u8::to_ascii_uppercase)),
        Map::Trim => out.extend_from_slice(php_trim(bytes)),
        Map::Hex => hex(bytes, out),
        Map::Base64 => {
            out.extend_from_slice(Zeroizing::new(STANDARD.encode(bytes)).as_bytes());
        }
        Map::Utf16Le => match std::str::from_utf8(bytes) {
            Ok(text) => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Err(_) => out.extend(bytes.iter().flat_map(|byte| [*byte, 0])),
        },
    }
}

fn hex(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(if digit < 10 {
                b'0' + digit
            } else {
                b'a' + digit - 10
            });
        }
    }
}

/// The most bytes the result can have.
fn bound(node: &Node, material: &Material<'_>) -> usize {
    match &node.kind {
        Kind::Value(of) => value(*of, material).len(),
        Kind::Literal(bytes) => bytes.len(),
        Kind::Concat(parts) => parts.iter().map(|part| bound(part, material)).sum(),
        Kind::Digest(hash, _) | Kind::Hmac { hash, .. } => 2 * hash.len(),
        Kind::Raw(of) | Kind::Substr { of, .. } => bound(of, material),
        Kind::Map(Map::Lower | Map::Upper | Map::Trim, of) => bound(of, material),
        Kind::Map(Map::Hex | Map::Base64 | Map::Utf16Le, of) => 2 * bound(of, material) + 4,
    }
}
