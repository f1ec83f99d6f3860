use crate::VerifyError;

/// The most work and memory one verification may ask for.
///
/// The cost of a hash comes out of a row of somebody else's database, so one hostile or mistaken
/// row could otherwise occupy a thread for hours or the whole memory. A stored value above a limit
/// is [`VerifyError::TooCostly`], told before anything is computed.
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
    /// Argon2: memory in KiB. PHP's and phpBB's default is 65,536.
    pub argon2_memory_kib: u32,
    /// Argon2: passes over the memory.
    pub argon2_passes: u32,
    /// Argon2: lanes ("parallelism"); they are computed one after the other.
    pub argon2_lanes: u32,
}

impl Default for CostLimits {
    /// Each about two seconds of one core: several times what any product writes by itself.
    fn default() -> Self {
        Self {
            password_bytes: 4096,
            bcrypt_cost: 15,
            phpass_log2: 20,
            argon2_memory_kib: 256 * 1024,
            argon2_passes: 10,
            argon2_lanes: 16,
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
