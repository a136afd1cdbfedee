use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, QueueName};
use odd_core::ports::{Clock, ErrorChain, JobReader, StoreError, Views};
use tokio::time::{MissedTickBehavior, interval};

use crate::metrics::{EngineMetrics, MAX_QUEUES};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Updates the gauges of the queues.
pub(crate) struct QueueGauges {
    pub(crate) reader: Arc<dyn JobReader>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl QueueGauges {
    /// Runs until dropped.
    pub(crate) async fn run(self) {
        let mut tick = interval(MEASURE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut exported = BTreeSet::new();
        loop {
            tick.tick().await;
            match self.measure(&exported).await {
                Ok(queues) => exported = queues,
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), "failed to measure queues; retrying")
                }
            }
        }
    }

    /// Sets the gauges, and removes those of queues in `exported` that are gone. Returns the queues that have gauges.
    async fn measure(
        &self,
        exported: &BTreeSet<QueueName>,
    ) -> Result<BTreeSet<QueueName>, StoreError> {
        let mut depths: BTreeMap<QueueName, u64> = BTreeMap::new();
        for (key, count) in self.views.snapshot().await?.counts {
            let depth = depths.entry(key.queue).or_default();
            if key.status == JobStatus::Pending {
                *depth += count;
            }
        }
        let now = self.clock.now();
        let oldest: BTreeMap<QueueName, f64> = self
            .reader
            .queue_depths()
            .await?
            .into_iter()
            .filter_map(|depth| {
                Some((
                    depth.queue,
                    now.fractional_millis_since(depth.oldest_ready_at?) / 1_000.0,
                ))
            })
            .collect();
        let measured = depths.into_iter().take(MAX_QUEUES);
        let queues: BTreeSet<QueueName> = measured
            .map(|(queue, depth)| {
                self.metrics
                    .set_queue(&queue, depth, age(depth, oldest.get(&queue).copied()));
                queue
            })
            .collect();
        exported
            .difference(&queues)
            .for_each(|gone| self.metrics.forget_queue(gone));
        Ok(queues)
    }
}

/// Returns the age of a queue's oldest ready job: 0 without ready jobs. `None` if the bounded search did not find the oldest.
fn age(depth: u64, oldest_seconds: Option<f64>) -> Option<f64> {
    oldest_seconds.or_else(|| (depth == 0).then_some(0.0))
}
