use crate::VerifyError;

/// The most work and memory one verification may ask for.
///
/// The cost of a hash comes out of a row of somebody else's database, so one hostile or mistaken
/// row could otherwise occupy a thread for hours or the whole memory. A stored value above a limit
/// is [`VerifyError::TooCostly`], told before anything is computed.
///
/// A limit is for one computation. Several formats may have the shape of a stored value, the password
/// may be tried in several inputs, and a site may have several secrets: [`whole`](Self::whole) bounds
/// what all of that takes together. With the defaults, 16 different tries are all computed up to
/// bcrypt cost 13.
///
/// ```
/// use im_password::{Attempt, CostLimits, Policy, VerifyError};
///
/// let mut limits = CostLimits::default();
/// limits.bcrypt_cost = 12;
/// let policy = Policy::new(["bcrypt".parse()?]).limits(limits);
/// let stored = b"$2y$13$abcdefghijklmnopqrstuuGi4m2sbJzTHdqHJAcbcx8ZVPpMlH/2W";
/// assert!(matches!(
///     policy.verify(&Attempt::new("secret"), stored),
///     Err(VerifyError::TooCostly { .. })
/// ));
/// # Ok::<(), im_password::FormatError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CostLimits {
    /// Longest password that is looked at, in bytes of UTF-8. A longer one is wrong.
    pub password_bytes: usize,
    /// bcrypt: 2^n rounds. PHP's default is 10, since 8.4 12.
    pub bcrypt_cost: u32,
    /// phpass: 2^n rounds of MD5. phpBB 3.0 writes 11, WordPress 13.
    pub phpass_log2: u32,
    /// Drupal 7's `$S$`: 2^n rounds of SHA-512. Drupal 7 writes 15, Drupal 8 to 10.0 write 16.
    pub drupal7_log2: u32,
    /// Extended DES crypt(3): rounds. phpass writes at most 65,535, `crypt()` examples have 725.
    pub ext_des_rounds: u32,
    /// sha256-crypt and sha512-crypt: rounds. Their default is 5,000, Moodle writes 10,000, passlib
    /// up to 656,000.
    pub sha_crypt_rounds: u32,
    /// PBKDF2: rounds, all blocks of the output taken together. Django 5.2 writes 1,000,000.
    pub pbkdf2_rounds: u32,
    /// scrypt: memory in KiB, N × r / 8. Django's default is 16,384, passlib's 65,536.
    pub scrypt_memory_kib: u32,
    /// scrypt: KiB written over all lanes together, memory × p. Django's default is 81,920.
    pub scrypt_work_kib: u32,
    /// `repeat` in formulas: digests computed. Symfony writes 5,000.
    pub repeat_rounds: u32,
    /// Argon2: memory in KiB. PHP's and phpBB's default is 65,536.
    pub argon2_memory_kib: u32,
    /// Argon2: passes over the memory.
    pub argon2_passes: u32,
    /// Argon2: KiB written over all passes together, memory × passes. PHP's and phpBB's default is
    /// 262,144.
    pub argon2_work_kib: u32,
    /// Argon2: lanes ("parallelism"); they are computed one after the other.
    pub argon2_lanes: u32,
    /// How many times the work that is allowed to one computation all of a sign-in may take: formats
    /// of the stored value's shape, times inputs that make different bytes of the password, times
    /// [`Attempt::of`](crate::Attempt::of). Each counts as much as the costliest of them.
    pub whole: u32,
}

impl Default for CostLimits {
    /// Each at most about two seconds of one core for a password of usual length: several times
    /// what any product writes by itself.
    fn default() -> Self {
        Self {
            password_bytes: 4096,
            bcrypt_cost: 15,
            phpass_log2: 20,
            drupal7_log2: 20,
            ext_des_rounds: 1 << 20,
            sha_crypt_rounds: 1_000_000,
            pbkdf2_rounds: 4_000_000,
            scrypt_memory_kib: 256 * 1024,
            scrypt_work_kib: 512 * 1024,
            repeat_rounds: 500_000,
            argon2_memory_kib: 256 * 1024,
            argon2_passes: 10,
            argon2_work_kib: 10 * 256 * 1024,
            argon2_lanes: 16,
            whole: 4,
        }
    }
}

