use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use odd_contracts::QueueName;
use odd_core::LatencyHistogram;
use odd_service_kit::{ByType, Metrics, TypeLabel};
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

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct ByOutcome {
    outcome: &'static str,
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
pub(crate) struct EngineMetrics {
    lag_events: Family<ByConsumer, Gauge>,
    lag_seconds: Family<ByConsumer, Gauge<f64, AtomicU64>>,
    quarantined: Counter,
    depth: Family<ByQueue, Gauge>,
    oldest: Family<ByQueue, Gauge<f64, AtomicU64>>,
    ready: Family<ByType, Gauge>,
    dead_letters: Gauge,
    /// Registered in the embedded deployment.
    notifications: Family<ByOutcome, Counter>,
    /// From the time of an event until the views include it.
    pub(crate) view: Arc<LatencyHistogram>,
}

impl EngineMetrics {
    /// Registers the metric families.
    pub(crate) fn register(metrics: &mut Metrics) -> Self {
        let stages = metrics.histograms("observatory_job_stage_seconds");
        let families = Self {
            lag_events: Family::default(),
            lag_seconds: Family::default(),
            quarantined: Counter::default(),
            depth: Family::default(),
            oldest: Family::default(),
            ready: Family::default(),
            dead_letters: Gauge::default(),
            notifications: Family::default(),
            view: stages.series(&["view"]),
        };
        metrics.register("observatory_queue_depth", families.depth.clone());
        metrics.register("observatory_queue_oldest_seconds", families.oldest.clone());
        metrics.register("observatory_jobs_ready", families.ready.clone());
        metrics.register("observatory_dead_letters", families.dead_letters.clone());
        metrics.register(
            "observatory_consumer_lag_events",
            families.lag_events.clone(),
        );
        metrics.register(
            "observatory_consumer_lag_seconds",
            families.lag_seconds.clone(),
        );
        metrics.register("observatory_messages_parked", families.quarantined.clone());
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

    pub(crate) fn set_ready(&self, label: &TypeLabel, jobs: u64) {
        let r#type = label.clone();
        self.ready
            .get_or_create(&ByType { r#type })
            .set(i64::try_from(jobs).unwrap_or(i64::MAX));
    }

    pub(crate) fn forget_type(&self, label: &TypeLabel) {
        let r#type = label.clone();
        self.ready.remove(&ByType { r#type });
    }

    /// Registers the counters of notifications, which start at zero.
    pub(crate) fn register_notifications(&self, metrics: &mut Metrics) {
        for outcome in ["delivered", "failed"] {
            drop(self.notifications.get_or_create(&ByOutcome { outcome }));
        }
        metrics.register("observatory_notifications", self.notifications.clone());
    }

    pub(crate) fn count_notification(&self, delivered: bool) {
        let outcome = if delivered { "delivered" } else { "failed" };
        self.notifications
            .get_or_create(&ByOutcome { outcome })
            .inc();
    }

    pub(crate) fn set_dead_letters(&self, jobs: u64) {
        let jobs = i64::try_from(jobs).unwrap_or(i64::MAX);
        self.dead_letters.set(jobs);
    }

    pub(crate) fn forget_queue(&self, queue: &QueueName) {
        let labels = ByQueue {
            queue: queue.to_string(),
        };
        self.depth.remove(&labels);
        self.oldest.remove(&labels);
    }
}
