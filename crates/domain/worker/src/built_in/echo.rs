use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};

use super::values::job_type;
use crate::{Handler, HandlerError, JobContext};

/// `echo`: returns its payload unchanged, without parsing it.
pub(super) struct Echo;

#[async_trait]
impl Handler for Echo {
    fn job_type(&self) -> JobType {
        job_type("echo")
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        Ok(ctx.raw_payload().cloned())
    }
}
