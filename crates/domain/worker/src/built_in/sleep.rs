use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use serde::Deserialize;

use super::values::{job_type, parse_object};
use crate::{Handler, HandlerError, InvalidPayload, JobContext};

const MAX_MS: u64 = 86_400_000;

/// `sleep {ms}`: waits; stops early when it is cancelled.
pub(super) struct Sleep;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"ms\": 1000}")]
struct Payload {
    /// 0 to 86,400,000.
    ms: u64,
}

#[async_trait]
impl Handler for Sleep {
    fn job_type(&self) -> JobType {
        job_type("sleep")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        let Payload { ms } = parse_object(payload)?;
        if ms > MAX_MS {
            return Err(InvalidPayload::at(
                "/ms",
                format!("must be at most {MAX_MS}"),
            ));
        }
        Ok(())
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let Payload { ms } = ctx.payload()?;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms)) => Ok(None),
            () = ctx.cancellation().cancelled() => Err(HandlerError::Cancelled),
        }
    }
}
