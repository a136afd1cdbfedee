use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, JobType, QueueName};
use odd_core::ports::{Clock, ErrorChain, JobReader, StoreError, Views};
use odd_service_kit::{TypeLabel, bounded_types};
use tokio::time::{MissedTickBehavior, interval};

use crate::failures::Failures;
use crate::metrics::{EngineMetrics, MAX_QUEUES};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Updates the gauges of ready jobs, by queue and by type.
pub(crate) struct QueueGauges {
    pub(crate) reader: Arc<dyn JobReader>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

/// The queues and types that have gauges.
#[derive(Default)]
struct Exported {
    queues: BTreeSet<QueueName>,
    types: BTreeSet<TypeLabel>,
    failures: Failures,
}

impl QueueGauges {
    /// Runs until dropped.
    pub(crate) async fn run(self) {
        let mut tick = interval(MEASURE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut exported = Exported::default();
        loop {
            tick.tick().await;
            self.update(&mut exported).await;
        }
    }

    /// Measures the queues. Removes all gauges when they are out of date, because too many measurements have failed.
    async fn update(&self, exported: &mut Exported) {
        match self.measure(exported).await {
            Ok(()) => exported.failures = Failures::default(),
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to measure queues; retrying");
                if exported.failures.add() {
                    self.set_queues(BTreeMap::new(), &BTreeMap::new(), &mut exported.queues);
                    self.set_types(BTreeMap::new(), &mut exported.types);
                }
            }
        }
    }

    /// Sets the gauges, and removes those of queues and types that are gone.
    async fn measure(&self, exported: &mut Exported) -> Result<(), StoreError> {
        let counts = self.views.snapshot().await?.counts;
        let mut queues: BTreeMap<QueueName, u64> = BTreeMap::new();
        let mut types: BTreeMap<JobType, u64> = BTreeMap::new();
        for (key, count) in counts {
            let ready = match key.status {
                JobStatus::Pending => count,
                _ => 0,
            };
            *queues.entry(key.queue).or_default() += ready;
            *types.entry(key.job_type).or_default() += ready;
        }
        let oldest = self.oldest_seconds().await?;
        self.set_queues(queues, &oldest, &mut exported.queues);
        self.set_types(types, &mut exported.types);
        Ok(())
    }

    async fn oldest_seconds(&self) -> Result<BTreeMap<QueueName, f64>, StoreError> {
        let now = self.clock.now();
        let depths = self.reader.queue_depths().await?.into_iter();
        let ages = depths.filter_map(|depth| {
            let millis = now.fractional_millis_since(depth.oldest_ready_at?);
            Some((depth.queue, millis / 1_000.0))
        });
        Ok(ages.collect())
    }

    fn set_queues(
        &self,
        depths: BTreeMap<QueueName, u64>,
        oldest: &BTreeMap<QueueName, f64>,
        exported: &mut BTreeSet<QueueName>,
    ) {
        let mut queues = BTreeSet::new();
        let mut depths: Vec<_> = depths.into_iter().collect();
        // Queues of equal depth keep their order, so that the choice does not change without a reason.
        depths.sort_by_key(|(_, depth)| Reverse(*depth));
        for (queue, depth) in depths.into_iter().take(MAX_QUEUES) {
            let oldest = age(depth, oldest.get(&queue).copied());
            self.metrics.set_queue(&queue, depth, oldest);
            queues.insert(queue);
        }
        let gone = exported.difference(&queues);
        gone.for_each(|queue| self.metrics.forget_queue(queue));
        *exported = queues;
    }

