use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Clock, LogRecord, Position};
use tokio::sync::OnceCell;

use crate::conformance::StoreFixture;
use crate::conformance::scenario::run_one_of_each_event;
use crate::conformance::store_fixture::some_request;

/// Returns the log of a store after two busy days: a few minutes of jobs with every type of event, then the same a
/// day later.
pub(in crate::conformance) async fn two_days() -> Vec<LogRecord> {
    static RECORDED: OnceCell<Vec<LogRecord>> = OnceCell::const_new();
    let record = || async { busy_days(&StoreFixture::embedded()).await };
    RECORDED.get_or_init(record).await.clone()
}

/// Like above, but most jobs are pruned at the end: the log as recorded, and as returned by a replay.
pub(in crate::conformance) async fn two_days_with_pruning() -> (Vec<LogRecord>, Vec<LogRecord>) {
    static RECORDED: OnceCell<(Vec<LogRecord>, Vec<LogRecord>)> = OnceCell::const_new();
    RECORDED.get_or_init(record_with_pruning).await.clone()
}

async fn record_with_pruning() -> (Vec<LogRecord>, Vec<LogRecord>) {
    let f = StoreFixture::embedded();
    let mut live = busy_days(&f).await;
    let head = live.last().expect("not empty").position;
    prune(&f, f.clock.now().minus_millis(3_600_000)).await;
    run_one_of_each_event(&f).await;
    live.extend(f.log.read_after(head, 100_000).await.expect("reads"));
    (live, replayed(&f).await)
}

/// Returns the entries of a replay of the log.
async fn replayed(f: &StoreFixture) -> Vec<LogRecord> {
    let replayed: Arc<Mutex<Vec<LogRecord>>> = Arc::default();
    let collect = replayed.clone();
    let each = move |chunk| collect.lock().expect("not poisoned").extend(chunk);
    f.log.replay(Box::new(each)).await.expect("replays");
    std::mem::take(&mut *replayed.lock().expect("not poisoned"))
}

/// Runs the jobs of two busy days on a store and returns its log.
pub async fn busy_days(f: &StoreFixture) -> Vec<LogRecord> {
    for _ in 0..2 {
        for _ in 0..3 {
            for id in run_one_of_each_event(f).await {
                // The next round finds no ready job.
                let _ = f.store.cancel(id, some_request()).await;
            }
            f.clock.advance(Duration::from_secs(120));
            f.expire().await.expect("expires");
        }
        f.clock.advance(Duration::from_secs(24 * 3_600));
    }
    f.log.read_after(Position(0), 100_000).await.expect("reads")
}

async fn prune(f: &StoreFixture, before: Timestamp) {
    let mut sum = 0;
    for _ in 0..20 {
        sum += f.store.prune(before, 100).await.expect("prunes");
    }
    assert!(sum > 10, "pruning found {sum} jobs");
}
