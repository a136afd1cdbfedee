use mongodb::bson::{Document, deserialize_from_document};
use odd_contracts::{CorrelationId, JobError, JobId, JobStatus, JobType, QueueName, Timestamp};
use odd_core::ports::{ArchivedJob, StoreError};
use serde::Deserialize;

use super::error::damaged;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JobDocument {
    #[serde(rename = "_id")]
    id: JobId,
    #[serde(rename = "type")]
    job_type: JobType,
    queue: QueueName,
    status: JobStatus,
    version: u32,
    priority: i32,
    attempt: u32,
    created_at: i64,
    updated_at: i64,
    run_at: Option<i64>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    correlation_id: CorrelationId,
    error: Option<JobError>,
}

/// Converts the document of a job whose first event is archived.
pub(super) fn from_document(document: Document) -> Result<ArchivedJob, StoreError> {
    let job: JobDocument = deserialize_from_document(document).map_err(damaged)?;
    Ok(ArchivedJob {
        id: job.id,
        job_type: job.job_type,
        queue: job.queue,
        status: job.status,
        version: job.version,
        priority: job.priority,
        attempt: job.attempt,
        created_at: Timestamp::from_micros(job.created_at),
        updated_at: Timestamp::from_micros(job.updated_at),
        run_at: job.run_at.map(Timestamp::from_micros),
        started_at: job.started_at.map(Timestamp::from_micros),
        finished_at: job.finished_at.map(Timestamp::from_micros),
        correlation_id: job.correlation_id,
        error: job.error.filter(|_| job.status != JobStatus::Completed),
    })
}
