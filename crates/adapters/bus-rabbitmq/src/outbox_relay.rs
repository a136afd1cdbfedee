use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use odd_core::ports::{Leadership, Outbox, Position, StoreError};

use crate::Publisher;
use crate::publisher::CAPACITY;

const EVERY: Duration = Duration::from_secs(5);

/// Commits younger than this are on their way.
const AGE: Duration = Duration::from_secs(5);

/// Commits looked at in one step.
const BATCH: usize = 500;

/// Between two steps, so that what was published is noted before the next is looked for.
const PAUSE: Duration = Duration::from_millis(500);

/// Entries that the publisher may still have to send: beyond, what is old is old because the broker is slow, and is on its
/// way.
const BUSY: usize = CAPACITY / 10;

/// How long what was handed to the publisher is left to it.
const LEFT_TO_IT: Duration = Duration::from_secs(30);

/// Publishes what was committed and not published: by processes that ended in between, while the broker could not be
/// reached, or beyond what a publisher may keep.
pub struct OutboxRelay {
    outbox: Arc<dyn Outbox>,
    leadership: Arc<dyn Leadership>,
    publisher: Publisher,
    /// Commits that were handed to the publisher, and when.
    swept: HashMap<Position, Instant>,
}

impl OutboxRelay {
    /// A sweeper that works while this process is the leader by `leadership`.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        leadership: Arc<dyn Leadership>,
        publisher: Publisher,
    ) -> Self {
        Self {
            outbox,
            leadership,
            publisher,
            swept: HashMap::new(),
        }
    }

    /// Sweeps until dropped.
    pub async fn run(mut self) {
        let mut pause = EVERY;
        loop {
            tokio::time::sleep(pause).await;
            self.publisher.health().connected().await;
            if self.leadership.wait_for_leadership().await.is_err() {
                return;
            }
            pause = match self.sweep().await {
                Ok(true) => PAUSE,
                Ok(false) => EVERY,
                Err(error) => {
                    tracing::warn!(%error, "unpublished commits could not be read; trying again");
                    EVERY
                }
            };
        }
    }

    /// Publishes the oldest. Whether there may be more.
    async fn sweep(&mut self) -> Result<bool, StoreError> {
        let waiting = self.publisher.waiting();
        if waiting >= BUSY {
            return Ok(false);
        }
        // What was confirmed is noted a moment later.
        let left_to_it = if waiting > 0 { LEFT_TO_IT } else { EVERY };
        self.swept.retain(|_, at| at.elapsed() < left_to_it);
        let commits = self.outbox.unpublished(AGE, BATCH).await?;
        let is_full = commits.len() == BATCH;
        let mut count = 0;
        for (last, mut entries) in commits {
            if self.swept.contains_key(&last) {
                continue;
            }
            // Retention may have taken some, or all; then those of later commits stand in their place.
            entries.retain(|entry| entry.position <= last);
            if !self.publisher.publish(last, entries) {
                break;
            }
            self.swept.insert(last, Instant::now());
            count += 1;
        }
        if count > 0 {
            tracing::info!(commits = count, "publishing what was left in the outbox");
        }
        Ok(is_full && count > 0)
    }
}
