//! The syntax of query parameters other than numbers and names.

mod cursor;
mod event_position;
mod instant;
mod text;

use std::ops::RangeInclusive;

pub(crate) use cursor::{EventsCursor, HistoryCursor, JobsCursor, LogCursor};
pub(crate) use event_position::EventPosition;
pub(crate) use instant::Instant;
pub(crate) use text::Text;

/// The sizes that a page may have, in entries.
pub(crate) const PAGE: RangeInclusive<u64> = 1..=200;
