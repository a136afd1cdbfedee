//! The alerts of an embedded observatory, in one JSON file of its data directory.
//!
//! The file is small and changes rarely, so each change replaces it: the new content is written to another file, flushed to the
//! disk, and renamed. It knows no rule and no service.
//!
//! Entry point: [`FileAlertBook::open`].

mod book;
mod file;
mod version;

pub use book::FileAlertBook;
