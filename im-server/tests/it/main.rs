//! The server as its users meet it: over HTTP and WebSockets, with real databases and real processes.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and are shared by the modules of one program"
)]

mod support;

mod cli;
mod config;
mod connections;
mod contacts;
mod conversations;
mod described;
mod docs;
mod events;
mod health;
mod http;
mod identity;
mod kill;
mod limits;
mod me;
mod openapi;
mod outage;
mod pages;
mod registration;
mod scenario_1;
mod scenario_2;
mod scenario_3;
mod scenario_4;
mod session;
mod standing;
