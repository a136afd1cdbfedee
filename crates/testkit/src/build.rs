//! Builders for values in tests, with defaults for everything that a test does not set.

use odd_contracts::{CorrelationId, JobId, JobSubmission, Timestamp};
use odd_core::ports::WorkerRecord;
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

/// Builds the report of a worker that runs up to 8 jobs of all types and queues, and none now.
pub fn worker_record(worker_id: &str, at: Timestamp) -> WorkerRecord {
    WorkerRecord {
        worker_id: worker_id.to_owned(),
        version: "1.2.3".to_owned(),
        types: None,
        queues: None,
        concurrency: 8,
        busy: 0,
        is_draining: false,
        started_at: at,
        seen_at: at,
    }
}
