//! What query parameters look like, beyond numbers and names.

mod cursor;
mod instant;
mod text;

use std::ops::RangeInclusive;

pub(crate) use cursor::{Cursor, EventPosition, EventsCursor, HistoryCursor, JobsCursor};
pub(crate) use instant::Instant;
pub(crate) use text::Text;

/// How many entries a page may hold.
pub(crate) const PAGE: RangeInclusive<u64> = 1..=200;
