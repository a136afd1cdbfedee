use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// Time limit of one connection on writes during which the client reads nothing.
#[derive(Debug)]
pub(crate) struct WriteLimit {
    limit: Duration,
    /// Present while a write is pending.
    expiry: Option<Pin<Box<Sleep>>>,
}

impl WriteLimit {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            expiry: None,
        }
    }

    /// Returns the outcome of a write, or [`io::ErrorKind::TimedOut`] if writes were pending longer than the limit.
    pub(crate) fn apply<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.expiry = None;
            return outcome;
        }
        let limit = self.limit;
        let expiry = self.expiry.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(expiry.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::advance;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    async fn write(limit: &mut WriteLimit, outcome: Option<usize>) -> Option<io::ErrorKind> {
        poll_fn(|cx| {
            let outcome = outcome.map_or(Poll::Pending, |bytes| Poll::Ready(Ok(bytes)));
            Poll::Ready(match limit.apply(cx, outcome) {
                Poll::Ready(Err(error)) => Some(error.kind()),
                _ => None,
            })
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn limit_restarts_when_the_client_reads_something() {
        let mut limit = WriteLimit::new(LIMIT);
        assert_eq!(write(&mut limit, None).await, None);
        advance(LIMIT - Duration::from_secs(1)).await;
        assert_eq!(write(&mut limit, Some(1)).await, None);
        assert_eq!(write(&mut limit, None).await, None);
        advance(LIMIT - Duration::from_secs(1)).await;
        assert_eq!(write(&mut limit, None).await, None);
        advance(Duration::from_secs(2)).await;
        let cut = write(&mut limit, None).await;
        assert_eq!(cut, Some(io::ErrorKind::TimedOut));
    }
}
