//! A file added to the web client is built in at the next build.

fn main() {
    println!("cargo::rerun-if-changed=web");
    println!("cargo::rerun-if-changed=build.rs");
}
