//! The testkit's own parts: databases and the proxy.

mod cut;
mod databases;
