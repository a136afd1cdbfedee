use std::time::Duration;

use crate::ClientError;

/// Consecutive failures after which a request or a stream is abandoned.
const MAX_FAILURES: u32 = 10;
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// Lifetime after which a connection counts as stable. Connections that break earlier do not shorten the delay, so that
/// a server which ends every stream at once is not flooded with requests.
pub const STABLE_AFTER: Duration = Duration::from_secs(10);

/// The delays between attempts: 100 ms, then doubled up to 5 s.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// Failures since data arrived.
    failures: u32,
    /// Failures since the last stable connection.
    unstable: u32,
}

impl Backoff {
    /// Records a failure, and how long the connection had lasted if there was one. Returns the delay before the next
    /// attempt, or `None` after too many failures in a row.
    pub(crate) fn failed(&mut self, lasted: Option<Duration>) -> Option<Duration> {
        if lasted.is_some_and(|lasted| lasted >= STABLE_AFTER) {
            self.unstable = 0;
        }
        let doubled = FIRST_DELAY * 2u32.pow(self.unstable.min(10));
        self.unstable = self.unstable.saturating_add(1);
        self.failures += 1;
        (self.failures <= MAX_FAILURES).then_some(doubled.min(LONGEST_DELAY))
    }

    /// Records that data arrived. Returns `true` when it is the first after a failure.
    pub(crate) fn received(&mut self) -> bool {
        std::mem::take(&mut self.failures) > 0
    }

    /// Returns the number of failures since data arrived.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

/// Repeats `call` while it fails with a transient error, up to ten times, with the delays of an
/// [`EventFollower`](crate::EventFollower). `on_retry` receives each error that is followed by another attempt.
///
/// # Errors
/// The last error of `call`.
pub async fn retry_transient<T>(
    mut call: impl AsyncFnMut() -> Result<T, ClientError>,
    mut on_retry: impl FnMut(&ClientError),
) -> Result<T, ClientError> {
    let mut backoff = Backoff::default();
    loop {
        let error = match call().await {
            Err(error) if error.is_transient() => error,
            outcome => return outcome,
        };
        let Some(delay) = backoff.failed(None) else {
            return Err(error);
        };
        on_retry(&error);
        tokio::time::sleep(delay).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn delays_double_until_a_connection_is_stable() {
        let mut backoff = Backoff::default();
        let brief = Some(ms(50));
        for delay in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000] {
            assert_eq!(backoff.failed(brief), Some(ms(delay)));
            assert!(backoff.received(), "the first data after a failure");
        }
        assert_eq!(backoff.failed(Some(STABLE_AFTER)), Some(ms(100)));
    }

    #[test]
    fn only_failures_in_a_row_end_the_attempts() {
        let mut backoff = Backoff::default();
        for _ in 0..3 {
            for _ in 0..MAX_FAILURES {
                assert!(backoff.failed(None).is_some());
            }
            backoff.received();
        }
        for _ in 0..MAX_FAILURES {
            backoff.failed(None);
        }
        assert_eq!(backoff.failed(None), None);
    }
}
