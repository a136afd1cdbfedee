use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use odd_bus_rabbitmq::{OutboxRelay, Publisher};
use odd_contracts::Timestamp;
use odd_core::ports::{EventSink, LogRecord, Outbox, Position, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use crate::fixture::Fixture;

/// An outbox with commits that an earlier process did not publish.
#[derive(Default)]
struct Backlog(Mutex<BTreeMap<Position, Vec<LogRecord>>>);

impl Backlog {
    fn is_empty(&self) -> bool {
        self.0.lock().expect("whole").is_empty()
    }
}

#[async_trait]
impl Outbox for Backlog {
    async fn unpublished(
        &self,
        _: Duration,
        limit: usize,
    ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError> {
        let commits = self.0.lock().expect("whole");
        let oldest = commits.iter().take(limit);
        Ok(oldest.map(|(last, it)| (*last, it.clone())).collect())
    }

    async fn count_events(&self) -> Result<u64, StoreError> {
        unreachable!("not called")
    }

    async fn oldest_commit(&self) -> Result<Option<Timestamp>, StoreError> {
        unreachable!("not called")
    }

    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError> {
        let mut commits_left = self.0.lock().expect("whole");
        commits_left.retain(|last, _| !commits.contains(last));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_backlog_is_published_while_new_commits_arrive() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    gateway.jobs.submit_batch(1_500).await;
    let entries = gateway.jobs.log.read_after(Position(0), 10_000).await;
    let entries = entries.expect("reads");
    let commits = entries.iter().map(|it| (it.position, vec![it.clone()]));
    let backlog = Arc::new(Backlog(Mutex::new(commits.collect())));
    let (publisher, task) = Publisher::new();
    let task = task.run(fixture.broker.clone(), backlog.clone());
    let _publishing = AbortOnDropHandle::new(tokio::spawn(task));
    let relay = OutboxRelay::new(
        backlog.clone(),
        gateway.jobs.store.clone(),
        publisher.clone(),
    );
    let _relaying = AbortOnDropHandle::new(tokio::spawn(relay.run()));
    let deadline = Instant::now() + Duration::from_secs(30);
    while !backlog.is_empty() && Instant::now() < deadline {
        publisher.committed(entries[..5].to_vec());
        sleep(Duration::from_millis(2)).await;
    }
    assert!(backlog.is_empty(), "within thirty seconds");
}
