//! The live event stream: server-sent events (HTML standard, section 9.2), read from the bus as fast as the client reads
//! them.

mod filter;
mod follower;
mod limit;
mod sse;
#[cfg(test)]
mod tests;

pub(crate) use filter::EventFilter;
pub(crate) use follower::Follower;
pub(crate) use limit::{StreamLimit, StreamPermit};
