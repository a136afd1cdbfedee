use odd_contracts::{JobId, JobType};
use serde_json::Value;

/// The tag of every job of the gate.
pub(super) const TAG: &str = "gate";

/// The queue of jobs that are not ordinary ones, so that they do not change the figures of another queue.
pub(super) const QUEUE: &str = "gate";

/// The job that is followed through every part.
pub(super) struct Work {
    pub(super) job_id: JobId,
    pub(super) job_type: JobType,
    pub(super) payload: Value,
}

/// Returns an id that no job has.
pub(super) fn new_id() -> JobId {
    JobId(uuid::Uuid::now_v7())
}
