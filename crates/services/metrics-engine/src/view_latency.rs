use std::sync::Arc;

use odd_contracts::Timestamp;
use odd_core::ports::{Clock, EventLog, Lag, LogEntry, LogRecord, Position};
use odd_core::{LatencyHistogram, TraceId};

/// The views have caught up once the first event that they lack is at most this old. While events keep arriving, they
/// never have all of them.
const CAUGHT_UP_MS: u64 = 1_000;

/// Measures how long events take to be in the views. Events that were recorded before the views had caught up once are left
/// out: their latency would be that of a rebuild, or of the time before the engine was started.
pub(crate) struct ViewLatency {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) histogram: Arc<LatencyHistogram>,
    /// Only later events are measured; none before the views have caught up.
    pub(crate) after: Option<Position>,
}

/// Consecutive events of one time.
pub(crate) struct EventTime {
    at: Timestamp,
    events: u64,
    /// The trace of one of them, if one is sampled.
    trace: Option<TraceId>,
}

impl ViewLatency {
    /// Returns the times of the events that are measured once they are in the views.
    pub(crate) fn times(&self, entries: &[LogRecord]) -> Vec<EventTime> {
        let mut times: Vec<EventTime> = Vec::new();
        let Some(after) = self.after else {
            return times;
        };
        for record in entries.iter().filter(|record| record.position > after) {
            let LogEntry::Event(event) = &record.entry else {
                continue;
            };
            let trace = event.trace.map(TraceId::from);
            match times.last_mut() {
                Some(time) if time.at == event.occurred_at => {
                    time.events += 1;
                    time.trace = time.trace.or(trace);
                }
                _ => times.push(EventTime {
                    at: event.occurred_at,
                    events: 1,
                    trace,
                }),
            }
        }
        times
    }

    /// Measures events that are in the views now, which include everything up to `position`.
    pub(crate) async fn applied(&mut self, times: &[EventTime], position: Position) {
        let now = self.clock.now();
        for EventTime { at, events, trace } in times {
            let seconds = now.fractional_millis_since(*at) / 1_000.0;
            let exemplar = trace.map(|trace| (trace, now));
            self.histogram.observe_group(seconds, *events, exemplar);
        }
        match &mut self.after {
            Some(after) => *after = position.max(*after),
            None => self.catch_up(position).await,
        }
    }

    /// Starts to measure if views that include everything up to `position` have caught up.
    pub(crate) async fn catch_up(&mut self, position: Position) {
        if self.after.is_some() {
            return;
        }
        // If the log cannot be read, the next batch decides.
        if let Ok(lag) = Lag::measure(self.log.as_ref(), position).await {
            let now = self.clock.now();
            let is_recent = |since: Timestamp| now.millis_since(since) <= CAUGHT_UP_MS;
            if lag.entries == 0 || lag.since.is_some_and(is_recent) {
                self.after = Some(position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use odd_testkit::build::new_job;
    use odd_testkit::{ManualClock, TestStore, sqlite_store_with};

    use super::*;

    async fn record(store: &TestStore, events: usize) {
        let jobs = (0..events).map(|_| new_job(r#"{"type":"work"}"#)).collect();
        store.store.submit(jobs).await.expect("accepted");
    }

    /// Applies up to `limit` entries after `position`. Returns the position of the last.
    async fn apply(store: &TestStore, latency: &mut ViewLatency, after: u64, limit: usize) -> u64 {
        let entries = store.log.read_after(Position(after), limit).await;
        let entries = entries.expect("reads");
        let times = latency.times(&entries);
        let last = entries.last().expect("entries").position;
        latency.applied(&times, last).await;
        last.0
    }

    /// Returns an empty store, its clock, and a measurement that has not begun.
    fn fixture() -> (TestStore, Arc<ManualClock>, ViewLatency) {
        let clock = Arc::new(ManualClock::default());
        let store = sqlite_store_with(clock.clone());
        let latency = ViewLatency {
            log: store.log.clone(),
            clock: clock.clone(),
            histogram: Arc::new(LatencyHistogram::of_family("observatory_job_stage_seconds")),
            after: None,
        };
        (store, clock, latency)
    }

    fn count(latency: &ViewLatency) -> u64 {
        latency.histogram.snapshot().counts.iter().sum()
    }

    #[tokio::test]
    async fn only_events_after_the_views_caught_up_are_measured() {
        let (store, clock, mut latency) = fixture();
        record(&store, 5).await;
        clock.advance(Duration::from_secs(60));
        latency.catch_up(Position(0)).await;
        let applied = apply(&store, &mut latency, 0, 3).await;
        let applied = apply(&store, &mut latency, applied, 10).await;
        assert_eq!(count(&latency), 0);
        record(&store, 4).await;
        clock.advance(Duration::from_secs(2));
        apply(&store, &mut latency, applied, 10).await;
        let measured = latency.histogram.snapshot();
        assert_eq!(measured.counts.iter().sum::<u64>(), 4);
        assert!((measured.sum - 8.0).abs() < 0.1, "{}", measured.sum);
        apply(&store, &mut latency, 0, 100).await;
        assert_eq!(count(&latency), 4, "applied by a rebuild");
    }

    #[tokio::test]
    async fn views_that_lack_only_recent_events_have_caught_up() {
        let (store, clock, mut latency) = fixture();
        record(&store, 5).await;
        clock.advance(Duration::from_millis(CAUGHT_UP_MS));
        latency.catch_up(Position(0)).await;
        apply(&store, &mut latency, 0, 10).await;
        assert_eq!(count(&latency), 5);
    }
}
