use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{ProblemCode, ProblemResponse};

/// Bodies up to this size are not counted: the limit on requests in flight bounds their sum.
const UNCOUNTED: usize = 64 * 1024;

/// Bound on the memory that large request bodies use together. Clones share the budget.
#[derive(Debug, Clone)]
pub(crate) struct BodyBudget(Arc<Semaphore>);

impl BodyBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// Returns a share that uses no memory yet.
    pub(crate) fn empty_share(self) -> BodyShare {
        BodyShare {
            budget: self.0,
            permit: None,
        }
    }
}

/// The part of the budget that one body uses. Dropping it releases the memory.
#[derive(Debug)]
pub(crate) struct BodyShare {
    budget: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl BodyShare {
    /// Grows the share to a body of `bytes`.
    ///
    /// # Errors
    /// If the budget is exhausted.
    pub(crate) fn cover(&mut self, bytes: usize) -> Result<(), ProblemResponse> {
        let covered_bytes = self
            .permit
            .as_ref()
            .map_or(0, |permit| permit.num_permits());
        if bytes <= UNCOUNTED.max(covered_bytes) {
            return Ok(());
        }
        let missing = u32::try_from(bytes - covered_bytes).ok();
        let more = missing
            .and_then(|missing| {
                Arc::clone(&self.budget)
                    .try_acquire_many_owned(missing)
                    .ok()
            })
            .ok_or_else(|| {
                ProblemResponse::new(
                    ProblemCode::TooManyRequests,
                    "too many large bodies are being processed; retry shortly",
                )
            })?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }

    /// Returns the body, which releases the share when its last copy is dropped.
    pub(crate) fn bind(self, body: Bytes) -> Bytes {
        match self.permit {
            Some(_permit) => Bytes::from_owner(CountedBody { body, _permit }),
            None => body,
        }
    }
}

struct CountedBody {
    body: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for CountedBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
