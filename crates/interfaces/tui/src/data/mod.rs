//! What the server answers, in the form that is shown. Text from elsewhere is made inert here, once.

mod event_row;
mod job_row;
mod load_failure;
mod resource;

pub use load_failure::LoadFailure;

pub(crate) use event_row::EventRow;
pub(crate) use job_row::JobRow;
pub(crate) use resource::{Phase, Resource};
