//! One terminal: its program, the newest output, the screen, and the connection that is attached to it.

mod attachment;
mod child;
mod input_queue;
mod paste_filter;
mod paste_marks;
mod pty;
mod reconnect;
mod ring;
mod screen;
mod sequence;
#[cfg(test)]
mod session_tests;
mod shared;
mod start;
mod state;
mod task;
#[cfg(test)]
pub(crate) mod testing;
mod typing;

pub(crate) use attachment::Outgoing;
pub(crate) use shared::{Attached, Session};
pub(crate) use start::NewSession;
pub(crate) use state::Attach;
pub(crate) use task::SessionTask;
