//! The web-pty-server with real programs in real terminals, over real WebSockets.

mod attaching;
mod client;
mod contract;
mod ending;
mod expectations;
mod flow;
mod harness;
mod limits;
mod pasting;
mod refusals;
mod tickets;
