//! [`Views`](odd_core::ports::Views) in a separate SQLite file.
//!
//! The file can be deleted at any time: it is a fold over the event log, and [`rebuild`] restores it with an equal digest.
//! Entries and the position of the last folded entry are written in one transaction, so a crash neither skips nor repeats
//! entries. The crate must not know the store.
//!
//! Entry points: [`open_over`] before following a log, [`EmbeddedViews::open`], [`rebuild`].

mod digest;
mod failures;
mod fold;
mod json;
mod read;
mod rebuild;
mod views;

pub use rebuild::{open_over, rebuild};
pub use views::EmbeddedViews;
