//! Values that several tests use.

use odd_contracts::{
    AttemptOutcome, EventEnvelope, EventPayload, EventType, Job, JobAttempt, JobStatus, Producer,
    Timestamp,
};

/// Returns a time this many seconds after the job was created.
pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_micros((1_764_500_000 + second) * 1_000_000)
}

/// Returns a job of type `email.send` that was created at second 0.
pub(crate) fn job(status: JobStatus) -> Job {
    let json = serde_json::json!({
        "id": "0193a1b2-0000-7000-8000-000000000001",
        "type": "email.send",
        "queue": "default",
        "status": status.as_str(),
        "version": 4,
        "priority": 0,
        "attempt": 1,
        "maxAttempts": 3,
        "run": 1,
        "timeoutMs": 30_000,
        "createdAt": second(0).to_string(),
        "updatedAt": second(3).to_string(),
        "correlationId": "0193a1b2-0000-4000-8000-000000000002",
    });
    serde_json::from_value(json).expect("a job")
}

/// Returns an attempt of a worker.
pub(crate) fn attempt(
    number: u32,
    outcome: AttemptOutcome,
    started: i64,
    finished: Option<i64>,
) -> JobAttempt {
    JobAttempt {
        attempt: number,
        run: 1,
        worker_id: "worker-1".to_owned(),
        outcome,
        started_at: second(started),
        finished_at: finished.map(second),
        duration_ms: finished.map(|finished| (finished - started) as f64 * 1_000.0),
        error: None,
        log_lines: 0,
    }
}

/// Returns an event of the job.
pub(crate) fn event(version: u32, event_type: EventType, at: i64) -> EventEnvelope {
    let job = job(JobStatus::Executing);
    let payload = EventPayload {
        job_id: job.id,
        job_type: job.job_type,
        queue: job.queue,
        status: job.status,
        previous_status: None,
        version,
        attempt: None,
        priority: None,
        run_at: None,
        worker_id: None,
        wait_ms: None,
        duration_ms: None,
        reason: None,
        message: None,
        fraction: None,
    };
    let id = serde_json::json!(format!("0193a1b2-0000-7000-8000-{version:012}"));
    EventEnvelope {
        contract_version: odd_contracts::CONTRACT_VERSION.to_owned(),
        event_type,
        event_id: serde_json::from_value(id).expect("an id"),
        occurred_at: second(at),
        producer: Producer {
            service: "processor".to_owned(),
            instance_id: "0".to_owned(),
            version: "1.0.0".to_owned(),
        },
        correlation_id: job.correlation_id,
        idempotency_key: format!("{}:{version}", payload.job_id),
        traceparent: None,
        payload,
    }
}
