//! Types of `type:hash:salt` that are a few digests, as the forums before WoltLab made them.

use md5::Md5;
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::super::computed::{Computed, Found, hex_digest};
use super::super::digits::{hex, unhex};
use crate::cost::Work;
use crate::format::Material;

type Bytes = Zeroizing<Vec<u8>>;
/// Hex digits for what is typed and the salt of the row.
type Formula = fn(&Material<'_>, &[u8]) -> Bytes;

/// How a type is computed, by its name in small letters and the number of hex digits stored.
fn formula(kind: &str, digits: usize) -> Option<Formula> {
    Some(match (kind, digits) {
        ("wcf1", 40) => |m, salt| sha1(&[salt, &sha1(&[salt, &sha1(&[m.password])])]),
        ("wbb2" | "phpass" | "phpbb3", 32) => |m, _| md5(&[m.password]),
        ("wbb2", 40) => |m, _| sha1(&[m.password]),
        ("vb3" | "vb4" | "vb5" | "ipb2", 32) => |m, salt| md5(&[&md5(&[m.password]), salt]),
        ("ipb3" | "mybb1" | "mybb", 32) => |m, salt| md5(&[&md5(&[salt]), &md5(&[m.password])]),
        ("joomla1" | "joomla2" | "joomla3", 32) => |m, salt| md5(&[m.password, salt]),
        ("phpfox3", 32) => |m, salt| md5(&[&md5(&[m.password]), &md5(&[salt])]),
        ("xf1", 40) => |m, salt| sha1(&[&sha1(&[m.password]), salt]),
        ("xf1", 64) => {
            |m, salt| hex_digest::<Sha256>(&[&hex_digest::<Sha256>(&[m.password]), salt])
        }
        ("smf1" | "smf2", 40) => smf,
        _ => return None,
    })
}

fn md5(parts: &[&[u8]]) -> Bytes {
    hex_digest::<Md5>(parts)
}

fn sha1(parts: &[&[u8]]) -> Bytes {
    hex_digest::<Sha1>(parts)
}

/// Simple Machines: the name in small letters before the password. Importers of Suite 5.4 and
/// later wrote it as the salt, older ones relied on the name not changing.
fn smf(material: &Material<'_>, salt: &[u8]) -> Bytes {
    if !salt.is_empty() {
        return sha1(&[salt, material.password]);
    }
    let name = String::from_utf8_lossy(material.username.unwrap_or_default()).to_lowercase();
    sha1(&[name.as_bytes(), material.password])
}

pub(super) fn recognise<'a>(kind: &str, before: &[u8], rest: &'a [u8]) -> Found<'a> {
    let end = rest.iter().position(|byte| *byte == b':');
    let (stored, salt) = match end {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, &rest[rest.len()..]),
    };
    let mut blank = before.to_vec();
    // Also a number of CRC-32, which has no zero before it.
    blank.resize(blank.len() + stored.len(), b'1');
    if end.is_some() {
        blank.push(b':');
        blank.resize(blank.len() + salt.len(), b'0');
    }
    let label = format!("WoltLab {kind}");
    if let Some(options) = kind.strip_prefix("wcf1e") {
        let options = Options::parse(options.as_bytes())?;
        return Computed {
            label,
            blank,
            digest: options.hash.digest(stored)?,
            work: Work::Little,
            compute: Box::new(move |material| options.compute(material.password, salt)),
        }
        .found();
    }
    let formula = formula(kind, stored.len())?;
    Computed {
        label,
        blank,
        digest: hex(&unhex(stored)?).to_vec(),
        work: Work::Little,
        compute: Box::new(move |material| formula(material, salt)),
    }
    .found()
}

/// A board of WCF 1 with other settings than the usual ones: `wcf1e` and four letters.
#[derive(Clone, Copy)]
struct Options {
    hash: Hash,
    salted: bool,
    salt_after: bool,
    hashed_before_salting: bool,
}

#[derive(Clone, Copy)]
enum Hash {
    Crc32,
    Md5,
    Sha1,
}

impl Options {
    fn parse(options: &[u8]) -> Option<Self> {
        let [hash, salted @ (b'0' | b'1'), place, first @ (b'0' | b'1')] = options else {
            return None;
        };
        Some(Self {
            hash: match hash {
                b'c' => Hash::Crc32,
                b'm' => Hash::Md5,
                b's' => Hash::Sha1,
                _ => return None,
            },
            salted: *salted == b'1',
            salt_after: match place {
                b'a' => true,
                b'b' => false,
                _ => return None,
            },
            hashed_before_salting: *first == b'1',
        })
    }

    fn compute(self, password: &[u8], salt: &[u8]) -> Bytes {
        let inner = if self.salted {
            let password = if self.hashed_before_salting {
                self.hash.of(&[password])
            } else {
                Zeroizing::new(password.to_vec())
            };
            if self.salt_after {
                self.hash.of(&[&password, salt])
            } else {
                self.hash.of(&[salt, &password])
            }
        } else {
            self.hash.of(&[password])
        };
        self.hash.of(&[salt, &inner])
    }
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Bytes {
        match self {
            Self::Crc32 => Zeroizing::new(crc32(parts).to_string().into_bytes()),
            Self::Md5 => md5(parts),
            Self::Sha1 => sha1(parts),
        }
    }

    /// The stored digest as [`of`](Self::of) writes it.
    fn digest(self, stored: &[u8]) -> Option<Vec<u8>> {
        let bytes = match self {
            Self::Crc32 => {
                let number: u32 = std::str::from_utf8(stored).ok()?.parse().ok()?;
                return (number.to_string().as_bytes() == stored).then(|| stored.to_vec());
            }
            Self::Md5 => 16,
            Self::Sha1 => 20,
        };
        let digest = unhex(stored).filter(|digest| digest.len() == bytes)?;
        Some(hex(&digest).to_vec())
    }
}

/// CRC-32 of PHP and zlib.
fn crc32(parts: &[&[u8]]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    for part in parts {
        sum.update(part);
    }
    sum.finalize()
}
