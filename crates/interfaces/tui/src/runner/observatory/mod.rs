//! The observatory that this interface has started: its process and its output.

mod log_line;
mod output_line;
mod process;
mod tail;

pub(crate) use process::Observatory;
