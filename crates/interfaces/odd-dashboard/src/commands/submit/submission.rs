use odd_contracts::JobSubmission;

use crate::commands::submit::args::Args;
use crate::commands::submit::payload;
use crate::failure::Failure;

/// Builds the submission from the command line.
///
/// # Errors
/// When the payload cannot be read.
pub(super) fn build(args: Args) -> Result<JobSubmission, Failure> {
    let payload = args.payload.or(args.positional_payload);
    Ok(JobSubmission {
        job_type: args
            .job_type
            // Without a type, the user is about to edit the submission.
            .unwrap_or_else(|| "echo".parse().expect("a job type")),
        payload: payload.as_deref().map(payload::read).transpose()?,
        id: args.id,
        queue: args.queue,
        priority: args.priority,
        run_at: args.run_at,
        delay_ms: args
            .delay
            .map(|delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
        max_attempts: args.max_attempts,
        timeout_ms: args.timeout_ms,
        retry: None,
        unique_key: args.unique_key,
        tags: args.tags,
        metadata: args.metadata.into_iter().collect(),
    })
}
