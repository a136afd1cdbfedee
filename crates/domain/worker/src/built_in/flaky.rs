use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use serde::Deserialize;

use super::values::{job_type, parse_object};
use crate::{Handler, HandlerError, InvalidPayload, JobContext};

/// `flaky {failures}`: fails the first `failures` attempts of each run, then succeeds.
pub(super) struct Flaky;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"failures\": 2}")]
struct Payload {
    failures: u32,
}

#[async_trait]
impl Handler for Flaky {
    fn job_type(&self) -> JobType {
        job_type("flaky")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        parse_object::<Payload>(payload).map(drop)
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let Payload { failures } = ctx.payload()?;
        let attempt = ctx.attempt_of_run();
        if attempt <= failures {
            return Err(HandlerError::failed(format_args!(
                "attempt {attempt} failed as requested: failures is {failures}"
            )));
        }
        Ok(None)
    }
}