impl CostLimits {
    /// What each of so many computations may take, so that all of them together stay within
    /// [`whole`](Self::whole). Memory is not added up: it is given back before the next one.
    pub(crate) fn shared_by(&self, computations: u64) -> Self {
        let whole = u64::from(self.whole.max(1));
        if computations <= whole {
            return *self;
        }
        // Smaller than the limit.
        let part =
            |limit: u32| u32::try_from(u64::from(limit) * whole / computations).unwrap_or(limit);
        // 2^n rounds: one less halves them.
        let halvings = computations
            .div_ceil(whole)
            .checked_next_power_of_two()
            .map_or(u64::BITS, u64::ilog2);
        let log2 = |limit: u32| limit.saturating_sub(halvings);
        Self {
            bcrypt_cost: log2(self.bcrypt_cost),
            phpass_log2: log2(self.phpass_log2),
            drupal7_log2: log2(self.drupal7_log2),
            ext_des_rounds: part(self.ext_des_rounds),
            sha_crypt_rounds: part(self.sha_crypt_rounds),
            pbkdf2_rounds: part(self.pbkdf2_rounds),
            scrypt_work_kib: part(self.scrypt_work_kib),
            repeat_rounds: part(self.repeat_rounds),
            argon2_work_kib: part(self.argon2_work_kib),
            ..*self
        }
    }
}

/// What a stored value asks for, for formats whose cost is one or two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// A few digests.
    Little,
    Phpass {
        log2: u32,
    },
    Drupal7 {
        log2: u32,
    },
    ExtDes {
        rounds: u32,
    },
    ShaCrypt {
        rounds: u32,
    },
    Pbkdf2 {
        /// All blocks of the output taken together.
        rounds: u32,
    },
    Scrypt {
        memory_kib: u32,
        lanes: u32,
    },
}

impl Work {
    pub(crate) fn allowed(self, limits: &CostLimits) -> Result<(), VerifyError> {
        match self {
            Self::Little => Ok(()),
            Self::Phpass { log2 } => at_most("phpass log2 of rounds", log2, limits.phpass_log2),
            Self::Drupal7 { log2 } => at_most("Drupal 7 log2 of rounds", log2, limits.drupal7_log2),
            Self::ExtDes { rounds } => {
                at_most("extended DES rounds", rounds, limits.ext_des_rounds)
            }
            Self::ShaCrypt { rounds } => {
                at_most("SHA-crypt rounds", rounds, limits.sha_crypt_rounds)
            }
            Self::Pbkdf2 { rounds } => at_most("PBKDF2 rounds", rounds, limits.pbkdf2_rounds),
            Self::Scrypt { memory_kib, lanes } => {
                at_most("scrypt memory in KiB", memory_kib, limits.scrypt_memory_kib)?;
                at_most(
                    "scrypt memory over all lanes in KiB",
                    memory_kib.saturating_mul(lanes),
                    limits.scrypt_work_kib,
                )
            }
        }
    }

    /// Bytes of memory, beyond small change.
    pub(crate) fn memory(self) -> usize {
        match self {
            Self::Scrypt { memory_kib, .. } => (memory_kib as usize).saturating_mul(1024),
            _ => 0,
        }
    }
}

/// `Err` when `value` is over `limit`.
pub(crate) fn at_most(what: &str, value: u32, limit: u32) -> Result<(), VerifyError> {
    if value > limit {
        return Err(VerifyError::TooCostly {
            what: format!("{what} {value}, at most {limit}"),
        });
    }
    Ok(())
}
