//! The interface in a terminal, against a running observatory. Tests read the parsed screen, never bytes.

mod interface;
mod jobs;
mod launch;
mod lost_server;
mod random_keys;
mod restoration;
mod views;
mod windows;
