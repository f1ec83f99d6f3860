//! One test per line of `tests/vectors/*.tsv`.
fn main() {}
