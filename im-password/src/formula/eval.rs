//! Computing a formula.

use std::borrow::Cow;

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{Engine, alphabet};
use zeroize::Zeroizing;

use super::{Kind, Map, Node, Value};
use crate::format::Material;
use crate::input::php_trim;

pub(super) fn eval(node: &Node, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    let scope = Scope {
        material,
        value: &[],
    };
    scope.eval(node)
}

/// What the values stand for.
#[derive(Clone, Copy)]
struct Scope<'a> {
    material: &'a Material<'a>,
    /// `$value`
    value: &'a [u8],
}

impl Scope<'_> {
    fn eval(&self, node: &Node) -> Zeroizing<Vec<u8>> {
        // Room for all of it, so that no copy stays behind in memory when the vector grows.
        let mut out = Zeroizing::new(Vec::with_capacity(self.bound(node)));
        self.append(node, &mut out);
        out
    }

    fn value(&self, value: Value) -> Cow<'_, [u8]> {
        // A policy does not evaluate a formula whose values are missing.
        Cow::Borrowed(match value {
            Value::Pass => self.material.password,
            Value::Salt => self.material.salt.unwrap_or_default(),
            Value::Username => self.material.username.unwrap_or_default(),
            Value::Secret => self.material.secret.unwrap_or_default(),
            Value::Step => self.value,
            Value::Rounds => {
                return self
                    .material
                    .rounds
                    .unwrap_or(0)
                    .to_string()
                    .into_bytes()
                    .into();
            }
        })
    }

    fn append(&self, node: &Node, out: &mut Vec<u8>) {
        match &node.kind {
            Kind::Value(of) => out.extend_from_slice(&self.value(*of)),
            Kind::Literal(bytes) => out.extend_from_slice(bytes),
            Kind::Concat(parts) => {
                for part in parts {
                    self.append(part, out);
                }
            }
            Kind::Digest(..) | Kind::Hmac { .. } | Kind::Pbkdf2 { .. } => {
                hex(&self.digest(node), out);
            }
            Kind::Raw(of) => out.extend_from_slice(&self.digest(of)),
            Kind::Repeat { count, first, step } => {
                let mut value = self.eval(first);
                for _ in 0..count.get(self.material.rounds) {
                    let scope = Scope {
                        value: &value,
                        ..*self
                    };
                    value = scope.eval(step);
                }
                out.extend_from_slice(&value);
            }
            Kind::Map(map, of) => apply(*map, &self.eval(of), out),
            Kind::Substr { of, start, length } => {
                let of = self.eval(of);
                let rest = of.get(*start..).unwrap_or_default();
                out.extend_from_slice(&rest[..length.unwrap_or(rest.len()).min(rest.len())]);
            }
        }
    }

    /// The bytes of a digest or keyed digest; of anything else nothing, which the parser rules
    /// out.
    fn digest(&self, node: &Node) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(64));
        match &node.kind {
            Kind::Digest(hash, of) => hash.digest(&self.eval(of), &mut out),
            Kind::Hmac { hash, key, data } => {
                hash.hmac(&self.eval(key), &self.eval(data), &mut out);
            }
            Kind::Pbkdf2 {
                hash,
                salt,
                rounds,
                length,
                of,
            } => {
                out.resize(*length, 0);
                let rounds = rounds.get(self.material.rounds);
                hash.pbkdf2(&self.eval(of), &self.eval(salt), rounds, &mut out);
            }
            _ => {}
        }
        out
    }

    /// The most bytes the result can have.
    fn bound(&self, node: &Node) -> usize {
        match &node.kind {
            Kind::Value(of) => self.value(*of).len(),
            Kind::Literal(bytes) => bytes.len(),
            Kind::Concat(parts) => parts.iter().map(|part| self.bound(part)).sum(),
            Kind::Digest(hash, _) | Kind::Hmac { hash, .. } => 2 * hash.len(),
            Kind::Pbkdf2 { length, .. } => 2 * length,
            // The step's own size: its `$value` gets into a digest.
            Kind::Repeat { step, .. } => self.bound(step),
            Kind::Raw(of) | Kind::Substr { of, .. } => self.bound(of),
            Kind::Map(Map::Lower | Map::Upper | Map::Trim | Map::Unhex | Map::Unbase64, of) => {
                self.bound(of)
            }
            Kind::Map(Map::Hex | Map::Base64 | Map::Utf16Le | Map::LowerUtf8, of) => {
                2 * self.bound(of) + 4
            }
        }
    }
}

/// Base64 with or without padding; unused bits may be anything, as in PHP.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn apply(map: Map, bytes: &[u8], out: &mut Vec<u8>) {
    match map {
        Map::Lower => out.extend(bytes.iter().map(u8::to_ascii_lowercase)),
        Map::Upper => out.extend(bytes.iter().map(u8::to_ascii_uppercase)),
        Map::LowerUtf8 => match std::str::from_utf8(bytes) {
            Ok(text) => {
                let mut utf8 = [0; 4];
                for c in text.chars().flat_map(char::to_lowercase) {
                    out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
                }
            }
            Err(_) => out.extend(bytes.iter().map(u8::to_ascii_lowercase)),
        },
        Map::Trim => out.extend_from_slice(php_trim(bytes)),
        Map::Hex => hex(bytes, out),
        Map::Unhex => unhex(bytes, out),
        Map::Base64 => {
            out.extend_from_slice(Zeroizing::new(STANDARD.encode(bytes)).as_bytes());
        }
        Map::Unbase64 => {
            let decoded = Zeroizing::new(LENIENT.decode(bytes).unwrap_or_default());
            out.extend_from_slice(&decoded);
        }
        Map::Utf16Le => match std::str::from_utf8(bytes) {
            Ok(text) => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Err(_) => out.extend(bytes.iter().flat_map(|byte| [*byte, 0])),
        },
    }
}

fn unhex(digits: &[u8], out: &mut Vec<u8>) {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return;
    }
    for pair in digits.chunks_exact(2) {
        let value = pair
            .iter()
            .filter_map(|byte| digit(*byte))
            .fold(0, |high, low| high << 4 | low);
        out.extend(u8::try_from(value).ok());
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
