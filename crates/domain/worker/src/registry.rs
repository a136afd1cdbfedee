use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use odd_contracts::JobType;
use odd_core::JobDefaults;
use odd_core::ports::Admission;

use crate::{Handler, InvalidPayload};

/// The handlers of a process, by job type. Cheap to clone.
#[derive(Clone, Default)]
pub struct HandlerRegistry {
    handlers: Arc<BTreeMap<JobType, Arc<dyn Handler>>>,
}

impl HandlerRegistry {
    /// Creates a registry without handlers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler, replacing one for the same type. Earlier clones of the registry are not affected.
    pub fn register(&mut self, handler: impl Handler) {
        let job_type = handler.job_type();
        Arc::make_mut(&mut self.handlers).insert(job_type, Arc::new(handler));
    }

    /// Returns the handler of a type.
    pub fn get(&self, job_type: &JobType) -> Option<&Arc<dyn Handler>> {
        self.handlers.get(job_type)
    }

    /// Returns every type that has a handler, in alphabetical order.
    pub fn types(&self) -> impl Iterator<Item = &JobType> {
        self.handlers.keys()
    }

    /// Returns the default options of a type; the system's defaults if it has no handler.
    pub fn defaults(&self, job_type: &JobType) -> JobDefaults {
        self.get(job_type)
            .map_or_else(JobDefaults::default, |handler| handler.defaults())
    }

    /// Checks a payload with the handler of its type. For types without a handler every payload is accepted, because another
    /// worker may have one.
    ///
    /// # Errors
    /// Returns what is wrong with the payload, and where.
    pub fn validate(
        &self,
        job_type: &JobType,
        payload: Option<&str>,
    ) -> Result<(), InvalidPayload> {
        self.get(job_type)
            .map_or(Ok(()), |handler| handler.validate(payload))
    }
}

impl Admission for HandlerRegistry {
    fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String> {
        self.validate(job_type, payload)
            .map_err(|invalid| invalid.to_string())
    }
}

impl fmt::Debug for HandlerRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.types()).finish()
    }
}
