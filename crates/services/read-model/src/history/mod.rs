//! The depth and age of queues over the last 24 hours, sampled by this process and kept in memory. It begins when the process
//! starts.

mod queue_history;
mod queue_track;
mod ring;
mod sample;

pub(crate) use queue_history::{QueueFigure, QueueHistory};
pub(crate) use sample::Samples;
