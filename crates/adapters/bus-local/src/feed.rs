use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{EventSink, LogRecord, Position};
use tokio::sync::watch;

/// Entries kept in memory; who is further behind reads the log.
const CAPACITY: usize = 65_536;

/// The newest committed entries. Cheap to clone; all clones are the same feed.
#[derive(Clone)]
pub struct Feed {
    recent: Arc<Mutex<Recent>>,
    newest: Arc<watch::Sender<Position>>,
    followers: Arc<watch::Sender<usize>>,
}

#[derive(Default)]
struct Recent {
    groups: VecDeque<Vec<LogRecord>>,
    entries: usize,
}

impl Feed {
    /// An empty feed.
    pub fn new() -> Self {
        Self {
            recent: Arc::default(),
            newest: Arc::new(watch::Sender::new(Position(0))),
            followers: Arc::new(watch::Sender::new(0)),
        }
    }

    /// How many follow it now: whoever feeds it may rest while nobody does.
    pub fn followers(&self) -> watch::Receiver<usize> {
        self.followers.subscribe()
    }

    /// Counts a follower until the answer is dropped.
    pub(crate) fn count_follower(&self) -> Counted {
        self.followers.send_modify(|count| *count += 1);
        Counted(self.followers.clone())
    }

    /// The position of the newest entry, changing with every commit.
    pub(crate) fn newest(&self) -> watch::Receiver<Position> {
        self.newest.subscribe()
    }

    /// Up to `limit` entries after `after`, or nothing when some of them are no longer kept.
    pub(crate) fn after(&self, after: Position, limit: usize) -> Option<Vec<LogRecord>> {
        let recent = self.lock();
        let oldest = recent.groups.front()?.first()?.position;
        if oldest.0 > after.0 + 1 {
            return None;
        }
        let first = recent
            .groups
            .partition_point(|group| group.last().is_none_or(|last| last.position <= after));
        let entries = recent
            .groups
            .range(first..)
            .flatten()
            .filter(|entry| entry.position > after);
        Some(entries.take(limit).cloned().collect())
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A follower that is counted.
pub(crate) struct Counted(Arc<watch::Sender<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self::new()
    }
}

impl EventSink for Feed {
    fn committed(&self, entries: Vec<LogRecord>) {
        let Some(newest) = entries.last().map(|entry| entry.position) else {
            return;
        };
        let mut recent = self.lock();
        // After a rest, or when its source has skipped something, the log has what is between.
        let last = recent.groups.back().and_then(|group| group.last());
        if last.is_some_and(|last| last.position.0 + 1 != entries[0].position.0) {
            *recent = Recent::default();
        }
        recent.entries += entries.len();
        recent.groups.push_back(entries);
        // The newest group always stays, however large.
        while recent.entries > CAPACITY && recent.groups.len() > 1 {
            let dropped = recent.groups.pop_front().map_or(0, |group| group.len());
            recent.entries -= dropped;
        }
        drop(recent);
        self.newest.send_replace(newest);
    }
}
