use std::sync::Arc;

use odd_contracts::{EventEnvelope, EventPayload, EventType};

use crate::{Change, JobEvent};

/// An envelope without a field that its event type requires.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event's `{0}` is missing or does not fit its type")]
pub struct MalformedEvent(&'static str);

impl TryFrom<EventEnvelope> for JobEvent {
    type Error = MalformedEvent;

    /// Converts an envelope back: the reverse of [`JobEvent::to_envelope`].
    fn try_from(envelope: EventEnvelope) -> Result<Self, MalformedEvent> {
        let change = change(envelope.event_type, &envelope.payload)?;
        let payload = envelope.payload;
        if change.status() != payload.status {
            return Err(MalformedEvent("status"));
        }
        Ok(Self {
            job_id: payload.job_id,
            job_type: payload.job_type,
            queue: payload.queue,
            version: payload.version,
            attempt: payload.attempt,
            occurred_at: envelope.occurred_at,
            correlation_id: envelope.correlation_id,
            trace: envelope.traceparent,
            producer: Arc::new(envelope.producer),
            previous_status: payload.previous_status,
            change,
        })
    }
}

fn change(kind: EventType, payload: &EventPayload) -> Result<Change, MalformedEvent> {
    let message = || need(payload.message.clone(), "message");
    let reason = || need(payload.reason, "reason");
    Ok(match kind {
        EventType::Created => Change::Created {
            priority: need(payload.priority, "priority")?,
            run_at: payload.run_at,
        },
        EventType::Due => Change::Due,
        EventType::Validated => Change::Validated,
        EventType::Started => Change::Started {
            worker_id: need(payload.worker_id.as_deref(), "workerId")?.into(),
            wait_ms: need(payload.wait_ms, "waitMs")?,
        },
        EventType::Progressed => Change::Progressed {
            fraction: need(payload.fraction, "fraction")?,
            message: payload.message.clone(),
        },
        EventType::Retrying => Change::Retrying {
            reason: reason()?,
            message: message()?,
            run_at: need(payload.run_at, "runAt")?,
            duration_ms: need(payload.duration_ms, "durationMs")?,
        },
        EventType::Requeued => Change::Requeued {
            message: message()?,
        },
        EventType::Completed => Change::Completed {
            duration_ms: need(payload.duration_ms, "durationMs")?,
        },
        EventType::Failed => Change::Failed {
            reason: reason()?,
            message: message()?,
            duration_ms: payload.duration_ms,
        },
        EventType::Cancelled => Change::Cancelled {
            message: payload.message.clone(),
            duration_ms: payload.duration_ms,
        },
    })
}

fn need<T>(field: Option<T>, name: &'static str) -> Result<T, MalformedEvent> {
    field.ok_or(MalformedEvent(name))
}

#[cfg(test)]
mod tests {
    use odd_contracts::{CorrelationId, FailureReason, JobId, Producer, Timestamp, TraceContext};
    use uuid::Uuid;

    use super::*;

    fn event(change: Change) -> JobEvent {
        let producer = Producer {
            service: "processor".into(),
            instance_id: "one".into(),
            version: "1.2.3".into(),
        };
        JobEvent {
            job_id: JobId(Uuid::now_v7()),
            job_type: "work".parse().expect("legal"),
            queue: "default".parse().expect("legal"),
            version: 3,
            attempt: Some(2),
            occurred_at: Timestamp::from_micros(1_700_000_000_000_001),
            correlation_id: CorrelationId(Uuid::now_v7()),
            trace: TraceContext::sampled([7; 16], [8; 8]),
            producer: Arc::new(producer),
            previous_status: Some(odd_contracts::JobStatus::Executing),
            change,
        }
    }

    fn changes() -> Vec<Change> {
        let (at, text) = (Timestamp::from_micros(7), || "text".to_owned());
        vec![
            Change::Created {
                priority: -3,
                run_at: Some(at),
            },
            Change::Created {
                priority: 0,
                run_at: None,
            },
            Change::Due,
            Change::Validated,
            Change::Started {
                worker_id: "worker-1".into(),
                wait_ms: 0.25,
            },
            Change::Progressed {
                fraction: 0.5,
                message: Some(text()),
            },
            Change::Retrying {
                reason: FailureReason::TimedOut,
                message: text(),
                run_at: at,
                duration_ms: 1.5,
            },
            Change::Requeued { message: text() },
            Change::Completed { duration_ms: 0.1 },
            Change::Failed {
                reason: FailureReason::Error,
                message: text(),
                duration_ms: None,
            },
            Change::Cancelled {
                message: None,
                duration_ms: Some(3.0),
            },
        ]
    }

    #[test]
    fn every_change_survives_a_round_trip_through_its_envelope() {
        for change in changes() {
            let event = event(change);
            assert_eq!(JobEvent::try_from(event.to_envelope()), Ok(event));
        }
    }

    #[test]
    fn a_missing_field_is_named() {
        let mut envelope = event(Change::Completed { duration_ms: 0.1 }).to_envelope();
        envelope.payload.duration_ms = None;
        assert_eq!(
            JobEvent::try_from(envelope),
            Err(MalformedEvent("durationMs"))
        );
    }
}
