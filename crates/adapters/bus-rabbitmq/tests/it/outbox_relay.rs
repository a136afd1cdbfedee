use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use odd_bus_rabbitmq::{OutboxRelay, Publisher};
use odd_core::ports::{EventSink, LogRecord, Outbox, Position, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use crate::rig::Rig;

/// What an earlier process committed and did not publish.
#[derive(Default)]
struct LeftOver(Mutex<BTreeMap<Position, Vec<LogRecord>>>);

impl LeftOver {
    fn is_empty(&self) -> bool {
        self.0.lock().expect("whole").is_empty()
    }
}

#[async_trait]
impl Outbox for LeftOver {
    async fn unpublished(
        &self,
        _: Duration,
        limit: usize,
    ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError> {
        let commits = self.0.lock().expect("whole");
        let oldest = commits.iter().take(limit);
        Ok(oldest.map(|(last, it)| (*last, it.clone())).collect())
    }

    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError> {
        let mut left = self.0.lock().expect("whole");
        left.retain(|last, _| !commits.contains(last));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_left_is_published_while_more_is() {
    let rig = Rig::new().await;
    let office = rig.gateway().await;
    office.jobs.submit_batch(1_500).await;
    let entries = office.jobs.log.read_after(Position(0), 10_000).await;
    let entries = entries.expect("reads");
    let commits = entries.iter().map(|it| (it.position, vec![it.clone()]));
    let left = Arc::new(LeftOver(Mutex::new(commits.collect())));
    let (publisher, task) = Publisher::new();
    let task = task.run(rig.broker.clone(), left.clone());
    let _publishing = AbortOnDropHandle::new(tokio::spawn(task));
    let sweeper = OutboxRelay::new(left.clone(), office.jobs.store.clone(), publisher.clone());
    let _sweeping = AbortOnDropHandle::new(tokio::spawn(sweeper.run()));
    let given_up = Instant::now() + Duration::from_secs(30);
    while !left.is_empty() && Instant::now() < given_up {
        publisher.committed(entries[..5].to_vec());
        sleep(Duration::from_millis(2)).await;
    }
    assert!(left.is_empty(), "within thirty seconds");
}
