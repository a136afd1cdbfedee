use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{ProblemCode, ProblemResponse};

/// Bodies up to this size are not counted: the bound on requests in flight keeps their sum small.
const UNCOUNTED: usize = 64 * 1024;

/// The bytes that large request bodies may take together.
#[derive(Debug, Clone)]
pub(crate) struct BodyBudget(Arc<Semaphore>);

impl BodyBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// A share that takes nothing yet.
    pub(crate) fn share(self) -> BodyShare {
        BodyShare {
            budget: self.0,
            taken: None,
        }
    }
}

/// What one body takes of the budget; given back when dropped.
#[derive(Debug)]
pub(crate) struct BodyShare {
    budget: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl BodyShare {
    /// Takes what is missing for a body of `bytes`.
    ///
    /// # Errors
    /// When others have taken too much.
    pub(crate) fn cover(&mut self, bytes: usize) -> Result<(), ProblemResponse> {
        let taken = self.taken.as_ref().map_or(0, |taken| taken.num_permits());
        if bytes <= UNCOUNTED.max(taken) {
            return Ok(());
        }
        let missing = u32::try_from(bytes - taken).ok();
        let more = missing
            .and_then(|missing| {
                Arc::clone(&self.budget)
                    .try_acquire_many_owned(missing)
                    .ok()
            })
            .ok_or_else(|| {
                ProblemResponse::new(
                    ProblemCode::TooManyRequests,
                    "too many large bodies are being answered; try again shortly",
                )
            })?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// The body, which gives the share back when its last copy is dropped.
    pub(crate) fn bind(self, body: Bytes) -> Bytes {
        match self.taken {
            Some(_taken) => Bytes::from_owner(CountedBody { body, _taken }),
            None => body,
        }
    }
}

struct CountedBody {
    body: Bytes,
    _taken: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for CountedBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
