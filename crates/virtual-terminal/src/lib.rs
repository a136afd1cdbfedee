//! Runs a program in a terminal of its own, presses keys, and reads the screen as a user sees it.
//!
//! For tests, measurements and pictures of the terminal interface; never shipped. It has no knowledge of the observatory.
//! What the program writes goes through a terminal parser, so that tests read cells and never bytes.
//!
//! ```no_run
//! use std::process::Command;
//! use std::time::Duration;
//! use odd_virtual_terminal::VirtualTerminal;
//!
//! let mut terminal = VirtualTerminal::start(&Command::new("odd-dashboard"), 80, 24)?;
//! terminal.wait_until("the tabs", Duration::from_secs(10), |screen| screen.contains("1 Overview"))?;
//! terminal.press("q")?;
//! assert_eq!(terminal.wait_for_end(Duration::from_secs(10))?, 0);
//! # Ok::<(), odd_virtual_terminal::TerminalError>(())
//! ```

mod error;
mod keys;
mod parser;
mod recording;
mod screen;
mod terminal;

pub use error::TerminalError;
pub use screen::Screen;
pub use terminal::VirtualTerminal;
