//! `[throttle]`: guessing passwords is slow.

use super::Period;
use super::keys::keys;

keys! {
    /// How many wrong passwords are answered before the next try has to wait (429 with `Retry-After`). Each is a number
    /// that may come at once, and how long it takes until there is one more. An IPv6 client is its /64 network.
    pub struct ThrottleKeys {
        /// For one name from one address: the tight one.
        name_and_address: u32 = 5;
        /// One more for one name from one address after this long.
        name_and_address_every: Period = Period::seconds(60);
        /// For one name from all addresses that it has not signed in from lately.
        name: u32 = 50;
        /// One more for one name after this long.
        name_every: Period = Period::seconds(20);
        /// For one address and all names. Right passwords do not count, however many come at once.
        address: u32 = 50;
        /// One more for one address after this long.
        address_every: Period = Period::seconds(10);
        /// The longest wait that anybody is told, however many wrong passwords came at once. A name that has signed in
        /// lately from an address gets in there all the same, with the right password at the first try: a neighbour who
        /// guesses does not lock it out.
        longest_wait: Period = Period::seconds(600);
    }
}

#[cfg(test)]
mod tests {
    use im_core::wrappers::{Allowance, ThrottleLimits};

    use super::*;

    #[test]
    fn what_is_not_set_is_as_the_library_has_it() {
        let keys = ThrottleKeys::default();
        let library = ThrottleLimits::default();
        assert_eq!(
            Allowance::new(keys.name_and_address, keys.name_and_address_every.0),
            library.name_and_network
        );
        assert_eq!(Allowance::new(keys.name, keys.name_every.0), library.name);
        assert_eq!(
            Allowance::new(keys.address, keys.address_every.0),
            library.network
        );
        assert_eq!(keys.longest_wait.0, library.longest_wait);
    }
}
