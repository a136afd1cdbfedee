use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{ProblemCode, ProblemResponse};

/// Bound on the number of requests in flight. Clones share the count.
#[derive(Debug, Clone)]
pub(crate) struct InFlightLimit {
    max: usize,
    current: Arc<AtomicUsize>,
}

impl InFlightLimit {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max,
            current: Arc::default(),
        }
    }

    /// Returns a permit for one request.
    ///
    /// # Errors
    /// If all permits are in use.
    pub(crate) fn try_acquire(&self) -> Result<InFlightPermit, ProblemResponse> {
        let permit = InFlightPermit(Arc::clone(&self.current));
        if self.current.fetch_add(1, Ordering::Relaxed) < self.max {
            return Ok(permit);
        }
        Err(ProblemResponse::new(
            ProblemCode::TooManyRequests,
            "too many requests are being answered; retry shortly",
        ))
    }
}

/// Counts one request as in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct InFlightPermit(Arc<AtomicUsize>);

impl Drop for InFlightPermit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
