use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{JobStore, Outbox, StoreError};

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

/// Publishes what was committed and not published: by processes that ended in between, while the broker could not be
/// reached, or beyond what a publisher may keep.
pub struct Sweeper {
    outbox: Arc<dyn Outbox>,
    office: Arc<dyn JobStore>,
    publisher: Publisher,
}

impl Sweeper {
    /// A sweeper that works while this process leads at `office`.
    pub fn new(outbox: Arc<dyn Outbox>, office: Arc<dyn JobStore>, publisher: Publisher) -> Self {
        Self {
            outbox,
            office,
            publisher,
        }
    }

    /// Sweeps until dropped.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.publisher.health().connected().await;
            if self.office.lead().await.is_err() {
                return;
            }
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "unpublished commits could not be read; trying again");
            }
        }
    }

    /// Publishes until nothing old is left, or nothing more can be sent.
    async fn sweep(&self) -> Result<(), StoreError> {
        let mut swept = HashSet::new();
        while self.publisher.waiting() < BUSY && self.publisher.health().failure().is_none() {
            let commits = self.outbox.unpublished(AGE, BATCH).await?;
            let is_last = commits.len() < BATCH;
            let known = swept.len();
            for (last, mut entries) in commits {
                if swept.insert(last) {
                    // Retention may have taken some, or all; then those of later commits stand in their place.
                    entries.retain(|entry| entry.position <= last);
                    self.publisher.publish(last, entries);
                }
            }
            let commits = swept.len() - known;
            if commits > 0 {
                tracing::info!(commits, "publishing what was left in the outbox");
            }
            if is_last || commits == 0 {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}
