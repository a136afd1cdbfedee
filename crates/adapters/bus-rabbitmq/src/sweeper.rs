use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{JobStore, Outbox};

use crate::Publisher;

const EVERY: Duration = Duration::from_secs(5);

/// Commits younger than this are on their way.
const AGE: Duration = Duration::from_secs(5);

/// Commits looked at in one step.
const BATCH: usize = 200;

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

    async fn sweep(&self) -> Result<(), odd_core::ports::StoreError> {
        // What waits in the publisher is in the outbox as well.
        if self.publisher.waiting() > 0 {
            return Ok(());
        }
        let commits = self.outbox.unpublished(AGE, BATCH).await?;
        if !commits.is_empty() {
            tracing::info!(
                commits = commits.len(),
                "publishing what was left in the outbox"
            );
        }
        for (last, mut entries) in commits {
            // Retention may have taken some, or all; then those of later commits stand in their place.
            entries.retain(|entry| entry.position <= last);
            self.publisher.publish(last, entries);
        }
        Ok(())
    }
}
