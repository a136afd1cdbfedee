//! Output: data on standard output, messages on standard error, and no control sequences from other sources in either.

mod cell;
mod column;
mod cut;
mod duration;
mod event_line;
mod fit;
mod format;
mod job_views;
mod layout;
mod printer;
mod screen;
mod status;
mod table;

pub(crate) use cell::Cell;
pub(crate) use column::Column;
pub(crate) use duration::human_duration;
pub(crate) use event_line::event_line;
pub(crate) use format::{ColorChoice, OutputFormat};
pub(crate) use job_views::{all_attempts_cell, job_detail, job_table, log_line};
pub(crate) use layout::Layout;
#[cfg(test)]
pub(crate) use layout::assert_fits;
pub(crate) use printer::{Printer, uses_colour};
pub(crate) use screen::Screen;
pub(crate) use status::status_cell;
pub(crate) use table::{Table, pairs};
