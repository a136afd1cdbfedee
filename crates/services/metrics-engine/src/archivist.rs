use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Archive, Clock, EventBus, LogEntry, StoreError};

use crate::metrics::{ARCHIVE, EngineMetrics};

/// Entries handed to the archive at a time.
const CHUNK: usize = 1_000;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Follows the event stream into the archive, at the archive's own speed: views do not wait for it.
pub(crate) struct Archivist {
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl Archivist {
    /// Runs until dropped. After a failure it starts again from where the archive stands.
    pub(crate) async fn run(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.follow(&mut pause).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            if matches!(error, StoreError::Closed) {
                return;
            }
            tracing::warn!(%error, "archiving failed; starting again from where the archive stands");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn follow(&self, pause: &mut Duration) -> Result<Infallible, StoreError> {
        let mut stream = self.bus.subscribe(self.archive.position().await?).await?;
        loop {
            let mut entries = stream.next().await?;
            while !entries.is_empty() {
                self.metrics
                    .behind(&ARCHIVE, entries.len(), self.age_ms(&entries[0].entry));
                let rest = entries.split_off(entries.len().min(CHUNK));
                self.archive.apply(entries).await?;
                entries = rest;
            }
            self.metrics.behind(&ARCHIVE, 0, 0.0);
            *pause = FIRST_PAUSE;
        }
    }

    fn age_ms(&self, entry: &LogEntry) -> f64 {
        match entry {
            LogEntry::Event(event) => self.clock.now().fractional_millis_since(event.occurred_at),
            LogEntry::Pruned { .. } => 0.0,
        }
    }
}
