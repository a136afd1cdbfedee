//! The terminal: raw mode, the alternate screen, and their restoration in every case.

mod screen;
mod session;

pub(crate) use screen::Screen;
pub(crate) use session::Session;
