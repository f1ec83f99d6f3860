//! The im-server command.
fn main() {}
