use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::StoreError;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A value that is costly to compute. One computation runs at a time, and continues when the request that started it ends.
/// Its result, also an error, is kept for a time that depends on how long it took.
pub(crate) struct CostlyValue<T> {
    kept: Arc<Mutex<Option<Kept<T>>>>,
    lifetime: fn(Duration) -> Duration,
}

struct Kept<T> {
    expires_at: Instant,
    result: Result<T, StoreError>,
}

impl<T: Clone + Send + 'static> CostlyValue<T> {
    /// Creates an empty value. `lifetime` returns how long a result is kept whose computation took the given time.
    pub(crate) fn new(lifetime: fn(Duration) -> Duration) -> Self {
        Self {
            kept: Arc::default(),
            lifetime,
        }
    }

    /// Returns the kept result, or that of `compute` if it has expired. `compute` receives the expired value.
    pub(crate) async fn get<F>(
        &self,
        compute: impl FnOnce(Option<T>) -> F + Send + 'static,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let (kept, lifetime) = (Arc::clone(&self.kept), self.lifetime);
        let computing = tokio::spawn(async move {
            let mut kept = kept.lock().await;
            if let Some(kept) = &*kept
                && Instant::now() < kept.expires_at
            {
                return kept.result.clone();
            }
            let expired = kept.take().and_then(|kept| kept.result.ok());
            let begun = Instant::now();
            let result = compute(expired).await;
            *kept = Some(Kept {
                expires_at: Instant::now() + lifetime(begun.elapsed()),
                result: result.clone(),
            });
            result
        });
        computing
            .await
            .map_err(|error| StoreError::broken("a computation did not end", error))?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Returns the number of the computation, which takes a minute.
    async fn count(computed: Arc<AtomicU32>) -> Result<u32, StoreError> {
        tokio::time::sleep(MINUTE).await;
        Ok(computed.fetch_add(1, Ordering::Relaxed) + 1)
    }

    #[tokio::test(start_paused = true)]
    async fn results_are_kept_for_a_time_that_depends_on_their_cost() {
        let (value, computed) = (CostlyValue::new(|took| 2 * took), Arc::default());
        let get = || {
            let computed = Arc::clone(&computed);
            value.get(move |_| count(computed))
        };
        assert_eq!(get().await.expect("counts"), 1);
        tokio::time::advance(2 * MINUTE - Duration::from_millis(1)).await;
        assert_eq!(get().await.expect("counts"), 1);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(get().await.expect("counts"), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_kept_too() {
        let value = CostlyValue::<u32>::new(|_| MINUTE);
        let refused = value.get(|_| async { Err(StoreError::Unavailable("busy".into())) });
        refused.await.expect_err("it is refused");
        let again = value.get(|_| async { Ok(1) }).await;
        assert!(again.expect_err("it is kept").is_transient());
        tokio::time::advance(MINUTE).await;
        assert_eq!(value.get(|_| async { Ok(2) }).await.expect("expired"), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn computation_of_a_dropped_request_is_used_by_the_next() {
        let (value, computed) = (CostlyValue::new(|_| MINUTE), Arc::default());
        let get = || {
            let computed = Arc::clone(&computed);
            value.get(move |_| count(computed))
        };
        let given_up = tokio::time::timeout(MINUTE / 2, get()).await;
        assert!(given_up.is_err());
        let (first, second) = tokio::join!(get(), get());
        assert_eq!((first.expect("counts"), second.expect("counts")), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn computation_receives_the_expired_value() {
        let value = CostlyValue::new(|_| Duration::ZERO);
        for expired in [None, Some(1), Some(2)] {
            let got = value.get(move |known| async move {
                assert_eq!(known, expired);
                Ok(known.unwrap_or(0) + 1)
            });
            got.await.expect("counts");
        }
    }
}
