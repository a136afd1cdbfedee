//! Computes the figures that interfaces show from counts and buckets. Nothing here does I/O.

mod capacity;
mod counts;
mod durations;
mod failures;
mod histogram;
mod queues;
mod rates;
mod series;
mod types;

pub(crate) use counts::{stats, statuses, statuses_of};
pub(crate) use durations::summary;
pub(crate) use failures::failure_group;
pub(crate) use histogram::histogram;
pub(crate) use queues::{QueueFacts, queue_scale, queues};
pub(crate) use rates::{Rates, empty_bucket, recent_minute, recent_minutes, total};
pub(crate) use series::{series, series_range, steps, unit};
pub(crate) use types::{by_type, type_summaries, type_summary, type_versions};
