//! [`EventBus`](odd_core::ports::EventBus) inside one process.
//!
//! The store tells the [`Feed`] of every commit; followers read from its bounded memory and wake without
//! polling. A follower that starts late or falls behind reads from the store's log instead, so nobody misses
//! an event and nothing queues without bound. The crate must not know which store is behind the log.
//!
//! Entry points: [`Feed`], handed to the store as its sink, then [`LocalBus::new`].

mod bus;
mod feed;

pub use bus::LocalBus;
pub use feed::Feed;
