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

/// How long something may take that happens at once unless something is broken: less than it takes those who wait to
/// look for themselves.
pub(crate) const SOON: Duration = Duration::from_secs(4);

/// One broker and one database, for several processes.
pub(crate) struct Rig {
    pub(crate) broker: BrokerConfig,
    database: String,
    clock: Arc<ManualClock>,
}

/// A process that changes jobs and publishes what it commits.
pub(crate) struct Gateway {
    pub(crate) jobs: StoreFixture,
    pub(crate) publisher: Publisher,
}

/// A process that claims jobs.
pub(crate) struct Worker {
    pub(crate) jobs: StoreFixture,
}

/// Tells a test what was committed.
struct Told(mpsc::UnboundedSender<Vec<LogRecord>>);

impl EventSink for Told {
    fn committed(&self, entries: Vec<LogRecord>) {
        // A test that has seen enough does not listen any more.
        let _ = self.0.send(entries);
    }
}

/// How long events may take: less than the silence after which the log is asked.
const EVENTS: Duration = Duration::from_secs(9);

/// What follows events.
pub(crate) struct Follower {
    told: mpsc::UnboundedReceiver<Vec<LogRecord>>,
    _task: AbortOnDropHandle<()>,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::at(rabbitmq_host().await).await
    }

    /// With a broker of the test's own.
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
        let store = self.store(Arc::new(Told(sink))).await;
        let work_queue = NotifiedWorkQueue::new(Arc::new(store.clone()), Arc::new(store.clone()));
        let task = tokio::spawn(work_queue.clone().run(self.broker.clone()));
        work_queue.health().connected().await;
        let mut jobs = self.fixture(Arc::new(work_queue), &store);
        jobs.keep = Box::new(AbortOnDropHandle::new(task));
        Worker { jobs }
    }

    /// A follower of what `gateway` commits from now on.
    pub(crate) async fn follower(&self, gateway: &Gateway, queue: EventQueue) -> Follower {
        let (sink, told) = mpsc::unbounded_channel();
        let (log, sink) = (gateway.jobs.log.clone(), Arc::new(Told(sink)));
        let consumer = EventConsumer::new(self.broker.clone(), queue, log, sink);
        let health = consumer.health().clone();
        let task = tokio::spawn(consumer.run());
        health.connected().await;
        Follower {
            told,
            _task: AbortOnDropHandle::new(task),
        }
    }
}

impl Worker {
    /// Up to `limit` jobs; waits for the first.
    pub(crate) async fn claim(&self, limit: usize) -> Vec<ClaimedJob> {
        let mut request = self.jobs.request(limit);
        request.wait = Duration::from_secs(60);
        self.jobs.work.claim(request).await.expect("claims")
    }
}

impl Follower {
    /// The next `count` entries or more.
    pub(crate) async fn next(&mut self, count: usize) -> Vec<LogRecord> {
        let mut seen = Vec::new();
        let following = async {
            while seen.len() < count {
                seen.extend(self.told.recv().await.expect("the consumer runs"));
            }
        };
        let outcome = tokio::time::timeout(EVENTS, following).await;
        assert!(outcome.is_ok(), "{} of {count} entries came", seen.len());
        seen
    }
}

/// A sink that takes no notice.
pub(crate) struct Deaf;

impl EventSink for Deaf {
    fn committed(&self, _: Vec<LogRecord>) {}
}
