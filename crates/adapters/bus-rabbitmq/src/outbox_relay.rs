use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use odd_core::ports::{ErrorChain, Leadership, Outbox, Position, StoreError};

use crate::Publisher;
use crate::publisher::CAPACITY;

/// Pause after a pass that found the outbox drained.
const IDLE_PAUSE: Duration = Duration::from_secs(5);

/// Commits younger than this are left to the process that made them.
const MIN_AGE: Duration = Duration::from_secs(5);

/// Commits read in one pass.
const BATCH: usize = 500;

/// Pause after a full batch: its confirmations have to reach the outbox before the next read.
const BATCH_PAUSE: Duration = Duration::from_millis(500);

/// Unconfirmed entries from which a publisher counts as busy: then old commits are old because the broker is slow, and
/// relaying them would only add load.
const BUSY: usize = CAPACITY / 10;

/// Time after which a relayed commit that is still unconfirmed is relayed again.
const RELAY_AGAIN: Duration = Duration::from_secs(30);

/// Publishes commits that remain in the outbox: those of processes that ended before publishing, made while the broker was
/// not available, or beyond the capacity of a publisher.
pub struct OutboxRelay {
    outbox: Arc<dyn Outbox>,
    leadership: Arc<dyn Leadership>,
    publisher: Publisher,
    /// When each commit was passed to the publisher.
    relayed: HashMap<Position, Instant>,
}

impl OutboxRelay {
    /// Creates a relay that works while this process holds the leadership.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        leadership: Arc<dyn Leadership>,
        publisher: Publisher,
    ) -> Self {
        Self {
            outbox,
            leadership,
            publisher,
            relayed: HashMap::new(),
        }
    }

    /// Relays until dropped, or until the store is closed.
    pub async fn run(mut self) {
        let mut pause = IDLE_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            self.publisher.health().connected().await;
            if self.leadership.wait_for_leadership().await.is_err() {
                return;
            }
            pause = match self.relay_batch().await {
                Ok(true) => BATCH_PAUSE,
                Ok(false) => IDLE_PAUSE,
                Err(error) => {
                    tracing::warn!(
                        error = %ErrorChain(&error),
                        "unpublished commits could not be read; retrying"
                    );
                    IDLE_PAUSE
                }
            };
        }
    }

    /// Publishes the oldest commits of the outbox. Returns `true` if there may be more.
    async fn relay_batch(&mut self) -> Result<bool, StoreError> {
        let unconfirmed = self.publisher.unconfirmed();
        if unconfirmed >= BUSY {
            return Ok(false);
        }
        // A confirmation is written to the outbox a moment after the publisher has counted it.
        let relay_again = if unconfirmed > 0 {
            RELAY_AGAIN
        } else {
            IDLE_PAUSE
        };
        self.relayed.retain(|_, at| at.elapsed() < relay_again);
        let commits = self.outbox.unpublished(MIN_AGE, BATCH).await?;
        let is_full = commits.len() == BATCH;
        let mut count = 0;
        for (last, mut entries) in commits {
            if self.relayed.contains_key(&last) {
                continue;
            }
            // Retention may have removed some entries; the outbox then returns entries of later commits instead.
            entries.retain(|entry| entry.position <= last);
            if !self.publisher.publish(last, entries) {
                break;
            }
            self.relayed.insert(last, Instant::now());
            count += 1;
        }
        if count > 0 {
            tracing::info!(
                commits = count,
                "publishing unpublished commits of the outbox"
            );
        }
        Ok(is_full && count > 0)
    }
}
