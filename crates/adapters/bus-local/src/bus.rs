use std::sync::Arc;

use async_trait::async_trait;
use odd_core::ports::{EventBus, EventLog, EventStream, LogRecord, Position, StoreError};
use tokio::sync::watch;

use crate::Feed;
use crate::feed::FollowerGuard;

/// Most entries of one read.
const CHUNK: usize = 4_096;

/// An event bus for any number of followers of one log. Cheap to clone.
#[derive(Clone)]
pub struct LocalBus {
    feed: Feed,
    log: Arc<dyn EventLog>,
}

impl LocalBus {
    /// Creates a bus over `log`, whose store uses `feed` as its sink.
    pub fn new(feed: Feed, log: Arc<dyn EventLog>) -> Self {
        Self { feed, log }
    }
}

#[async_trait]
impl EventBus for LocalBus {
    async fn subscribe(&self, after: Position) -> Result<Box<dyn EventStream>, StoreError> {
        // Subscribes before it reads the log, so that a commit in between wakes the follower.
        let newest = self.feed.newest();
        Ok(Box::new(Follower {
            bus: self.clone(),
            newest,
            position: after,
            has_caught_up: false,
            _guard: self.feed.count_follower(),
        }))
    }
}

struct Follower {
    bus: LocalBus,
    newest: watch::Receiver<Position>,
    position: Position,
    /// The log was read to its end once. Before that, the log may have entries that the feed never had.
    has_caught_up: bool,
    _guard: FollowerGuard,
}

impl Follower {
    async fn read(&self) -> Result<Vec<LogRecord>, StoreError> {
        if let Some(entries) = self.bus.feed.after(self.position, CHUNK)
            && (self.has_caught_up || !entries.is_empty())
        {
            return Ok(entries);
        }
        self.bus.log.read_after(self.position, CHUNK).await
    }
}

#[async_trait]
impl EventStream for Follower {
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError> {
        loop {
            let newest = *self.newest.borrow_and_update();
            if newest > self.position || !self.has_caught_up {
                let entries = self.read().await?;
                if let Some(last) = entries.last() {
                    self.position = last.position;
                    return Ok(entries);
                }
                self.has_caught_up = true;
            }
            if newest <= self.position {
                self.newest
                    .changed()
                    .await
                    .map_err(|_| StoreError::Closed)?;
            }
        }
    }
}
