use std::sync::Arc;

use odd_contracts::{JobType, RawJson};
use odd_core::JobDefaults;
use odd_service_kit::Fault;
use odd_worker::{Handler, HandlerError, InvalidPayload, JobContext, async_trait};

/// A handler whose attempts fail while a drill asks for it.
pub(super) struct FailingHandler {
    pub(super) inner: Arc<dyn Handler>,
    pub(super) fault: Fault,
}

#[async_trait]
impl Handler for FailingHandler {
    fn job_type(&self) -> JobType {
        self.inner.job_type()
    }

    fn defaults(&self) -> JobDefaults {
        self.inner.defaults()
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        self.inner.validate(payload)
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        if self.fault.affects(ctx.job_type()) {
            return Err(HandlerError::failed("failed by a drill"));
        }
        self.inner.run(ctx).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use odd_worker::{BuiltInConfig, HandlerRegistry, JobContextParts};

    use super::*;

    #[tokio::test]
    async fn attempts_of_the_job_type_fail_until_the_fault_ends() {
        let built_in = HandlerRegistry::built_in(BuiltInConfig::default());
        let fault = Fault::new("failing-jobs").taking_job_type();
        let run = async |name: &str, payload: &str| {
            let job_type: JobType = name.parse().expect("a type");
            let handler = FailingHandler {
                inner: built_in.get(&job_type).expect("built in").clone(),
                fault: fault.clone(),
            };
            let payload = RawJson::from_text(payload.to_owned()).expect("JSON");
            let parts = JobContextParts::trial(job_type, Some(payload));
            let (context, _signals) = JobContext::new(parts);
            handler.run(&context).await
        };
        let only = "echo".parse().expect("a type");
        fault.start(Duration::from_secs(60), Some(only), "test".into());
        let failed = run("echo", "1").await.expect_err("it fails");
        assert_eq!(failed, HandlerError::failed("failed by a drill"));
        run("sleep", r#"{"ms":0}"#).await.expect("another type");
        fault.end("test");
        run("echo", "1").await.expect("the fault has ended");
    }
}
