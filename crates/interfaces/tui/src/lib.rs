//! The terminal interface of the observatory.
//!
//! Knows the typed client, the contract types, the desktop and the checks, nothing else. One value, [`State`], contains everything that is shown.
//! Input, answers and events arrive as [`Message`]s; [`update`] changes the state and returns [`Effect`]s without doing I/O
//! itself; [`draw`] renders the state and does no I/O either. The runner executes effects in the background and sends
//! their results back as messages, so that a slow server never delays a key.
//!
//! Entry point: [`run`].

mod attach;
mod connection;
mod data;
mod draw;
mod duration;
mod effect;
mod event_loop;
#[cfg(test)]
mod fixtures;
mod format;
mod keymap;
mod launch;
mod message;
mod options;
mod outcome;
mod perform;
mod run;
mod runner;
pub mod screenshot;
mod setup;
mod state;
mod terminal;
mod theme;
#[cfg(test)]
mod trial;
mod update;
mod user_command;
mod view;
mod wrap;

pub use attach::{AttachTo, Connector, Profile};
pub use connection::{Connection, Endpoint};
pub use data::LoadFailure;
pub use draw::draw;
pub use effect::{Change, Effect, JobsPage, LogPage, Query};
pub use keymap::{BINDINGS, Binding, Chord, InvalidChord, InvalidKeys, Keymap};
pub use launch::{LaunchTarget, LaunchUpdate, Launcher, LeftRunning, Started};
pub use message::{
    Changed, CommandEnd, LoadResult, Loaded, Message, Notice, NoticeKind, StreamUpdate, Submitted,
};
pub use options::Options;
pub use outcome::{End, Outcome};
pub use run::{RunError, run};
pub use setup::{SetupProbes, SetupUpdate};
pub use state::{Drawn, Now, State};
pub use theme::{Colours, TerminalColours};
pub use update::update;
pub use user_command::{InvalidCommand, UserCommand};
pub use view::{UnknownView, View};
