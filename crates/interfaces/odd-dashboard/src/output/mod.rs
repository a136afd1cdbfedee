//! Output: data on standard output, messages on standard error, and no control sequences from other sources in either.

mod duration;
mod format;
mod job_views;
mod printer;
mod screen;
mod status;
mod table;

pub(crate) use duration::human_duration;
pub(crate) use format::{ColorChoice, OutputFormat};
pub(crate) use job_views::{all_attempts_cell, event_line, job_detail, job_table, log_line};
pub(crate) use printer::Printer;
pub(crate) use screen::Screen;
pub(crate) use status::status_cell;
pub(crate) use table::{Table, pairs};
