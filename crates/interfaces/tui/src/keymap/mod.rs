//! The keys. One table of bindings drives what a key does, the hints in the footer, the help and the documentation.

mod action;
mod bindings;
mod chord;
mod overrides;
#[cfg(test)]
mod reference;

pub(crate) use action::{Action, Scope};
pub use bindings::{BINDINGS, Binding};
pub use chord::{Chord, InvalidChord};
pub use overrides::{InvalidKeys, Keymap};