    fn set_types(&self, ready: BTreeMap<JobType, u64>, exported: &mut BTreeSet<TypeLabel>) {
        let mut labels = BTreeSet::new();
        for (label, jobs) in bounded_types(ready) {
            self.metrics.set_ready(&label, jobs);
            labels.insert(label);
        }
        let gone = exported.difference(&labels);
        gone.for_each(|label| self.metrics.forget_type(label));
        *exported = labels;
    }
}

/// Returns the age of a queue's oldest ready job: 0 without ready jobs. `None` if the bounded search did not find the oldest.
fn age(depth: u64, oldest_seconds: Option<f64>) -> Option<f64> {
    oldest_seconds.or_else(|| (depth == 0).then_some(0.0))
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use odd_core::ports::{JobCommands, LogRecord, Position, TimeRange, ViewSnapshot};
    use odd_core::{Bucket, FailureGroups};
    use odd_service_kit::{Metrics, ServiceInfo};
    use odd_testkit::build::new_job;
    use odd_testkit::{TestStore, sqlite_store};

    use super::*;

    struct Gauges {
        store: TestStore,
        rendered: Metrics,
        gauges: QueueGauges,
        state: Exported,
    }

    impl Gauges {
        fn new() -> Self {
            let store = sqlite_store();
            let mut rendered = Metrics::new(&ServiceInfo::new("metrics-engine", "1.2.3", "abc"));
            let gauges = QueueGauges {
                reader: store.reader.clone(),
                views: store.views.clone(),
                clock: store.clock.clone(),
                metrics: Arc::new(EngineMetrics::register(&mut rendered)),
            };
            Self {
                store,
                rendered,
                gauges,
                state: Exported::default(),
            }
        }

        /// Applies new events to the views, and returns the samples of a family.
        async fn measured(&mut self, family: &str) -> Vec<String> {
            let position = self.store.views.position().await.expect("reads");
            let entries = self.store.log.read_after(position, 100_000).await;
            self.store
                .views
                .apply(entries.expect("reads"))
                .await
                .expect("applies");
            let measured = self.gauges.measure(&mut self.state).await;
            measured.expect("measures");
            self.exported(family)
        }

        /// Returns the samples of a family.
        fn exported(&self, family: &str) -> Vec<String> {
            let text = self.rendered.render();
            let samples = text
                .lines()
                .filter(|line| line.starts_with(&format!("{family}{{")));
            samples.map(str::to_owned).collect()
        }
    }

    #[tokio::test]
    async fn ready_jobs_are_counted_by_type_and_by_queue() {
        let mut gauges = Gauges::new();
        let jobs = [
            r#"{"type":"a"}"#,
            r#"{"type":"a","queue":"slow"}"#,
            r#"{"type":"b","delayMs":60000}"#,
        ];
        let jobs: Vec<_> = jobs.into_iter().map(new_job).collect();
        gauges
            .store
            .sqlite
            .submit(jobs.into())
            .await
            .expect("accepted");
        let mut ready = gauges.measured("observatory_jobs_ready").await;
        ready.sort();
        assert_eq!(
            ready,
            [
                r#"observatory_jobs_ready{service="metrics-engine",type="a"} 2"#,
                r#"observatory_jobs_ready{service="metrics-engine",type="b"} 0"#,
            ]
        );
        assert_eq!(gauges.measured("observatory_queue_depth").await.len(), 2);
        assert_ne!(
            gauges.store.views.position().await.expect("reads"),
            Position(0)
        );
    }

    #[tokio::test]
    async fn types_and_queues_that_are_gone_have_no_gauges() {
        let mut gauges = Gauges::new();
        let gone: QueueName = "gone".parse().expect("legal");
        gauges.gauges.metrics.set_queue(&gone, 1, None);
        gauges.state.queues.insert(gone);
        let types = BTreeMap::from([("gone".parse().expect("legal"), 1)]);
        gauges.gauges.set_types(types, &mut gauges.state.types);
        assert!(gauges.measured("observatory_jobs_ready").await.is_empty());
        assert!(gauges.measured("observatory_queue_depth").await.is_empty());
    }

    #[tokio::test]
    async fn the_hundred_deepest_queues_have_gauges() {
        let mut gauges = Gauges::new();
        let name = |n: u64| format!("queue-{n}").parse::<QueueName>().expect("legal");
        let depths = (0..150).map(|n| (name(n), n)).collect();
        let queues = &mut gauges.state.queues;
        gauges.gauges.set_queues(depths, &BTreeMap::new(), queues);
        assert_eq!(*queues, (50..150).map(name).collect());
        assert_eq!(gauges.exported("observatory_queue_depth").len(), 100);
    }

    /// Views that cannot be read.
    struct UnavailableViews;

    #[async_trait]
    impl Views for UnavailableViews {
        async fn position(&self) -> Result<Position, StoreError> {
            Err(StoreError::Closed)
        }

        async fn apply(&self, _: Vec<LogRecord>) -> Result<(), StoreError> {
            Err(StoreError::Closed)
        }

        async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
            Err(StoreError::Closed)
        }

        async fn buckets(&self, _: TimeRange) -> Result<Vec<Bucket>, StoreError> {
            Err(StoreError::Closed)
        }

        async fn failures(&self) -> Result<FailureGroups, StoreError> {
            Err(StoreError::Closed)
        }

        async fn digest(&self) -> Result<String, StoreError> {
            Err(StoreError::Closed)
        }
    }

    #[tokio::test]
    async fn gauges_that_cannot_be_measured_any_more_are_removed() {
        let mut gauges = Gauges::new();
        let jobs = [new_job(r#"{"type":"a"}"#)];
        let submitted = gauges.store.store.submit(jobs.into()).await;
        submitted.expect("accepted");
        let families = [
            "observatory_jobs_ready",
            "observatory_queue_depth",
            "observatory_queue_oldest_seconds",
        ];
        for family in families {
            assert_eq!(gauges.measured(family).await.len(), 1);
        }
        let views = std::mem::replace(&mut gauges.gauges.views, Arc::new(UnavailableViews));
        for failures in 1..=3 {
            gauges.gauges.update(&mut gauges.state).await;
            for family in families {
                let series = usize::from(failures < 3);
                assert_eq!(gauges.exported(family).len(), series, "{family}");
            }
        }
        gauges.gauges.views = views;
        gauges.gauges.update(&mut gauges.state).await;
        assert_eq!(gauges.exported("observatory_jobs_ready").len(), 1);
    }
}
