//! Gitea's and Forgejo's columns `passwd_hash_algo` and `passwd`, joined by a colon:
//! `pbkdf2$50000$50:digest`, the digest in hex digits. The salt has a column of its own: hex
//! digits, in rows of before 1.16 ten bytes as they are.
//!
//! An algorithm without numbers is the one that Gitea had before it wrote them, which is not what
//! the same word means in `app.ini`. No algorithm is `pbkdf2` without numbers.

use argon2::{Algorithm, Params, Version};
use zeroize::Zeroizing;

use super::computed::{Found, Wrapped, as_it_is};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;
use super::scrypt::Cost;
use super::{Scheme, argon2 as argon2_format, bcrypt};
use crate::cost::{CostLimits, Work};
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) static FORMAT: Gitea = Gitea;

pub(super) struct Gitea;

impl Scheme for Gitea {
    fn name(&self) -> &'static str {
        "gitea"
    }

    fn description(&self) -> &'static str {
        "Gitea's algorithm, a colon and the digest: PBKDF2, Argon2, scrypt, bcrypt"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Found<'a> {
        let end = stored.iter().position(|byte| *byte == b':')?;
        let mut fields = stored[..end].split(|byte| *byte == b'$');
        let name = fields.next()?;
        let numbers: Vec<u32> = fields.map(decimal).collect::<Option<_>>()?;
        let digest = &stored[end + 1..];
        if name == b"bcrypt" && numbers.len() <= 1 {
            // The value holds its own cost and salt.
            return Wrapped {
                label: "Gitea ",
                before: &stored[..=end],
                inner: bcrypt::recognise(digest)?,
                password: as_it_is,
            }
            .found();
        }
        let function = Function::new(name, &numbers)?;
        let digest = unhex(digest).filter(|digest| digest.len() == function.len())?;
        Some(Box::new(Stored {
            before: &stored[..=end],
            function,
            digest,
        }))
    }

    fn needs(&self) -> &[&'static str] {
        &["$salt"]
    }
}

/// What makes the digest, with its numbers.
enum Function {
    Pbkdf2 { rounds: u32, len: usize },
    Argon2(Params),
    Scrypt { cost: Cost, len: usize },
}

/// A stored value taken apart.
struct Stored<'a> {
    /// The algorithm and the colon.
    before: &'a [u8],
    function: Function,
    digest: Vec<u8>,
}

impl Function {
    fn new(name: &[u8], numbers: &[u32]) -> Option<Self> {
        match (name, numbers) {
            (b"" | b"pbkdf2", []) => Self::pbkdf2(10_000, 50),
            (b"pbkdf2", &[rounds, len]) => Self::pbkdf2(rounds, len),
            (b"argon2", []) => Self::argon2(2, 65_536, 8, 50),
            (b"argon2", &[passes, memory, lanes, len]) => Self::argon2(passes, memory, lanes, len),
            (b"scrypt", []) => Self::scrypt(65_536, 16, 2, 50),
            (b"scrypt", &[count, block, lanes, len]) => Self::scrypt(count, block, lanes, len),
            _ => None,
        }
    }

    fn pbkdf2(rounds: u32, len: u32) -> Option<Self> {
        let len = length(len)?;
        (rounds > 0).then_some(Self::Pbkdf2 { rounds, len })
    }

    fn argon2(passes: u32, memory: u32, lanes: u32, len: u32) -> Option<Self> {
        let params = Params::new(memory, passes, lanes, Some(length(len)?)).ok()?;
        Some(Self::Argon2(params))
    }

    fn scrypt(count: u32, block: u32, lanes: u32, len: u32) -> Option<Self> {
        let count = Some(count).filter(|count| count.is_power_of_two())?;
        let cost = Cost::new(count.ilog2(), block, lanes)?;
        let len = length(len)?;
        Some(Self::Scrypt { cost, len })
    }

    /// Bytes of the digest.
    fn len(&self) -> usize {
        match self {
            Self::Pbkdf2 { len, .. } | Self::Scrypt { len, .. } => *len,
            Self::Argon2(params) => params.output_len().unwrap_or_default(),
        }
    }

    /// `None` for Argon2, which has limits of its own.
    fn work(&self) -> Option<Work> {
        match self {
            Self::Pbkdf2 { rounds, len } => Some(Prf::SHA256.work(*rounds, *len)),
            Self::Scrypt { cost, .. } => Some(cost.work()),
            Self::Argon2(_) => None,
        }
    }

    fn compute(&self, salt: Vec<u8>, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Pbkdf2 { rounds, len } => Prf::SHA256.compute(salt, *rounds, *len)(material),
            Self::Scrypt { cost, len } => cost.compute(salt, *len)(material),
            Self::Argon2(params) => {
                let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
                argon2_format::raw(algorithm, version, params, &salt, material.password)
            }
        }
    }
}

/// Digests of a length that somebody may have configured, and that nobody finds by chance.
fn length(len: u32) -> Option<usize> {
    (16..=128).contains(&len).then_some(len as usize)
}

/// The bytes of the salt, as the column holds it.
fn salt(column: &[u8]) -> Option<Vec<u8>> {
    if column.len() == 10 {
        return Some(column.to_vec());
    }
    unhex(column).filter(|salt| !salt.is_empty())
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        match &self.function {
            Function::Pbkdf2 { rounds, .. } => {
                format!("Gitea PBKDF2 with SHA-256, {rounds} rounds")
            }
            Function::Argon2(params) => format!(
                "Gitea argon2id, m={}, t={}, p={}",
                params.m_cost(),
                params.t_cost(),
                params.p_cost()
            ),
            Function::Scrypt { cost, .. } => format!("Gitea {cost}"),
        }
    }

    fn blank(&self) -> Vec<u8> {
        let mut blank = self.before.to_vec();
        blank.resize(blank.len() + 2 * self.digest.len(), b'0');
        blank
    }

    fn memory(&self) -> usize {
        match &self.function {
            Function::Argon2(params) => argon2_format::memory(params),
            other => other.work().map_or(0, Work::memory),
        }
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        match &self.function {
            Function::Argon2(params) => argon2_format::allowed(params, limits),
            other => other.work().map_or(Ok(()), |work| work.allowed(limits)),
        }
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let Some(salt) = salt(material.salt.unwrap_or_default()) else {
            return false;
        };
        let computed = self.function.compute(salt, material);
        compare::equal(&computed, &self.digest)
    }
}
