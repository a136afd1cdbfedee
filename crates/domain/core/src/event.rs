use std::sync::Arc;

use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventEnvelope, EventId, EventPayload, EventType,
    FailureReason, JobId, JobStatus, JobType, Producer, QueueName, Timestamp,
};

use crate::machine;

/// Who signs the events that the store appends, by the role whose request caused them.
#[derive(Debug, Clone)]
pub struct Producers {
    /// Signs submissions and operators' commands.
    pub gateway: Producer,
    /// Signs everything about attempts and due times.
    pub processor: Producer,
}

/// One recorded change of one job: what the store appends, what the bus carries, what an envelope is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct JobEvent {
    /// The job.
    pub job_id: JobId,
    /// Its type.
    pub job_type: JobType,
    /// Its queue.
    pub queue: QueueName,
    /// Per-job sequence number, gapless from 1.
    pub version: u32,
    /// The attempt it belongs to, once there is one.
    pub attempt: Option<u32>,
    /// By the store's clock.
    pub occurred_at: Timestamp,
    /// The request that caused it.
    pub correlation_id: CorrelationId,
    /// Who emitted it.
    pub producer: Arc<Producer>,
    /// The status that it ended; absent for the first event.
    pub previous_status: Option<JobStatus>,
    /// What changed.
    pub change: Change,
}

/// What a [`JobEvent`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Accepted; SCHEDULED when `run_at` is set, else PENDING.
    Created {
        /// Higher runs first.
        priority: i32,
        /// Not before.
        run_at: Option<Timestamp>,
    },
    /// Became ready.
    Due,
    /// A worker accepted its payload.
    Validated,
    /// An attempt began.
    Started {
        /// The holder of the lease.
        worker_id: Arc<str>,
        /// From ready to started.
        wait_ms: f64,
    },
    /// The handler reported progress.
    Progressed {
        /// 0 to 1.
        fraction: f64,
        /// For people.
        message: Option<String>,
    },
    /// An attempt failed; another follows.
    Retrying {
        /// Why.
        reason: FailureReason,
        /// For people.
        message: String,
        /// Not before.
        run_at: Timestamp,
        /// Run time of the attempt.
        duration_ms: f64,
    },
    /// Back to PENDING.
    Requeued {
        /// For people.
        message: String,
    },
    /// Finished well.
    Completed {
        /// Run time of the attempt.
        duration_ms: f64,
    },
    /// Gave up.
    Failed {
        /// Why.
        reason: FailureReason,
        /// For people.
        message: String,
        /// Run time of the attempt, if one had begun.
        duration_ms: Option<f64>,
    },
    /// Stopped by request.
    Cancelled {
        /// For people.
        message: Option<String>,
        /// Run time of the attempt, if one had begun.
        duration_ms: Option<f64>,
    },
}

impl Change {
    /// The wire name of this kind of change.
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

    /// The job's status after this change.
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
    /// The same for every copy of this event.
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
