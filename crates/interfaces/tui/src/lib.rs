//! The terminal interface of the observatory.
//!
//! Knows the typed client and the contract types, nothing else. One value, [`State`], contains everything that is shown.
//! Input, answers and events arrive as [`Message`]s; [`update`] changes the state and returns [`Effect`]s without doing I/O
//! itself; [`draw`] renders the state and does no I/O either. The runner executes effects in the background and sends
//! their results back as messages, so that a slow server never delays a key.
//!
//! Entry point: [`run`].

mod data;
mod draw;
mod duration;
mod effect;
#[cfg(test)]
mod fixtures;
mod format;
mod keymap;
mod message;
mod options;
mod run;
mod runner;
mod state;
mod terminal;
mod theme;
#[cfg(test)]
mod trial;
mod update;
mod user_command;
mod view;
mod wrap;

pub use data::LoadFailure;
pub use draw::draw;
pub use effect::{Change, Effect, JobsPage, LogPage, Query, Verb};
pub use keymap::{BINDINGS, Binding, Chord, InvalidChord, InvalidKeys, Keymap};
pub use message::{
    Changed, CommandEnd, LoadResult, Loaded, Message, Notice, NoticeKind, StreamUpdate, Submitted,
};
pub use options::{Connection, Options};
pub use run::{End, RunError, run};
pub use state::{Drawn, Endpoint, Now, State};
pub use theme::{Colours, TerminalColours};
pub use update::update;
pub use user_command::{InvalidCommand, UserCommand};
pub use view::{UnknownView, View};
