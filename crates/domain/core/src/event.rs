use std::sync::Arc;

use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventEnvelope, EventId, EventPayload, EventType,
    FailureReason, JobId, JobStatus, JobType, Producer, QueueName, Timestamp, TraceContext,
};

use crate::machine;

/// Producers of the events that a store appends, by the role whose request caused them.
#[derive(Debug, Clone)]
pub struct Producers {
    /// Producer of events about submissions and operators' commands.
    pub gateway: Producer,
    /// Producer of events about attempts and due times.
    pub processor: Producer,
}

/// One recorded change of one job. Stores append it, buses carry it, envelopes are built from it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobEvent {
    /// Id of the job.
    pub job_id: JobId,
    /// Type of the job.
    pub job_type: JobType,
    /// Queue of the job.
    pub queue: QueueName,
    /// Sequence number within the job, gapless from 1.
    pub version: u32,
    /// Last attempt that had started, if any.
    pub attempt: Option<u32>,
    /// Time of the change by the store's clock.
    pub occurred_at: Timestamp,
    /// Correlation id of the request that caused the change.
    pub correlation_id: CorrelationId,
    /// Span that created the job, if its trace is sampled.
    pub trace: Option<TraceContext>,
    /// Producer of the event.
    pub producer: Arc<Producer>,
    /// Status before the change; absent for the first event.
    pub previous_status: Option<JobStatus>,
    /// The change itself.
    pub change: Change,
}

/// A change of a job, with the fields of its event type.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The job was accepted: SCHEDULED if `run_at` is set, else PENDING.
    Created {
        /// Jobs with a higher priority are claimed first.
        priority: i32,
        /// Earliest start, if it is later than the acceptance.
        run_at: Option<Timestamp>,
    },
    /// The job became ready.
    Due,
    /// A worker's handler admitted the payload.
    Validated,
    /// An attempt started.
    Started {
        /// Worker that holds the lease.
        worker_id: Arc<str>,
        /// Milliseconds from ready to started.
        wait_ms: f64,
    },
    /// The handler reported progress.
    Progressed {
        /// Fraction of the work that is done, 0 to 1.
        fraction: f64,
        /// Description for operators.
        message: Option<String>,
    },
    /// An attempt failed; another one follows.
    Retrying {
        /// Kind of failure.
        reason: FailureReason,
        /// Description for operators.
        message: String,
        /// Earliest start of the next attempt.
        run_at: Timestamp,
        /// Milliseconds that the attempt ran.
        duration_ms: f64,
    },
    /// The job returned to PENDING.
    Requeued {
        /// Description for operators.
        message: String,
    },
    /// The job completed.
    Completed {
        /// Milliseconds that the attempt ran.
        duration_ms: f64,
    },
    /// The job failed; no attempt follows.
    Failed {
        /// Kind of failure.
        reason: FailureReason,
        /// Description for operators.
        message: String,
        /// Milliseconds that the attempt ran, if one was running.
        duration_ms: Option<f64>,
    },
    /// The job was cancelled on request.
    Cancelled {
        /// Description for operators.
        message: Option<String>,
        /// Milliseconds that the attempt ran, if one was running.
        duration_ms: Option<f64>,
    },
}

impl Change {
    /// Returns the event type of this change.
    pub fn event_type(&self) -> EventType {
        match self {
            Self::Created { .. } => EventType::Created,
            Self::Due => EventType::Due,
            Self::Validated => EventType::Validated,
            Self::Started { .. } => EventType::Started,
            Self::Progressed { .. } => EventType::Progressed,
            Self::Retrying { .. } => EventType::Retrying,
            Self::Requeued { .. } => EventType::Requeued,
            Self::Completed { .. } => EventType::Completed,
            Self::Failed { .. } => EventType::Failed,
            Self::Cancelled { .. } => EventType::Cancelled,
        }
    }

    /// Returns the status of the job after this change.
    pub fn status(&self) -> JobStatus {
        match self {
            Self::Created {
                run_at: Some(_), ..
            } => JobStatus::Scheduled,
            Self::Created { run_at: None, .. } | Self::Due | Self::Requeued { .. } => {
                JobStatus::Pending
            }
            Self::Validated => JobStatus::Validated,
            Self::Started { .. } | Self::Progressed { .. } => JobStatus::Executing,
            Self::Retrying { .. } => JobStatus::Retrying,
            Self::Completed { .. } => JobStatus::Completed,
            Self::Failed { .. } => JobStatus::Failed,
            Self::Cancelled { .. } => JobStatus::Cancelled,
        }
    }
}

impl JobEvent {
    /// Returns the id of the event, which is equal for all its copies.
    pub fn id(&self) -> EventId {
        EventId::of(self.job_id, self.version)
    }

    /// Returns `true` if the state machine allows this event after its previous status.
    pub fn is_legal(&self) -> bool {
        machine::is_legal(
            self.previous_status,
            self.change.event_type(),
            self.change.status(),
        )
    }

    /// Returns the event as it is published.
    pub fn to_envelope(&self) -> EventEnvelope {
        EventEnvelope {
            contract_version: CONTRACT_VERSION.to_owned(),
            event_type: self.change.event_type(),
            event_id: self.id(),
            occurred_at: self.occurred_at,
            producer: Producer::clone(&self.producer),
            correlation_id: self.correlation_id,
            idempotency_key: format!("{}:{}", self.job_id, self.version),
            traceparent: self.trace,
            payload: self.to_payload(),
        }
    }

    fn to_payload(&self) -> EventPayload {
        let mut payload = EventPayload {
            job_id: self.job_id,
            job_type: self.job_type.clone(),
            queue: self.queue.clone(),
            status: self.change.status(),
            previous_status: self.previous_status,
            version: self.version,
            attempt: self.attempt,
            priority: None,
            run_at: None,
            worker_id: None,
            wait_ms: None,
            duration_ms: None,
            reason: None,
            message: None,
            fraction: None,
        };
        match &self.change {
            Change::Due | Change::Validated => {}
            Change::Created { priority, run_at } => {
                payload.priority = Some(*priority);
                payload.run_at = *run_at;
            }
            Change::Started { worker_id, wait_ms } => {
                payload.worker_id = Some(worker_id.to_string());
                payload.wait_ms = Some(*wait_ms);
            }
            Change::Progressed { fraction, message } => {
                payload.fraction = Some(*fraction);
                payload.message.clone_from(message);
            }
            Change::Retrying {
                reason,
                message,
                run_at,
                duration_ms,
            } => {
                payload.reason = Some(*reason);
                payload.message = Some(message.clone());
                payload.run_at = Some(*run_at);
                payload.duration_ms = Some(*duration_ms);
            }
            Change::Requeued { message } => payload.message = Some(message.clone()),
            Change::Completed { duration_ms } => payload.duration_ms = Some(*duration_ms),
            Change::Failed {
                reason,
                message,
                duration_ms,
            } => {
                payload.reason = Some(*reason);
                payload.message = Some(message.clone());
                payload.duration_ms = *duration_ms;
            }
            Change::Cancelled {
                message,
                duration_ms,
            } => {
                payload.message.clone_from(message);
                payload.duration_ms = *duration_ms;
            }
        }
        payload
    }
}
