//! Runs single attempts of built-in handlers.

use std::sync::Arc;

use odd_contracts::RawJson;
use odd_worker::{
    BuiltInConfig, Handler, HandlerError, HandlerRegistry, InvalidPayload, JobContext,
    JobContextParts, JobSignals,
};
use serde_json::Value;

/// One job type of a registry.
pub(crate) struct Trial {
    registry: HandlerRegistry,
    job_type: &'static str,
}

impl Trial {
    pub(crate) fn new(job_type: &'static str, config: BuiltInConfig) -> Self {
        Self {
            registry: HandlerRegistry::built_in(config),
            job_type,
        }
    }

    pub(crate) fn handler(&self) -> &Arc<dyn Handler> {
        let job_type = self.job_type.parse().expect("legal");
        self.registry.get(&job_type).expect("built in")
    }

    pub(crate) fn parts(&self, payload: &Value) -> JobContextParts {
        let job_type = self.job_type.parse().expect("legal");
        JobContextParts::trial(job_type, Some(RawJson::from_value(payload)))
    }

    pub(crate) fn validate(&self, payload: &Value) -> Result<(), InvalidPayload> {
        let job_type = self.job_type.parse().expect("legal");
        self.registry
            .validate(&job_type, Some(&payload.to_string()))
    }

    /// Returns the pointer of the only error in `payload`.
    pub(crate) fn refused_at(&self, payload: &Value) -> String {
        let invalid = self.validate(payload).expect_err(&payload.to_string());
        assert_eq!(invalid.errors.len(), 1, "{invalid}");
        invalid.errors[0].pointer.clone()
    }

    pub(crate) async fn run(&self, payload: &Value) -> Result<Option<RawJson>, HandlerError> {
        self.run_parts(self.parts(payload)).await.0
    }

    pub(crate) async fn run_parts(
        &self,
        parts: JobContextParts,
    ) -> (Result<Option<RawJson>, HandlerError>, JobSignals) {
        let (ctx, signals) = JobContext::new(parts);
        (self.handler().run(&ctx).await, signals)
    }
}
