use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, EventId, FailureReason, JobId, JobStatus, JobType, QueueName, Timestamp,
    TraceContext,
};

/// The version of the event contract that this build implements.
pub const CONTRACT_VERSION: &str = "1.1.0";

/// The kinds of changes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// The job was accepted and stored.
    #[serde(rename = "job.created")]
    Created,
    /// The time that the job waited for has passed.
    #[serde(rename = "job.due")]
    Due,
    /// A worker claimed the job and accepted its payload.
    #[serde(rename = "job.validated")]
    Validated,
    /// An attempt began.
    #[serde(rename = "job.started")]
    Started,
    /// The handler reported progress.
    #[serde(rename = "job.progressed")]
    Progressed,
    /// An attempt failed and another will follow.
    #[serde(rename = "job.retrying")]
    Retrying,
    /// The job is back in its queue: released by a worker that shuts down, or retried by an operator.
    #[serde(rename = "job.requeued")]
    Requeued,
    /// The job succeeded.
    #[serde(rename = "job.completed")]
    Completed,
    /// The job failed for good.
    #[serde(rename = "job.failed")]
    Failed,
    /// The job was cancelled.
    #[serde(rename = "job.cancelled")]
    Cancelled,
}

/// The error of parsing a text that is not an event type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an event type such as job.created or job.completed")]
pub struct UnknownEventType;

impl EventType {
    /// Every event type.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::Due,
        Self::Validated,
        Self::Started,
        Self::Progressed,
        Self::Retrying,
        Self::Requeued,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "job.created",
            Self::Due => "job.due",
            Self::Validated => "job.validated",
            Self::Started => "job.started",
            Self::Progressed => "job.progressed",
            Self::Retrying => "job.retrying",
            Self::Requeued => "job.requeued",
            Self::Completed => "job.completed",
            Self::Failed => "job.failed",
            Self::Cancelled => "job.cancelled",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventType {
    type Err = UnknownEventType;
    fn from_str(text: &str) -> Result<Self, UnknownEventType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownEventType)
    }
}

/// The process that published an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Producer {
    /// The role, for example `gateway`.
    pub service: String,
    /// Identifies the process.
    pub instance_id: String,
    /// Its SemVer version.
    pub version: String,
}

/// One event on the wire. Per job, `payload.version` counts events gaplessly from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventEnvelope {
    /// SemVer version of the event contract.
    pub contract_version: String,
    /// What happened.
    pub event_type: EventType,
    /// Equal for every copy of the same event.
    pub event_id: EventId,
    /// When it was recorded, by the store's clock.
    pub occurred_at: Timestamp,
    /// The process that published it.
    pub producer: Producer,
    /// The request that caused it.
    pub correlation_id: CorrelationId,
    /// `{jobId}:{version}`.
    pub idempotency_key: String,
    /// The span that created the job, if its trace is sampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<TraceContext>,
    /// What changed.
    pub payload: EventPayload,
}

/// The content of an event. The schema of each event type lists the optional fields that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPayload {
    /// The job.
    pub job_id: JobId,
    /// Its type.
    pub job_type: JobType,
    /// Its queue.
    pub queue: QueueName,
    /// Its status after the event.
    pub status: JobStatus,
    /// Its status before the event; absent for `job.created`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_status: Option<JobStatus>,
    /// Per-job sequence number, gapless from 1.
    pub version: u32,
    /// The attempt it belongs to, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// `job.created`: higher runs first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `job.created` of a delayed job, `job.retrying`: when it may run next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<Timestamp>,
    /// `job.started`: the worker that holds the lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<String>,
    /// `job.started`: milliseconds from ready to started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<f64>,
    /// `job.completed`, `job.retrying`, `job.failed`, `job.cancelled` of a started attempt: its run time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// `job.retrying`, `job.failed`: the reason of the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FailureReason>,
    /// `job.retrying`, `job.failed`, `job.requeued`, `job.cancelled`, `job.progressed`: for people, at most 4,096 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `job.progressed`: the share of the work that is done, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
}
