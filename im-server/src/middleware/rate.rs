//! How often one client address may do something.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// At most so many within a window, per address; an IPv6 client is its /64 network.
#[derive(Debug)]
pub struct Window {
    limit: u32,
    window: Duration,
    seen: Mutex<HashMap<IpAddr, Vec<Instant>>>,
}

/// Addresses remembered before those without a recent try are forgotten.
const SWEEP_AT: usize = 4_096;

impl Window {
    /// At most `limit` within `window`.
    #[must_use]
    pub fn new(limit: u32, window: Duration) -> Self {
        Self {
            limit,
            window,
            seen: Mutex::default(),
        }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// When it is one too many: how long to wait. What is refused is not counted.
    pub fn count(&self, address: IpAddr) -> Result<(), Duration> {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SWEEP_AT {
            seen.retain(|_, tries| tries.iter().any(|at| now - *at < self.window));
        }
        let tries = seen.entry(network(address)).or_default();
        tries.retain(|at| now - *at < self.window);
        if tries.len() >= self.limit as usize {
            let oldest = tries.first().copied().unwrap_or(now);
            return Err(self.window.saturating_sub(now - oldest));
        }
        tries.push(now);
        Ok(())
    }

    /// Takes the newest one back: it came to nothing through no fault that should be counted.
    pub fn give_back(&self, address: IpAddr) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = seen.get_mut(&network(address)) {
            tries.pop();
        }
    }
}

/// Who has an IPv6 address has its whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_next_one_waits_for_the_window() {
        let window = Window::new(2, Duration::from_secs(60));
        let address = IpAddr::from([203, 0, 113, 7]);
        assert_eq!(window.count(address), Ok(()));
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(window.count(address), Ok(()));
        assert_eq!(window.count(address), Err(Duration::from_secs(50)));
        assert_eq!(window.count(IpAddr::from([203, 0, 113, 8])), Ok(()));
        tokio::time::advance(Duration::from_secs(50)).await;
        assert_eq!(window.count(address), Ok(()));
        assert!(window.count(address).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_ipv6_network_is_one_client() {
        let window = Window::new(1, Duration::from_secs(60));
        assert!(window.count("2001:db8::1".parse().unwrap()).is_ok());
        assert!(window.count("2001:db8::2".parse().unwrap()).is_err());
        assert!(window.count("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }
}
