//! [`Views`](odd_core::ports::Views) in an SQLite file of their own.
//!
//! The file can be deleted at any time: it is a fold over the event log, and [`rebuild`] makes it anew with an
//! equal digest. Entries and the position up to which they are folded in are written in one transaction, so a
//! crash neither skips nor repeats any. The crate must not know the store.
//!
//! Entry points: [`open_over`] before following a log, [`EmbeddedViews::open`], [`rebuild`].

mod digest;
mod fold;
mod read;
mod rebuild;
mod views;

pub use rebuild::{open_over, rebuild};
pub use views::EmbeddedViews;
