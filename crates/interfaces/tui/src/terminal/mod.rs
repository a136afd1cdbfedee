//! The terminal: raw mode, the alternate screen, and their restoration in every case.

mod restarted_input;
mod screen;
mod session;

pub(crate) use restarted_input::restarted_input;
pub(crate) use screen::Screen;
pub(crate) use session::Session;
