use argon2::Params;

use crate::{HashError, formats};

/// Memory of [`hash_argon2id`] in KiB, and its passes and lanes: OWASP's password storage cheat
/// sheet, the second of its Argon2id settings.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const PARAMS: Params = match Params::new(MEMORY_KIB, PASSES, LANES, None) {
    Ok(params) => params,
    Err(_) => panic!("Argon2 allows these parameters"),
};

/// Bytes of memory that [`hash_argon2id`] takes: what to tell a pool.
pub const HASH_MEMORY: usize = MEMORY_KIB as usize * 1024;

/// Hashes a new password with Argon2id (19 MiB, two passes, one lane) and a random salt, as a PHC
/// string that the format `argon2` verifies.
///
/// It takes tens of milliseconds: in a server, run it in a pool.
///
/// # Errors
/// [`HashError::Random`] without random bytes, [`HashError::TooLong`] over 4 GiB.
///
/// ```
/// use im_password::{Attempt, Policy, hash_argon2id};
///
/// let stored = hash_argon2id("correct horse")?;
/// assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// let policy = Policy::new(["argon2".parse()?]);
/// assert!(policy.verify(&Attempt::new("correct horse"), stored.as_bytes())?.is_match());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hash_argon2id(password: &str) -> Result<String, HashError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(HashError::Random)?;
    formats::argon2_hash(password.as_bytes(), &salt, PARAMS).map_err(|_| HashError::TooLong)
}
