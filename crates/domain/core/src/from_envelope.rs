use std::sync::Arc;

use odd_contracts::{CONTRACT_VERSION, EventEnvelope, EventPayload, EventType};

use crate::{Change, JobEvent};

/// Why an envelope is no event that this build understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// It speaks a major version of the contract that is not this build's.
    #[error("contract version {0} is not understood; this build speaks {CONTRACT_VERSION}")]
    Version(String),
    /// A member that its type prescribes is absent.
    #[error("{event_type} lacks the member {member}")]
    Lacks {
        /// What it claims to be.
        event_type: EventType,
        /// What is absent.
        member: &'static str,
    },
    /// Its id is not the one that follows from job and version.
    #[error("the event id does not follow from job and version")]
    Id,
}

impl JobEvent {
    /// Undoes [`JobEvent::to_envelope`].
    ///
    /// # Errors
    /// When the envelope is of another major version, lacks something, or carries another event's id.
    pub fn from_envelope(envelope: EventEnvelope) -> Result<Self, NotAnEvent> {
        if major(&envelope.contract_version) != major(CONTRACT_VERSION) {
            return Err(NotAnEvent::Version(envelope.contract_version));
        }
        let change = change(envelope.event_type, &envelope.payload)?;
        let payload = envelope.payload;
        let event = Self {
            job_id: payload.job_id,
            job_type: payload.job_type,
            queue: payload.queue,
            version: payload.version,
            attempt: payload.attempt,
            occurred_at: envelope.occurred_at,
            correlation_id: envelope.correlation_id,
            producer: Arc::new(envelope.producer),
            previous_status: payload.previous_status,
            change,
        };
        match event.id() == envelope.event_id {
            true => Ok(event),
            false => Err(NotAnEvent::Id),
        }
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

fn change(event_type: EventType, payload: &EventPayload) -> Result<Change, NotAnEvent> {
    let lacks = |member| NotAnEvent::Lacks { event_type, member };
    let reason = || payload.reason.ok_or_else(|| lacks("reason"));
    let message = || payload.message.clone().ok_or_else(|| lacks("message"));
    let duration_ms = || payload.duration_ms.ok_or_else(|| lacks("durationMs"));
    Ok(match event_type {
        EventType::Created => Change::Created {
            priority: payload.priority.ok_or_else(|| lacks("priority"))?,
            run_at: payload.run_at,
        },
        EventType::Due => Change::Due,
        EventType::Validated => Change::Validated,
        EventType::Started => Change::Started {
            worker_id: payload
                .worker_id
                .as_deref()
                .ok_or_else(|| lacks("workerId"))?
                .into(),
            wait_ms: payload.wait_ms.ok_or_else(|| lacks("waitMs"))?,
        },
        EventType::Progressed => Change::Progressed {
            fraction: payload.fraction.ok_or_else(|| lacks("fraction"))?,
            message: payload.message.clone(),
        },
        EventType::Retrying => Change::Retrying {
            reason: reason()?,
            message: message()?,
            run_at: payload.run_at.ok_or_else(|| lacks("runAt"))?,
            duration_ms: duration_ms()?,
        },
        EventType::Requeued => Change::Requeued {
            message: message()?,
        },
        EventType::Completed => Change::Completed {
            duration_ms: duration_ms()?,
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
