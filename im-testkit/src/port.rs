//! Ports and random words.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

/// A loopback port that nobody listens on.
///
/// It lies below the range that systems hand out to outgoing connections, so that a server which stops for a while
/// finds it free when it comes back.
///
/// # Panics
/// When 1,000 ports in a row are taken.
#[must_use]
pub fn free_port() -> u16 {
    (0..1_000)
        .map(|_| 20_000 + (random() % 12_000) as u16)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a free loopback port between 20000 and 32000")
}

/// 64 random bits, for names that must not collide and passwords that must not be guessed by accident.
pub(crate) fn random() -> u64 {
    // The standard library's own seed: random per call, and no dependency.
    RandomState::new().build_hasher().finish()
}
