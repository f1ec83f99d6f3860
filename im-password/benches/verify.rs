//! Cost of one verification per format.
fn main() {}
