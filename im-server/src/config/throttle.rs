//! `[throttle]`: guessing passwords is slow.

use super::Period;
use super::keys::keys;

keys! {
    /// How many wrong passwords are answered before the next try has to wait (429 with `Retry-After`).
    pub struct ThrottleKeys {
        /// Wrong passwords for one name within `window`.
        per_name: u32 = 10;
        /// Wrong passwords from one client address within `window` (an IPv6 client is its /64 network).
        per_address: u32 = 50;
        /// How long a wrong password counts.
        window: Period = Period::seconds(900);
    }
}
