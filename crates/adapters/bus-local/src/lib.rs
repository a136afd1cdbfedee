//! [`EventBus`](odd_core::ports::EventBus) inside one process.
//!
//! The store notifies the [`Feed`] of every commit. Followers read from its bounded memory and wake without polling. A
//! follower that starts late or falls behind reads from the store's log instead, so no follower misses an event, and no
//! queue grows without limit. The crate must not know which store is behind the log.
//!
//! Entry points: [`Feed`], the sink of the store, then [`LocalBus::new`].

mod bus;
mod feed;

pub use bus::LocalBus;
pub use feed::Feed;
