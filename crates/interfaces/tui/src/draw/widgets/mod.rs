//! Parts that several views share.

mod chart;
mod choice_list;
mod figures;
mod filter_line;
mod footer;
mod header;
mod notice;
mod offered;
mod placeholder;
mod status_cell;
mod table;

pub(crate) use chart::{Chart, draw_chart};
pub(crate) use choice_list::draw_choices;
pub(crate) use figures::draw_figures;
pub(crate) use filter_line::draw_filter_choices;
pub(crate) use footer::draw_footer;
pub(crate) use header::{draw_header, draw_tabs};
pub(crate) use notice::draw_notice;
pub(crate) use placeholder::{content, draw_empty, no_jobs};
pub(crate) use status_cell::status_span;
pub(crate) use table::{Column, TableRow, draw_table};
