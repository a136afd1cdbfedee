use std::sync::Arc;
use std::time::Duration;

use odd_bus_rabbitmq::{BrokerConfig, EventConsumer, EventQueue, NotifiedWorkQueue, Publisher};
use odd_core::ports::{ClaimedJob, EventSink, LogRecord, WorkQueue};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{
    ManualClock, PostgresStore, postgres_database, postgres_fixture_of, postgres_store_at,
    rabbitmq_host,
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// Timeout for what a hint triggers: shorter than the poll interval of waiting claims, which would hide a missing hint.
pub(crate) const SOON: Duration = Duration::from_secs(4);

/// One broker and one database, shared by several processes.
pub(crate) struct Fixture {
    pub(crate) broker: BrokerConfig,
    database: String,
    clock: Arc<ManualClock>,
}

/// A process that submits jobs and publishes what it commits.
pub(crate) struct Gateway {
    pub(crate) jobs: StoreFixture,
    pub(crate) publisher: Publisher,
}

/// A process that claims jobs.
pub(crate) struct Worker {
    pub(crate) jobs: StoreFixture,
}

/// A sink that sends what was committed to the test.
struct ChannelSink(mpsc::UnboundedSender<Vec<LogRecord>>);

impl EventSink for ChannelSink {
    fn committed(&self, entries: Vec<LogRecord>) {
        // The test may have dropped the receiver.
        let _ = self.0.send(entries);
    }
}

/// Timeout for events: shorter than the silence after which the log is checked, which would hide lost messages.
const EVENT_TIMEOUT: Duration = Duration::from_secs(9);

/// A process that follows events.
pub(crate) struct Follower {
    received: mpsc::UnboundedReceiver<Vec<LogRecord>>,
    _task: AbortOnDropHandle<()>,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::at(rabbitmq_host().await).await
    }

    /// Uses the given broker.
    pub(crate) async fn at(broker: BrokerConfig) -> Self {
        Self {
            broker,
            database: postgres_database().await,
            clock: Arc::default(),
        }
    }

    async fn store(&self, sink: Arc<dyn EventSink>) -> PostgresStore {
        postgres_store_at(self.database.clone(), self.clock.clone(), sink).await
    }

    fn fixture(&self, work: Arc<dyn WorkQueue>, store: &PostgresStore) -> StoreFixture {
        StoreFixture {
            work,
            ..postgres_fixture_of(store, self.clock.clone())
        }
    }

    pub(crate) async fn gateway(&self) -> Gateway {
        let (publisher, task) = Publisher::new();
        let store = self.store(Arc::new(publisher.clone())).await;
        let task = tokio::spawn(task.run(self.broker.clone(), Arc::new(store.clone())));
        publisher.health().connected().await;
        let mut jobs = self.fixture(Arc::new(store.clone()), &store);
        jobs.keep = Box::new(AbortOnDropHandle::new(task));
        Gateway { jobs, publisher }
    }

    pub(crate) async fn worker(&self) -> Worker {
        let (sink, _) = mpsc::unbounded_channel();
        let store = self.store(Arc::new(ChannelSink(sink))).await;
        let work_queue = NotifiedWorkQueue::new(Arc::new(store.clone()), Arc::new(store.clone()));
        let task = tokio::spawn(work_queue.clone().run(self.broker.clone()));
        work_queue.health().connected().await;
        let mut jobs = self.fixture(Arc::new(work_queue), &store);
        jobs.keep = Box::new(AbortOnDropHandle::new(task));
        Worker { jobs }
    }

    /// Starts a follower of what `gateway` commits from now on.
    pub(crate) async fn follower(&self, gateway: &Gateway, queue: EventQueue) -> Follower {
        let (sink, received) = mpsc::unbounded_channel();
        let (log, sink) = (gateway.jobs.log.clone(), Arc::new(ChannelSink(sink)));
        let consumer = EventConsumer::new(self.broker.clone(), queue, log, sink);
        let health = consumer.health().clone();
        let task = tokio::spawn(consumer.run());
        health.connected().await;
        Follower {
            received,
            _task: AbortOnDropHandle::new(task),
        }
    }
}

impl Worker {
    /// Claims up to `limit` jobs, waiting for the first.
    pub(crate) async fn claim(&self, limit: usize) -> Vec<ClaimedJob> {
        let mut request = self.jobs.request(limit);
        request.wait = Duration::from_secs(60);
        self.jobs.work.claim(request).await.expect("claims")
    }
}

impl Follower {
    /// Returns the next `count` entries or more.
    pub(crate) async fn next(&mut self, count: usize) -> Vec<LogRecord> {
        let mut entries = Vec::new();
        let following = async {
            while entries.len() < count {
                entries.extend(self.received.recv().await.expect("the consumer is running"));
            }
        };
        let outcome = tokio::time::timeout(EVENT_TIMEOUT, following).await;
        assert!(
            outcome.is_ok(),
            "{} of {count} entries arrived",
            entries.len()
        );
        entries
    }
}

/// A sink that discards everything.
pub(crate) struct DiscardingSink;

impl EventSink for DiscardingSink {
    fn committed(&self, _: Vec<LogRecord>) {}
}
