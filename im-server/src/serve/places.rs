//! How many connections one address may have open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::middleware::network;

/// Counts what each address holds.
#[derive(Debug)]
pub(super) struct Places {
    limit: u32,
    taken: Mutex<HashMap<IpAddr, u32>>,
}

/// One connection of an address. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct OfAddress {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    pub(super) fn new(limit: u32) -> Arc<Self> {
        Arc::new(Self {
            limit,
            taken: Mutex::default(),
        })
    }

    /// Takes a place; `None` when the address has as many as it may. An IPv6 client is its /64 network.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<OfAddress> {
        let network = network(address);
        let mut taken = self.lock();
        let held = taken.get(&network).copied().unwrap_or(0);
        if held >= self.limit {
            return None;
        }
        taken.insert(network, held + 1);
        Some(OfAddress {
            places: Arc::clone(self),
            network,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(held) = taken.get_mut(&self.network) {
            *held -= 1;
            if *held == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_given_back_is_free_and_forgotten() {
        let places = Places::new(1);
        let address = IpAddr::from([203, 0, 113, 7]);
        let place = places.take(address).unwrap();
        assert!(places.take(address).is_none());
        assert!(places.take([203, 0, 113, 8].into()).is_some());
        drop(place);
        assert!(places.lock().is_empty());
        assert!(places.take(address).is_some());
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_a_mapped_address_the_ipv4_one() {
        let places = Places::new(1);
        let take = |text: &str| places.take(text.parse().unwrap());
        let _six = take("2001:db8::1").unwrap();
        assert!(take("2001:db8::2").is_none());
        assert!(take("2001:db8:0:1::1").is_some());
        let _four = take("::ffff:203.0.113.7").unwrap();
        assert!(take("203.0.113.7").is_none());
    }
}
