//! `[limits]`: what one client, and all together, may use.

use super::Period;
use super::keys::keys;

keys! {
    /// What one client, and all together, may use of this process.
    pub struct Limits {
        /// Connections open at once, WebSockets included. More wait in the operating system's queue.
        max_connections: u32 = 4_000;
        /// Connections one client address may have open at once, WebSockets included; for clients of a trusted proxy, what
        /// each has under way. An IPv6 client is its /64 network. More are answered 429 `too_many_connections`. A whole
        /// school behind one address is many.
        max_connections_per_address: u32 = 400;
        /// How long a client may take to send a request's header; also how long an idle connection is kept.
        header_timeout: Period = Period::seconds(20);
        /// How long a client may take to send a request's body.
        body_timeout: Period = Period::seconds(20);
        /// How long the answer to a request may take; after that 503 `timeout`.
        request_timeout: Period = Period::seconds(30);
        /// How long a client may take nothing of an answer that waits for it, before its connection is cut. A slow one
        /// that takes a little now and then is waited for.
        write_timeout: Period = Period::seconds(30);
        /// Bytes of a request's line and header, at least 8192.
        max_header_bytes: usize = 16_384;
        /// Bytes of a request's body.
        max_body_bytes: usize = 65_536;
        /// WebSockets one session may have open: tabs of one browser.
        max_sockets_per_session: u32 = 10;
        /// WebSockets one client address may have open: a whole office behind one address is many.
        max_sockets_per_address: u32 = 200;
        /// How often the server pings a WebSocket; silent for two pings, it is closed.
        ping_interval: Period = Period::seconds(25);
        /// How long a WebSocket may take to accept a frame before it is closed as too slow (4008).
        socket_send_timeout: Period = Period::seconds(10);
        /// Registrations of own accounts from one client address within `registration_window`.
        registrations_per_address: u32 = 5;
        /// The window of `registrations_per_address`.
        registration_window: Period = Period::seconds(3_600);
        /// How long requests under way may take when the server is asked to stop.
        stop_timeout: Period = Period::seconds(10);
    }
}
