//! The role that runs a program in terminals that browsers attach to.
//!
//! A terminal belongs to the server: connections come and go, the program and its screen stay. It must not know which
//! program that is, nor any other service: the binary supplies the [`Program`].
//!
//! Entry point: [`WebPty`].

mod client_address;
mod config;
mod connection;
mod get_status;
mod handshake;
mod metrics;
mod open_session;
mod origin;
mod post_ticket;
mod program;
mod rate_limit;
mod receive;
mod registry;
mod secret;
mod send;
mod server;
mod session;
mod socket;
mod state;

pub use config::{Config, Limits};
pub use program::{Launch, Program, ProgramCommand, ProgramFailure};
pub use server::{Error, OPENAPI, WebPty};
