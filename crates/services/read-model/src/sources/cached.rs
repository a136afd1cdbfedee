use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A cached value. Once it has expired, one caller fetches it while the others wait.
#[derive(Debug)]
pub(super) struct Cached<T> {
    slot: Mutex<Option<(Instant, T)>>,
}

impl<T: Clone> Cached<T> {
    /// Creates an empty cache.
    pub(super) fn new() -> Self {
        Self {
            slot: Mutex::new(None),
        }
    }

    /// Returns the cached value, or that of `fetch`, which also returns how long it may be cached.
    pub(super) async fn get(&self, fetch: impl Future<Output = (T, Duration)>) -> T {
        let mut slot = self.slot.lock().await;
        if let Some((expires_at, value)) = slot.as_ref()
            && Instant::now() < *expires_at
        {
            return value.clone();
        }
        let (value, keep) = fetch.await;
        *slot = Some((Instant::now() + keep, value.clone()));
        value
    }

    /// Removes the cached value.
    pub(super) async fn clear(&self) {
        *self.slot.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn values_are_cached_until_they_expire() {
        let cached = Cached::new();
        let keep = Duration::from_secs(2);
        assert_eq!(cached.get(async { (1, keep) }).await, 1);
        tokio::time::advance(Duration::from_millis(1_999)).await;
        assert_eq!(cached.get(async { (2, keep) }).await, 1);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(cached.get(async { (3, keep) }).await, 3);
    }
}
