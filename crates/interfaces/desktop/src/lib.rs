//! What programs do with the desktop of the user: open a web page, copy text, edit text, show text in a pager.
//!
//! Every decision is a pure function of an [`Environment`], which [`Environment::current`] reads from the process. This crate
//! must not know terminals or user interfaces: bytes for the terminal are returned, not written. No text is ever passed
//! through a shell.
//!
//! Entry points: [`open_url`], [`Clipboard`], [`Tool::editor`] and [`Tool::pager`].
//!
//! ```
//! use odd_desktop::{Environment, OpenPlan, Platform, PrintReason, WebUrl};
//!
//! let over_ssh = Environment { is_ssh: true, ..Environment::bare(Platform::Linux) };
//! assert_eq!(OpenPlan::of(&over_ssh, false), OpenPlan::Print(PrintReason::Ssh));
//! assert!(WebUrl::parse("javascript:alert(1)").is_err());
//! ```

mod clipboard;
mod environment;
mod open_plan;
mod open_url;
mod osc52;
mod tool;
mod tool_run;
mod web_url;

pub use clipboard::{Clipboard, ClipboardRoute, CopyOutcome};
pub use environment::{Environment, Multiplexer, Platform};
pub use open_plan::{Launcher, OpenPlan, PrintReason};
pub use open_url::{Opened, open_url};
pub use osc52::{MAX_OSC52_BYTES, osc52};
pub use tool::{Tool, ToolError};
pub use web_url::{InvalidWebUrl, WebUrl};
