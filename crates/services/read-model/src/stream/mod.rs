//! The live event stream: server-sent events (HTML standard, section 9.2) drawn from the bus as fast as the
//! client reads.

mod filter;
mod follower;
mod frame;
mod places;
#[cfg(test)]
mod tests;

pub(crate) use filter::EventFilter;
pub(crate) use follower::Follower;
pub(crate) use places::{StreamPlace, StreamPlaces};
