//! The terminals of a web-pty-server: tickets, and the WebSocket of a session.

mod backoff;
mod open;
mod socket;

pub use backoff::TerminalBackoff;
pub use socket::{TerminalEnd, TerminalIncoming, TerminalSocket};
