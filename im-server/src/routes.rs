//! The calls of the HTTP API, one file per row of its description.

pub mod contacts;
pub mod conversations;
pub mod events;
pub mod health;
pub mod me;
pub mod openapi;
pub mod pages;
pub mod registration;
pub mod session;
pub mod sessions;
pub mod site;
pub mod users;
