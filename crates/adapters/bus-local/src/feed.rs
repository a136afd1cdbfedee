use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{EventSink, LogRecord, Position};
use tokio::sync::watch;

/// Entries kept in memory; a follower that is further behind reads the log.
const CAPACITY: usize = 65_536;

/// The newest committed entries. Cheap to clone; all clones share them.
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
    /// Creates an empty feed.
    pub fn new() -> Self {
        Self {
            recent: Arc::default(),
            newest: Arc::new(watch::Sender::new(Position(0))),
            followers: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Returns the number of followers, for a source that pauses while there are none.
    pub fn followers(&self) -> watch::Receiver<usize> {
        self.followers.subscribe()
    }

    /// Counts a follower until the returned guard is dropped.
    pub(crate) fn count_follower(&self) -> FollowerGuard {
        self.followers.send_modify(|count| *count += 1);
        FollowerGuard(self.followers.clone())
    }

    /// Returns the position of the newest entry, which changes with every commit.
    pub(crate) fn newest(&self) -> watch::Receiver<Position> {
        self.newest.subscribe()
    }

    /// Returns up to `limit` entries after `after`, or `None` if the feed is empty or no longer has all of them.
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

/// Counts a follower while it lives.
pub(crate) struct FollowerGuard(Arc<watch::Sender<usize>>);

impl Drop for FollowerGuard {
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
        // Entries that the source skipped, for example while it paused, are in the log.
        let last = recent.groups.back().and_then(|group| group.last());
        if last.is_some_and(|last| last.position.0 + 1 != entries[0].position.0) {
            *recent = Recent::default();
        }
        recent.entries += entries.len();
        recent.groups.push_back(entries);
        // The newest group stays, even if it is larger than the capacity.
        while recent.entries > CAPACITY && recent.groups.len() > 1 {
            let dropped = recent.groups.pop_front().map_or(0, |group| group.len());
            recent.entries -= dropped;
        }
        drop(recent);
        self.newest.send_replace(newest);
    }
}
