use crate::{
    CONTRACT_VERSION, CorrelationId, EventEnvelope, EventId, EventPayload, EventType,
    FailureReason, JobId, JobStatus, JobType, Producer, QueueName, Timestamp,
};

/// An event whose parts are borrowed from wherever they live, so that checking one allocates nothing. It
/// stands for the [`EventEnvelope`] with the same members, this build's contract version, and the
/// idempotency key that follows from job and version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventParts<'a> {
    /// What happened.
    pub event_type: EventType,
    /// Absent: the one that follows from job and version.
    pub event_id: Option<EventId>,
    /// When it was recorded.
    pub occurred_at: Timestamp,
    /// Who emitted it.
    pub producer: &'a Producer,
    /// The request that caused it.
    pub correlation_id: CorrelationId,
    /// The job.
    pub job_id: JobId,
    /// Its type.
    pub job_type: &'a JobType,
    /// Its queue.
    pub queue: &'a QueueName,
    /// Its status after the event.
    pub status: JobStatus,
    /// Its status before the event.
    pub previous_status: Option<JobStatus>,
    /// Per-job sequence number.
    pub version: u32,
    /// The attempt it belongs to.
    pub attempt: Option<u32>,
    /// Higher runs first.
    pub priority: Option<i32>,
    /// When it may run next.
    pub run_at: Option<Timestamp>,
    /// The worker that holds the lease.
    pub worker_id: Option<&'a str>,
    /// Milliseconds from being ready to being started.
    pub wait_ms: Option<f64>,
    /// Run time of the attempt in milliseconds.
    pub duration_ms: Option<f64>,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// For people.
    pub message: Option<&'a str>,
    /// 0 to 1.
    pub fraction: Option<f64>,
}

impl<'a> From<&'a EventEnvelope> for EventParts<'a> {
    fn from(envelope: &'a EventEnvelope) -> Self {
        let payload = &envelope.payload;
        Self {
            event_type: envelope.event_type,
            event_id: Some(envelope.event_id),
            occurred_at: envelope.occurred_at,
            producer: &envelope.producer,
            correlation_id: envelope.correlation_id,
            job_id: payload.job_id,
            job_type: &payload.job_type,
            queue: &payload.queue,
            status: payload.status,
            previous_status: payload.previous_status,
            version: payload.version,
            attempt: payload.attempt,
            priority: payload.priority,
            run_at: payload.run_at,
            worker_id: payload.worker_id.as_deref(),
            wait_ms: payload.wait_ms,
            duration_ms: payload.duration_ms,
            reason: payload.reason,
            message: payload.message.as_deref(),
            fraction: payload.fraction,
        }
    }
}

impl EventParts<'_> {
    /// Equal for every copy of the same event.
    pub fn event_id(&self) -> EventId {
        self.event_id
            .unwrap_or_else(|| EventId::of(self.job_id, self.version))
    }

    /// The envelope that the parts stand for.
    pub fn to_envelope(&self) -> EventEnvelope {
        EventEnvelope {
            contract_version: CONTRACT_VERSION.to_owned(),
            event_type: self.event_type,
            event_id: self.event_id(),
            occurred_at: self.occurred_at,
            producer: self.producer.clone(),
            correlation_id: self.correlation_id,
            idempotency_key: format!("{}:{}", self.job_id, self.version),
            payload: EventPayload {
                job_id: self.job_id,
                job_type: self.job_type.clone(),
                queue: self.queue.clone(),
                status: self.status,
                previous_status: self.previous_status,
                version: self.version,
                attempt: self.attempt,
                priority: self.priority,
                run_at: self.run_at,
                worker_id: self.worker_id.map(str::to_owned),
                wait_ms: self.wait_ms,
                duration_ms: self.duration_ms,
                reason: self.reason,
                message: self.message.map(str::to_owned),
                fraction: self.fraction,
            },
        }
    }
}
