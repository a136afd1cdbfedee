//! Builders for values in tests, with defaults for everything that a test does not set.

use odd_contracts::{CorrelationId, JobId, JobSubmission};
use odd_core::{JobDefaults, NewJob};
use uuid::Uuid;

/// Builds a job from the JSON text of a submission.
///
/// # Panics
/// If the text is not a valid submission.
pub fn new_job(submission: &str) -> NewJob {
    let submission: JobSubmission = serde_json::from_str(submission).expect("a valid submission");
    let correlation = CorrelationId(Uuid::now_v7());
    NewJob::from_submission(
        submission,
        None,
        correlation,
        JobId(Uuid::now_v7()),
        &JobDefaults::default(),
    )
    .expect("members that agree")
}
