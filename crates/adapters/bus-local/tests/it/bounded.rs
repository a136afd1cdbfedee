//! The feed's bounded memory, over a log in memory: entries that the feed has dropped come from the log.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use odd_bus_local::{Feed, LocalBus};
use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{
    EventBus, EventLog, EventQuery, EventSink, EventStream, LogEntry, LogRecord, Position,
    StoreError,
};

/// More entries than the feed keeps.
const MANY: u64 = 100_000;

/// A log in memory that counts how often it is read.
#[derive(Default)]
struct ListLog {
    entries: Mutex<Vec<LogRecord>>,
    reads: AtomicUsize,
}

#[async_trait]
impl EventLog for ListLog {
    async fn head(&self) -> Result<Position, StoreError> {
        let entries = self.entries.lock().expect("not poisoned");
        Ok(entries.last().map_or(Position(0), |last| last.position))
    }

    async fn read_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<LogRecord>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let entries = self.entries.lock().expect("not poisoned");
        let first = entries.partition_point(|entry| entry.position <= after);
        Ok(entries[first..].iter().take(limit).cloned().collect())
    }

    async fn replay(
        &self,
        _: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        Err(StoreError::Broken("a bus does not replay".into()))
    }

    async fn query(&self, _: EventQuery) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        Err(StoreError::Broken("a bus asks for no pages".into()))
    }

    async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
        Err(StoreError::Broken("a bus asks for no history".into()))
    }
}

struct Rig {
    log: Arc<ListLog>,
    feed: Feed,
    bus: LocalBus,
}

impl Rig {
    fn new() -> Self {
        let (log, feed) = (Arc::new(ListLog::default()), Feed::new());
        let bus = LocalBus::new(feed.clone(), log.clone());
        Self { log, feed, bus }
    }

    /// Commits the next `count` entries, in groups of `group`.
    fn commit(&self, count: u64, group: u64) {
        for _ in 0..count / group {
            let mut entries = self.log.entries.lock().expect("not poisoned");
            let last = entries.last().map_or(0, |last| last.position.0);
            let new: Vec<LogRecord> = (last + 1..=last + group).map(entry).collect();
            entries.extend(new.clone());
            drop(entries);
            self.feed.committed(new);
        }
    }

    async fn follow(&self, after: u64) -> Box<dyn EventStream> {
        self.bus
            .subscribe(Position(after))
            .await
            .expect("subscribes")
    }

    fn reads(&self) -> usize {
        self.log.reads.load(Ordering::SeqCst)
    }
}

fn entry(position: u64) -> LogRecord {
    LogRecord {
        position: Position(position),
        entry: LogEntry::Pruned {
            job_type: "work".parse().expect("legal"),
            queue: "default".parse().expect("legal"),
            status: JobStatus::Completed,
            count: position,
            before: Timestamp::from_micros(0),
        },
    }
}

/// Reads up to `last`, and checks that no entry is skipped or repeated.
async fn read_up_to(stream: &mut dyn EventStream, mut after: u64, last: u64) {
    while after < last {
        for record in stream.next().await.expect("open") {
            after += 1;
            assert_eq!(record, entry(after));
        }
    }
    assert_eq!(after, last);
}

#[tokio::test(start_paused = true)]
async fn follower_that_falls_behind_misses_no_entry() {
    let rig = Rig::new();
    let mut slow = rig.follow(0).await;
    rig.commit(10, 1);
    read_up_to(&mut *slow, 0, 10).await;
    rig.commit(MANY, 1_000);
    let reads = rig.reads();
    read_up_to(&mut *slow, 10, MANY + 10).await;
    assert!(
        rig.reads() > reads,
        "entries that the feed dropped came from the log"
    );
}

#[tokio::test(start_paused = true)]
async fn group_larger_than_the_feed_reaches_all_followers() {
    let rig = Rig::new();
    let mut stream = rig.follow(0).await;
    rig.commit(5, 5);
    read_up_to(&mut *stream, 0, 5).await;
    rig.commit(MANY, MANY);
    read_up_to(&mut *stream, 5, MANY + 5).await;
    let mut late = rig.follow(MANY).await;
    read_up_to(&mut *late, MANY, MANY + 5).await;
}

#[tokio::test(start_paused = true)]
async fn followers_that_keep_up_do_not_read_the_log() {
    let rig = Rig::new();
    let mut stream = rig.follow(0).await;
    rig.commit(10, 10);
    read_up_to(&mut *stream, 0, 10).await;
    let reads = rig.reads();
    for n in 1..100 {
        rig.commit(10, 10);
        read_up_to(&mut *stream, n * 10, n * 10 + 10).await;
    }
    assert_eq!(rig.reads(), reads);
}

/// Paused time advances only when every task sleeps. It does not advance here, so no follower polls.
#[tokio::test(start_paused = true)]
async fn followers_wake_without_polling() {
    let rig = Rig::new();
    let start = tokio::time::Instant::now();
    let mut followers = Vec::new();
    for _ in 0..10 {
        let mut stream = rig.follow(0).await;
        followers.push(tokio::spawn(async move {
            read_up_to(&mut *stream, 0, 50).await
        }));
    }
    for _ in 0..50 {
        rig.commit(1, 1);
        tokio::task::yield_now().await;
    }
    for follower in followers {
        follower.await.expect("reads every entry");
    }
    assert_eq!(start.elapsed(), std::time::Duration::ZERO);
}

#[tokio::test]
async fn entries_from_before_the_feed_are_read_from_the_log() {
    let rig = Rig::new();
    // An earlier process committed these, so this feed never received them.
    let earlier: Vec<LogRecord> = (1..=20).map(entry).collect();
    rig.log
        .entries
        .lock()
        .expect("not poisoned")
        .extend(earlier);
    let mut stream = rig.follow(0).await;
    read_up_to(&mut *stream, 0, 20).await;
    rig.commit(5, 5);
    read_up_to(&mut *stream, 20, 25).await;
    let mut late = rig.follow(7).await;
    read_up_to(&mut *late, 7, 25).await;
}
