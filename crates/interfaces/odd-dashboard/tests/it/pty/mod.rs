//! The interface in a terminal, against a running observatory. Tests read the parsed screen, never bytes.

mod cluster;
mod commands;
mod interface;
mod jobs;
mod launch;
mod lost_server;
mod programs;
mod random_keys;
mod restoration;
mod tour;
mod views;
mod windows;

pub(crate) use interface::Interface;
