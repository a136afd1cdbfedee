use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Clock, LogRecord, Position};
use tokio::sync::OnceCell;

use crate::conformance::StoreFixture;
use crate::conformance::store_fixture::some_request;
use crate::conformance::story::tell;

/// What a store recorded on two busy days: a few minutes of jobs with every kind of event, then the same a
/// day later.
pub(in crate::conformance) async fn two_days() -> Vec<LogRecord> {
    static RECORDED: OnceCell<Vec<LogRecord>> = OnceCell::const_new();
    let record = || async { busy_days(&StoreFixture::embedded()).await };
    RECORDED.get_or_init(record).await.clone()
}

/// The same with most of it pruned in the end, as it was recorded and as a replay tells it.
pub(in crate::conformance) async fn two_days_with_pruning() -> (Vec<LogRecord>, Vec<LogRecord>) {
    static RECORDED: OnceCell<(Vec<LogRecord>, Vec<LogRecord>)> = OnceCell::const_new();
    RECORDED.get_or_init(record_with_pruning).await.clone()
}

async fn record_with_pruning() -> (Vec<LogRecord>, Vec<LogRecord>) {
    let f = StoreFixture::embedded();
    let mut live = busy_days(&f).await;
    let head = live.last().expect("not empty").position;
    prune(&f, f.clock.now().minus_millis(3_600_000)).await;
    tell(&f).await;
    live.extend(f.log.read_after(head, 100_000).await.expect("reads"));
    (live, retold(&f).await)
}

/// What a replay of the log gives.
async fn retold(f: &StoreFixture) -> Vec<LogRecord> {
    let retold: Arc<Mutex<Vec<LogRecord>>> = Arc::default();
    let collect = retold.clone();
    let each = move |chunk| collect.lock().expect("not poisoned").extend(chunk);
    f.log.replay(Box::new(each)).await.expect("replays");
    std::mem::take(&mut *retold.lock().expect("not poisoned"))
}

/// Has a store live through two busy days; all that it recorded.
pub async fn busy_days(f: &StoreFixture) -> Vec<LogRecord> {
    for _ in 0..2 {
        for _ in 0..3 {
            for id in tell(f).await {
                // Nothing is left to be claimed by the next round.
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
