//! Compares the jobs that the log knows with the rows of the store.

mod compare;
mod source;

pub(crate) use source::IntegritySource;
