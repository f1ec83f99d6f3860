//! Magento 2's `digest:salt:versions`: each version is a step over the hex digits of the one before
//! it, all with one salt. Upgrades append a step without knowing the password.
//!
//! `0` is the MD5 and `1` the SHA-256 of the salt and what comes in, `2` Argon2id with fixed costs,
//! `3_length_passes_memory` with others, the memory in bytes.

use argon2::{Algorithm, Params, Version};
use md5::Md5;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Named;
use super::argon2 as phc;
use super::computed::{Found, hex_digest};
use super::digits::{decimal, hex, unhex};
use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) static FORMAT: Named = Named {
    name: "magento2",
    description: "Magento 2's digest:salt:versions",
    weak: false,
    recognise,
};

/// Bytes of the salt that Argon2 takes.
const ARGON2_SALT: usize = 16;

/// No chain of upgrades has more steps.
const MOST_STEPS: usize = 8;

enum Step {
    Md5,
    Sha256,
    Argon2id(Params),
}

struct Stored<'a> {
    /// Hex digits in small letters.
    digest: Vec<u8>,
    salt: &'a [u8],
    versions: &'a str,
    steps: Vec<Step>,
}

fn recognise(stored: &[u8]) -> Found<'_> {
    let mut fields = stored.splitn(3, |byte| *byte == b':');
    let (digits, salt, versions) = (fields.next()?, fields.next()?, fields.next()?);
    let versions = std::str::from_utf8(versions).ok()?;
    let steps = versions
        .split(':')
        .map(Step::parse)
        .collect::<Option<Vec<_>>>()?;
    if salt.is_empty() || steps.len() > MOST_STEPS || unhex(digits)?.len() != steps.last()?.len() {
        return None;
    }
    Some(Box::new(Stored {
        digest: digits.to_ascii_lowercase(),
        salt,
        versions,
        steps,
    }))
}

impl Step {
    fn parse(version: &str) -> Option<Self> {
        let params = |memory: u32, passes, len| Params::new(memory, passes, 1, Some(len)).ok();
        Some(match version {
            "0" => Self::Md5,
            "1" => Self::Sha256,
            "2" => Self::Argon2id(params(64 * 1024, 2, 32)?),
            _ => {
                let mut fields = version.strip_prefix("3_")?.split('_');
                let mut number = || decimal(fields.next()?.as_bytes());
                let (len, passes, memory) = (number()?, number()?, number()?);
                if fields.next().is_some() || !(16..=128).contains(&len) {
                    return None;
                }
                Self::Argon2id(params(memory / 1024, passes, len as usize)?)
            }
        })
    }

    /// Bytes of what comes out, which then is written in hex digits.
    fn len(&self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha256 => 32,
            Self::Argon2id(params) => params.output_len().unwrap_or_default(),
        }
    }

    fn apply(&self, salt: &[u8], input: &[u8]) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Md5 => hex_digest::<Md5>(&[salt, input]),
            Self::Sha256 => hex_digest::<Sha256>(&[salt, input]),
            Self::Argon2id(params) => {
                // A shorter salt is repeated.
                let salt: Vec<u8> = salt.iter().copied().cycle().take(ARGON2_SALT).collect();
                let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
                hex(&phc::raw(algorithm, version, params, &salt, input))
            }
        }
    }
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        format!("Magento 2, versions {}", self.versions)
    }

    fn blank(&self) -> Vec<u8> {
        format!(
            "{}:{}:{}",
            "0".repeat(self.digest.len()),
            "0".repeat(self.salt.len()),
            self.versions
        )
        .into_bytes()
    }

    fn memory(&self) -> usize {
        self.argon2().map(phc::memory).max().unwrap_or(0)
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.argon2()
            .try_for_each(|params| phc::allowed(params, limits))
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let start = Zeroizing::new(material.password.to_vec());
        let computed = self
            .steps
            .iter()
            .fold(start, |input, step| step.apply(self.salt, &input));
        compare::equal(&computed, &self.digest)
    }
}

impl Stored<'_> {
    fn argon2(&self) -> impl Iterator<Item = &Params> {
        self.steps.iter().filter_map(|step| match step {
            Step::Argon2id(params) => Some(params),
            Step::Md5 | Step::Sha256 => None,
        })
    }
}
