//! Tests of the interface without a terminal and without a server: messages go in, frames come out.
//!
//! After a change of what is drawn, accept the frames with
//! `INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test -p odd-tui --test it`, and read their diff.

mod bounds;
mod failures;
mod fixtures;
mod inert_text;
mod interface;
mod job_fixtures;
mod overlays;
mod random_input;
mod server;
mod snapshot;
mod styles;
mod views;
mod windows;
mod wire;
