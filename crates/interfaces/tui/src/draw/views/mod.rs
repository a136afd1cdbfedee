//! One file per view.

mod alerts;
mod events;
mod job_columns;
mod jobs;
mod overview;
mod queues;
mod services;

pub(crate) use alerts::draw_alerts;
pub(crate) use events::{draw_event_tail, draw_events};
pub(crate) use jobs::draw_jobs;
pub(crate) use overview::draw_overview;
pub(crate) use queues::draw_queues;
pub(crate) use services::draw_services;
