//! The files of the web dashboard: found by path, sent in the encoding that the browser prefers.

mod asset;
mod conditional;
mod digest;
mod encoding;
mod file_answer;

pub use asset::{Asset, Assets};
pub(crate) use digest::content_digest;
pub(crate) use file_answer::{Caching, FileAnswer};
