//! Candidates for the completion of arguments in a shell: those of fixed lists, and those that a running observatory knows.
//!
//! The script that `completions` prints runs this program with [`VARIABLE`] for each completion. A completion never prints
//! an error, and does not wait for a server that does not answer.

mod candidates;
mod observatory;
mod typed_options;

pub(crate) use candidates::{
    alerts, event_types, failures, job_types, jobs, names, profiles, queues, statuses,
};
pub(crate) use observatory::VARIABLE;
