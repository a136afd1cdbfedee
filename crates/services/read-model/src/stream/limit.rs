use std::sync::Arc;

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Limits the number of open streams, and counts them.
#[derive(Debug, Clone)]
pub(crate) struct StreamLimit {
    permits: Arc<Semaphore>,
    open: Gauge,
}

/// Allows one stream to be open; released when dropped.
#[derive(Debug)]
pub(crate) struct StreamPermit {
    _permit: OwnedSemaphorePermit,
    open: Gauge,
}

impl StreamLimit {
    /// Creates a limit of `max_streams`.
    pub(crate) fn new(max_streams: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(max_streams)),
            open: Gauge::default(),
        }
    }

    /// Returns the number of open streams.
    pub(crate) fn gauge(&self) -> Gauge {
        self.open.clone()
    }

    /// Returns a permit, or `None` if the limit is reached.
    pub(crate) fn acquire(&self) -> Option<StreamPermit> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        self.open.inc();
        Some(StreamPermit {
            _permit: permit,
            open: self.open.clone(),
        })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        self.open.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_permits_can_be_acquired_again() {
        let limit = StreamLimit::new(1);
        let permit = limit.acquire().expect("one is free");
        assert!(limit.acquire().is_none());
        assert_eq!(limit.gauge().get(), 1);
        drop(permit);
        assert_eq!(limit.gauge().get(), 0);
        assert!(limit.acquire().is_some());
    }
}
