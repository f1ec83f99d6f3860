//! The im-auth command.
fn main() {}
