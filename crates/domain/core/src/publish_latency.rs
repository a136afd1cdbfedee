use std::sync::Arc;

use crate::LatencyHistogram;

/// How long the parts of publishing a commit take, for each event. Cheap to clone; all clones record into the same
/// histograms, which are stages of `observatory_job_stage_seconds`.
#[derive(Debug, Clone)]
pub struct PublishLatency {
    /// From the commit until the message was sent to the broker.
    pub outbox: Arc<LatencyHistogram>,
    /// From then until the broker confirmed the message.
    pub broker: Arc<LatencyHistogram>,
}

impl PublishLatency {
    /// Creates empty histograms.
    pub fn new() -> Self {
        let stage = || Arc::new(LatencyHistogram::of_family("observatory_job_stage_seconds"));
        Self {
            outbox: stage(),
            broker: stage(),
        }
    }
}

impl Default for PublishLatency {
    fn default() -> Self {
        Self::new()
    }
}
