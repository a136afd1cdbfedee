use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::Clock;
use odd_core::ports::{ErrorChain, EventLog, Lag, StoreError, ViewSnapshot, Views};
use tokio::sync::Semaphore;

use crate::position_poller::PositionPoller;

/// Time limit for reading the end of the log. Figures come from the views, so a slow store must not hold them up.
pub(crate) const LOG_LIMIT: Duration = Duration::from_secs(1);

/// Largest number of requests that wait for the views at a time. Each of them holds one of the permits that limit the
/// requests in flight (1,024 by default), so waiting must not use them up.
const MAX_WAITING: usize = 64;

/// The `asOf` of figures about which no time is known: nothing was committed before the epoch.
pub(crate) const UNKNOWN_AGE: Timestamp = Timestamp::from_micros(0);

/// Compares the views with the event log that they are folded from.
#[derive(Clone)]
pub(crate) struct Freshness {
    log: Arc<dyn EventLog>,
    views: PositionPoller,
    clock: Arc<dyn Clock>,
    waiting: Arc<Semaphore>,
    /// Whether the last measurement failed.
    has_failed: Arc<AtomicBool>,
}

impl Freshness {
    pub(crate) fn new(
        log: Arc<dyn EventLog>,
        views: Arc<dyn Views>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            log,
            views: PositionPoller::new(views),
            clock,
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            has_failed: Arc::default(),
        }
    }

    /// Returns the `asOf` of figures that were read from the views at `snapshot` or later: every event committed
    /// before that time is included. It is the present when nothing is missing, else the time of the first missing
    /// event. While the log cannot be read it is the time of the last event in the views, or [`UNKNOWN_AGE`].
    pub(crate) async fn as_of(&self, snapshot: &ViewSnapshot) -> Timestamp {
        // Read before the end of the log: what is committed later must not count as included.
        let now = self.clock.now();
        let measured = self.measure(snapshot).await;
        self.log_change(&measured);
        match measured {
            Ok(lag) if lag.entries == 0 => now,
            Ok(Lag {
                since: Some(at), ..
            }) => at.min(now),
            // Something is missing, and the first missing entries are about pruned jobs. Without an event in the views
            // either, the retention limit of those entries is a lower bound.
            Ok(Lag { not_before, .. }) => {
                let bound = snapshot.last_event_at.or(not_before);
                bound.map_or(UNKNOWN_AGE, |at| at.min(now))
            }
            // Figures stay available without the log. The last event that they include is a lower bound.
            Err(_) => snapshot.last_event_at.unwrap_or(UNKNOWN_AGE),
        }
    }

    async fn measure(&self, snapshot: &ViewSnapshot) -> Result<Lag, StoreError> {
        let measuring = Lag::measure(self.log.as_ref(), snapshot.position);
        tokio::time::timeout(LOG_LIMIT, measuring)
            .await
            .unwrap_or_else(|late| {
                Err(StoreError::unavailable(
                    "the event log did not answer in time",
                    late,
                ))
            })
    }

    /// Logs when the log cannot be read any more, and when it can be read again.
    fn log_change(&self, measured: &Result<Lag, StoreError>) {
        let had_failed = self.has_failed.swap(measured.is_err(), Ordering::Relaxed);
        match measured {
            Err(error) if !had_failed => tracing::warn!(
                error = %ErrorChain(error),
                "the event log cannot be read; the age of figures is a bound or unknown"
            ),
            Ok(_) if had_failed => tracing::info!("the age of figures is measured again"),
            _ => {}
        }
    }

    /// Waits until the views include everything that is committed now, for at most `limit`. Returns early when too many
    /// requests wait already, or when the log or the views cannot be read. The `asOf` of the figures shows their age in
    /// every case.
    pub(crate) async fn wait_until_current(&self, limit: Duration) {
        let Ok(_permit) = self.waiting.try_acquire() else {
            return;
        };
        let caught_up = async {
            let end = self.log.head().await?;
            self.views.wait_for(end).await;
            Ok::<_, StoreError>(())
        };
        if let Ok(Err(error)) = tokio::time::timeout(limit, caught_up).await {
            tracing::debug!(error = %ErrorChain(&error), "cannot wait for the views");
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
