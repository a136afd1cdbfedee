use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A value that is fetched again when it is too old, by one caller at a time while the others wait for it.
#[derive(Debug)]
pub(super) struct Cached<T> {
    slot: Mutex<Option<(Instant, T)>>,
}

impl<T: Clone> Cached<T> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            slot: Mutex::new(None),
        }
    }

    /// The value. `fetch` yields it with the time for which it may be kept.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn values_are_kept_as_long_as_they_may() {
        let cached = Cached::new();
        let keep = Duration::from_secs(2);
        assert_eq!(cached.get(async { (1, keep) }).await, 1);
        tokio::time::advance(Duration::from_millis(1_999)).await;
        assert_eq!(cached.get(async { (2, keep) }).await, 1);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(cached.get(async { (3, keep) }).await, 3);
    }
}
