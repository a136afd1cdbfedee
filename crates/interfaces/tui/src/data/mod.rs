//! What the server answers, in the form that is shown. Text from elsewhere is made inert here, once.

mod event_row;
mod job_events;
mod job_fields;
mod job_row;
mod json;
mod load_failure;
mod resource;
mod waterfall;

pub use load_failure::LoadFailure;

pub(crate) use event_row::EventRow;
pub(crate) use job_events::JobEvents;
pub(crate) use job_fields::{fields, times};
pub(crate) use job_row::JobRow;
pub(crate) use json::{JsonDocument, Kind, Node, Span};
pub(crate) use resource::{Phase, Resource};
pub(crate) use waterfall::{Stage, StageKind, Waterfall, WaterfallRow};
