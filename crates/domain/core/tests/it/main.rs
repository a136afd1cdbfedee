//! Tests of the pure domain over its whole input space.

mod deduplicate;
mod event_schemas;
mod job_state;
mod store_clock;
