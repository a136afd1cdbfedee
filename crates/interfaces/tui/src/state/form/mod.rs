//! The form of a new job: its fields, what is wrong with them, and what became of the submission.

mod built_in;
mod field;
mod indent;
mod inputs;
mod job_form;
mod phase;
mod problem;
mod read;

pub(crate) use built_in::BUILT_IN_TYPES;
pub(crate) use field::Field;
pub(crate) use job_form::JobForm;
pub(crate) use phase::{Phase, Sent};
pub(crate) use problem::Problem;
