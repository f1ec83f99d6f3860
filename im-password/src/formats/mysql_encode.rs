//! MySQL's and MariaDB's `ENCODE(password, key)`: a cipher of old, as many bytes as the password
//! has, and no digest. What is typed is encoded and compared, never the other way round.
//!
//! The key's `PASSWORD()` of before 4.1 seeds the generator of random numbers that MySQL had then;
//! it first shuffles a table of all bytes, then shifts each byte before it is looked up there.

use zeroize::Zeroizing;

use super::computed::{Computed, Found};
use super::{Scheme, mysql};
use crate::cost::Work;

pub(super) static FORMAT: MysqlEncode = MysqlEncode;

pub(super) struct MysqlEncode;

impl Scheme for MysqlEncode {
    fn name(&self) -> &'static str {
        "mysql-encode"
    }

    fn description(&self) -> &'static str {
        "MySQL's ENCODE() with the secret: whoever has both reads the password"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Found<'a> {
        if stored.is_empty() {
            return None;
        }
        Computed {
            label: "MySQL ENCODE()".to_owned(),
            blank: b"0".repeat(8),
            digest: stored.to_vec(),
            work: Work::Little,
            compute: Box::new(|material| {
                encode(material.secret.unwrap_or_default(), material.password)
            }),
        }
        .found()
    }

    fn needs(&self) -> &[&'static str] {
        &["$secret"]
    }

    fn is_weak(&self) -> bool {
        true
    }

    /// Any bytes may be of it.
    fn is_last_resort(&self) -> bool {
        true
    }
}

/// MySQL's generator: two numbers below 2^30 - 1.
struct Random(u32, u32);

impl Random {
    const BELOW: u32 = 0x3fff_ffff;

    /// 0 to 254.
    fn next(&mut self) -> u8 {
        self.0 = (self.0 * 3 + self.1) % Self::BELOW;
        self.1 = (self.0 + self.1 + 33) % Self::BELOW;
        let part = f64::from(self.0) / f64::from(Self::BELOW);
        // Below 1, so below 255.
        (part * 255.0) as u8
    }
}

fn encode(key: &[u8], text: &[u8]) -> Zeroizing<Vec<u8>> {
    let [first, second] = mysql::halves(key);
    let mut random = Random(first % Random::BELOW, second % Random::BELOW);
    let mut decoded: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    for at in 0..decoded.len() {
        decoded.swap(usize::from(random.next()), at);
    }
    let mut encoded = Zeroizing::new([0; 256]);
    for (byte, from) in (0..=u8::MAX).zip(decoded) {
        encoded[usize::from(from)] = byte;
    }
    let mut shift = 0;
    let bytes = text.iter().map(|byte| {
        shift ^= random.next();
        let answer = encoded[usize::from(*byte)] ^ shift;
        shift ^= byte;
        answer
    });
    Zeroizing::new(bytes.collect())
}
