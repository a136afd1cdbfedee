//! Compiles the crate again when a file is added to what it embeds.

fn main() {
    println!("cargo:rerun-if-changed=../../../infra");
}
