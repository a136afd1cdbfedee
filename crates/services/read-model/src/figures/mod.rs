//! Computes the figures that interfaces show from counts and buckets. Nothing here does I/O.

mod counts;
mod durations;
mod rates;
mod series;
mod types;

pub(crate) use counts::{queues, stats, statuses};
pub(crate) use durations::summary;
pub(crate) use rates::{Rates, recent_minute, recent_minutes, total};
pub(crate) use series::{series, series_range, steps};
pub(crate) use types::by_type;
