//! Event streams over WebSockets.

pub mod connection;
pub mod outbox;
pub mod seats;

pub use self::connection::{Events, Pace, run};
pub use self::seats::{Seat, Seats};
