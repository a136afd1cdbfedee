use hdrhistogram::Histogram;
use odd_client::Client;
use odd_contracts::Timestamp;
use serde::Serialize;

use crate::commands::bench::load::Sample;
use crate::failure::Failure;

/// Percentiles in milliseconds.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Percentiles {
    pub(super) count: u64,
    pub(super) p50_ms: f64,
    pub(super) p95_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

/// Histogram of durations in microseconds, up to an hour, with three significant digits.
pub(super) struct Durations(Histogram<u64>);

impl Durations {
    pub(super) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are in order"))
    }

    pub(super) fn record(&mut self, from: Timestamp, to: Timestamp) {
        let micros = u64::try_from(to.as_micros() - from.as_micros()).unwrap_or(0);
        self.0.saturating_record(micros);
    }

    pub(super) fn percentiles(&self) -> Option<Percentiles> {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1000.0;
        (!self.0.is_empty()).then(|| Percentiles {
            count: self.0.len(),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            max_ms: self.0.max() as f64 / 1000.0,
        })
    }
}

/// Latencies from the time at which the client sent the request to the times in the job record. Both processes use the
/// clock of this machine.
pub(super) struct Latencies {
    /// Until the handler started.
    pub(super) to_start: Option<Percentiles>,
    /// Until the outcome was recorded.
    pub(super) to_finish: Option<Percentiles>,
}

/// Reads the sampled jobs from the gateway.
///
/// # Errors
/// When a job cannot be read.
pub(super) async fn measure(client: &Client, samples: &[Sample]) -> Result<Latencies, Failure> {
    let (mut to_start, mut to_finish) = (Durations::new(), Durations::new());
    for sample in samples {
        let job = client.job(sample.id).await?;
        if let (Some(started), Some(finished)) = (job.started_at, job.finished_at) {
            to_start.record(sample.sent_at, started);
            to_finish.record(sample.sent_at, finished);
        }
    }
    Ok(Latencies {
        to_start: to_start.percentiles(),
        to_finish: to_finish.percentiles(),
    })
}
