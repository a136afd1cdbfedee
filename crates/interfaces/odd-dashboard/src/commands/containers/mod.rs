//! What `up --compose` and `cluster up` have in common: the lines for programs, and the pages of a deployment in containers.

mod events;
mod pages;

pub(super) use events::{Progress, StartEvent, StepState};
pub(super) use pages::{Page, pages, table};
