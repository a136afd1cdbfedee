//! The detail of a job: one file per section.

mod bars;
mod events;
mod field_lines;
mod found;
mod log;
mod outcomes;
mod reason;
mod search_line;
mod summary;
mod tabs;
mod tree;
mod window;

pub(crate) use window::{draw_detail, draw_detail_window};

#[cfg(test)]
mod frames;
