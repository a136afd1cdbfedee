//! Property tests of the pure domain.

mod job_state;
