use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use serde::Deserialize;

use super::values::{job_type, parse_object};
use crate::{Handler, HandlerError, InvalidPayload, JobContext};

/// `fail {message, permanent?}`: fails with the message; with `permanent` the job is not retried.
pub(super) struct Fail;

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object such as {\"message\": \"no\"}"
)]
struct Payload {
    message: String,
    #[serde(default)]
    permanent: bool,
}

#[async_trait]
impl Handler for Fail {
    fn job_type(&self) -> JobType {
        job_type("fail")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        parse_object::<Payload>(payload).map(drop)
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let Payload { message, permanent } = ctx.payload()?;
        Err(if permanent {
            HandlerError::Permanent { message }
        } else {
            HandlerError::Failed { message }
        })
    }
}
