use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{
    Clock, ErrorChain, EventBus, EventLog, LogEntry, LogRecord, Quarantine, StoreError, Views,
};
use odd_core::{JobEvent, QuarantineCounter};
use odd_service_kit::telemetry::Tracer;

use crate::last_event_trace::LastEventTraces;
use crate::metrics::EngineMetrics;
use crate::view_latency::ViewLatency;

/// Shortest time between two folds while events keep arriving: folding one event costs as much as folding hundreds. The first
/// event after a pause is folded at once.
const FOLD_EVERY: Duration = Duration::from_millis(20);

/// A batch of at least this many entries is followed by the next without a pause.
const LARGE_BATCH: usize = 2_048;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Follows the event stream and folds it into the views.
pub(crate) struct Consumer {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) quarantine: Arc<dyn Quarantine>,
    pub(crate) quarantined: QuarantineCounter,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
    pub(crate) tracer: Tracer,
}

impl Consumer {
    /// Runs until dropped. After a failure it resumes from the position of the views.
    pub(crate) async fn run(self) {
        let mut pause = FIRST_PAUSE;
        let mut latency = ViewLatency {
            log: self.log.clone(),
            clock: self.clock.clone(),
            histogram: self.metrics.view.clone(),
            after: None,
        };
        loop {
            let error = match self.follow(&mut pause, &mut latency).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            if matches!(error, StoreError::Closed) {
                return;
            }
            tracing::warn!(error = %ErrorChain(&error), "failed to process events; resuming from the position of the views");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn follow(
        &self,
        pause: &mut Duration,
        latency: &mut ViewLatency,
    ) -> Result<Infallible, StoreError> {
        let mut position = self.views.position().await?;
        let mut stream = self.bus.subscribe(position).await?;
        latency.catch_up(position).await;
        loop {
            let entries = stream.next().await?;
            let is_large = entries.len() >= LARGE_BATCH;
            self.check(&entries).await?;
            let traces = LastEventTraces::begin(&self.tracer, &entries);
            let times = latency.times(&entries);
            position = entries.last().map_or(position, |last| last.position);
            self.views.apply(entries).await?;
            if let Some(traces) = traces {
                traces.finish(&self.tracer);
            }
            latency.applied(&times, position).await;
            *pause = FIRST_PAUSE;
            if !is_large {
                tokio::time::sleep(FOLD_EVERY).await;
            }
        }
    }

    /// Quarantines a copy of each event whose transition the state machine does not allow. The event is still folded, because it
    /// is part of the history that the views equal.
    async fn check(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        for record in entries {
            if let LogEntry::Event(event) = &record.entry
                && !event.is_legal()
            {
                self.quarantine(event).await?;
            }
        }
        Ok(())
    }

    async fn quarantine(&self, event: &JobEvent) -> Result<(), StoreError> {
        let before = event
            .previous_status
            .map_or("no status", |status| status.as_str());
        let event_type = event.change.event_type();
        let reason = format!("/payload/previousStatus: {event_type} cannot follow {before}");
        tracing::error!(event = %event.id(), job = %event.job_id, reason, "an event violates its contract");
        let bytes = serde_json::to_vec(&event.to_envelope()).unwrap_or_default();
        self.quarantine
            .quarantine_message(bytes, reason, Some(event.correlation_id))
            .await?;
        self.quarantined.increment();
        Ok(())
    }
}
