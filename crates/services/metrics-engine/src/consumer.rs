use std::sync::Arc;
use std::time::Duration;

use odd_contracts::FieldError;
use odd_contracts::schema::EventChecker;
use odd_core::JobEvent;
use odd_core::ports::{EventBus, LogEntry, LogRecord, Quarantine, StoreError, Views};

use crate::metrics::EngineMetrics;

/// Events checked before other tasks get their turn.
const CHECKS_AT_ONCE: usize = 256;

/// Least time between two folds while events keep coming: folding costs the same for one event as for hundreds.
/// The first event after a pause is folded in at once.
const FOLD_EVERY: Duration = Duration::from_millis(20);

/// Entries in a group from which the next is taken without a pause.
const BUSY: usize = 2_048;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Follows the event stream and folds it into the views.
pub(crate) struct Consumer {
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) quarantine: Arc<dyn Quarantine>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl Consumer {
    /// Runs until dropped. After a failure it starts again from where the views stand.
    pub(crate) async fn run(self) {
        let mut checker = EventChecker::new();
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.follow(&mut checker, &mut pause).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            if matches!(error, StoreError::Closed) {
                return;
            }
            tracing::warn!(%error, "following events failed; starting again from the views' position");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn follow(
        &self,
        checker: &mut EventChecker,
        pause: &mut Duration,
    ) -> Result<std::convert::Infallible, StoreError> {
        let mut stream = self.bus.subscribe(self.views.position().await?).await?;
        loop {
            let entries = stream.next().await?;
            let is_busy = entries.len() >= BUSY;
            self.check(checker, &entries).await?;
            self.views.apply(entries).await?;
            *pause = FIRST_PAUSE;
            if !is_busy {
                tokio::time::sleep(FOLD_EVERY).await;
            }
        }
    }

    /// Parks a copy of what breaks its contract. It is folded in all the same: it is part of the history that the
    /// views equal.
    async fn check(
        &self,
        checker: &mut EventChecker,
        entries: &[LogRecord],
    ) -> Result<(), StoreError> {
        let mut invalid = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let LogEntry::Event(event) = &entry.entry
                && let Err(errors) = checker.check_parts(&event.parts())
            {
                invalid.push((event, errors));
            }
            if index % CHECKS_AT_ONCE == CHECKS_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
        }
        for (event, errors) in invalid {
            self.park(event, &errors).await?;
        }
        Ok(())
    }

    async fn park(&self, event: &JobEvent, errors: &[FieldError]) -> Result<(), StoreError> {
        let reason: Vec<String> = errors
            .iter()
            .map(|e| format!("{}: {}", e.pointer, e.message))
            .collect();
        let reason = reason.join("; ");
        tracing::error!(event = %event.id(), job = %event.job_id, reason, "an event breaks its contract");
        let bytes = serde_json::to_vec(&event.to_envelope()).unwrap_or_default();
        self.quarantine
            .quarantine_message(bytes, reason, Some(event.correlation_id))
            .await?;
        self.metrics.parked();
        Ok(())
    }
}
