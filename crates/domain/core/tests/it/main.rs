//! Tests of the pure domain over its whole input space.

mod event_schemas;
mod job_state;
