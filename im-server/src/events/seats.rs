//! How many sockets one session and one client address may have open.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::middleware::network;

/// Counts open sockets.
#[derive(Debug)]
pub struct Seats {
    per_session: u32,
    per_address: u32,
    /// Sessions are told apart by a keyed hash of their token: enough to count with, and no secret.
    key: RandomState,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    sessions: HashMap<u64, u32>,
    addresses: HashMap<IpAddr, u32>,
}

/// One open socket. Dropping it frees the seat, however the socket ended.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    session: u64,
    address: IpAddr,
}

impl Seats {
    /// So many at most.
    #[must_use]
    pub fn new(per_session: u32, per_address: u32) -> Self {
        Self {
            per_session,
            per_address,
            key: RandomState::new(),
            taken: Mutex::default(),
        }
    }

    /// Takes a seat; `None` when the session or the address has as many as it may. An IPv6 client is its /64 network.
    #[must_use]
    pub fn take(self: &Arc<Self>, token: &str, address: IpAddr) -> Option<Seat> {
        let session = self.key.hash_one(token);
        let address = network(address);
        let mut taken = self.lock();
        let of_session = taken.sessions.get(&session).copied().unwrap_or(0);
        let of_address = taken.addresses.get(&address).copied().unwrap_or(0);
        if of_session >= self.per_session || of_address >= self.per_address {
            return None;
        }
        taken.sessions.insert(session, of_session + 1);
        taken.addresses.insert(address, of_address + 1);
        Some(Seat {
            seats: Arc::clone(self),
            session,
            address,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        release(&mut taken.sessions, &self.session);
        release(&mut taken.addresses, &self.address);
    }
}

fn release<K: Hash + Eq>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_and_a_freed_seat_is_free() {
        let seats = Arc::new(Seats::new(2, 10));
        let address = IpAddr::from([203, 0, 113, 7]);
        let first = seats.take("s", address).unwrap();
        let _second = seats.take("s", address).unwrap();
        assert!(seats.take("s", address).is_none());
        drop(first);
        assert!(seats.take("s", address).is_some());
    }

    #[test]
    fn an_address_has_so_many_over_all_sessions() {
        let seats = Arc::new(Seats::new(10, 2));
        let address = IpAddr::from([203, 0, 113, 7]);
        let taken = [seats.take("a", address), seats.take("b", address)];
        assert!(seats.take("c", address).is_none());
        drop(taken);
        assert!(seats.lock().sessions.is_empty());
        assert!(seats.lock().addresses.is_empty());
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let seats = Arc::new(Seats::new(10, 1));
        let _taken = seats.take("a", "2001:db8::1".parse().unwrap()).unwrap();
        assert!(seats.take("b", "2001:db8::2".parse().unwrap()).is_none());
        assert!(
            seats
                .take("b", "2001:db8:0:1::1".parse().unwrap())
                .is_some()
        );
    }
}
