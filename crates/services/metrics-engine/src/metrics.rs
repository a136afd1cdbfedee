use std::sync::atomic::AtomicU64;

use odd_contracts::QueueName;
use odd_service_kit::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

/// Queues with gauges of their own; the rest is left out, so that the label stays bounded.
pub(crate) const MAX_QUEUES: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByQueue {
    queue: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ByConsumer {
    consumer: &'static str,
}

/// The consumer that folds events into the views.
pub(crate) const VIEWS: ByConsumer = ByConsumer {
    consumer: "metrics-engine",
};

/// The consumer that archives events.
pub(crate) const ARCHIVE: ByConsumer = ByConsumer {
    consumer: "archive",
};

/// The metrics of the metrics-engine.
#[derive(Default)]
pub(crate) struct EngineMetrics {
    lag_events: Family<ByConsumer, Gauge>,
    lag_seconds: Family<ByConsumer, Gauge<f64, AtomicU64>>,
    quarantined: Counter,
    depth: Family<ByQueue, Gauge>,
    oldest: Family<ByQueue, Gauge<f64, AtomicU64>>,
}

impl EngineMetrics {
    /// Registers the metric families.
    pub(crate) fn register(metrics: &mut Metrics) -> Self {
        let families = Self::default();
        let names = [
            ("observatory_queue_depth", "Jobs that could run now"),
            (
                "observatory_queue_oldest_seconds",
                "Age of the oldest ready job",
            ),
            (
                "observatory_consumer_lag_events",
                "Recorded events that a consumer has not processed",
            ),
            (
                "observatory_consumer_lag_seconds",
                "Age of the first event that a consumer has not processed",
            ),
            (
                "observatory_messages_parked",
                "Messages quarantined because they violate their contract",
            ),
        ];
        metrics.register(names[0].0, names[0].1, families.depth.clone());
        metrics.register(names[1].0, names[1].1, families.oldest.clone());
        metrics.register(names[2].0, names[2].1, families.lag_events.clone());
        metrics.register(names[3].0, names[3].1, families.lag_seconds.clone());
        metrics.register(names[4].0, names[4].1, families.quarantined.clone());
        families.set_lag(&VIEWS, 0, 0.0);
        families
    }

    pub(crate) fn set_lag(&self, consumer: &ByConsumer, events: u64, millis: f64) {
        self.lag_events
            .get_or_create(consumer)
            .set(i64::try_from(events).unwrap_or(i64::MAX));
        self.lag_seconds
            .get_or_create(consumer)
            .set(millis / 1_000.0);
    }

    pub(crate) fn count_quarantined(&self) {
        self.quarantined.inc();
    }

    pub(crate) fn set_queue(&self, queue: &QueueName, depth: u64, oldest_seconds: Option<f64>) {
        let labels = ByQueue {
            queue: queue.to_string(),
        };
        self.depth
            .get_or_create(&labels)
            .set(i64::try_from(depth).unwrap_or(i64::MAX));
        match oldest_seconds {
            Some(seconds) => {
                self.oldest.get_or_create(&labels).set(seconds);
            }
            None => {
                self.oldest.remove(&labels);
            }
        }
    }

    pub(crate) fn forget_queue(&self, queue: &QueueName) {
        let labels = ByQueue {
            queue: queue.to_string(),
        };
        self.depth.remove(&labels);
        self.oldest.remove(&labels);
    }
}
