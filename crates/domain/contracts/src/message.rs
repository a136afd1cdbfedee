use serde::{Deserialize, Serialize};

use crate::{
    CONTRACT_VERSION, CorrelationId, EventEnvelope, EventId, JobId, JobType, Producer, QueueName,
    Timestamp,
};

/// The types of messages of the topic exchange that are not a single event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageType {
    /// Several events.
    #[serde(rename = "job.batch")]
    EventBatch,
    /// A hint that jobs may be claimed.
    #[serde(rename = "work.ready")]
    WorkReady,
}

impl MessageType {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventBatch => "job.batch",
            Self::WorkReady => "work.ready",
        }
    }
}

/// A message with the fields of an [`EventEnvelope`] and another payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<P> {
    /// SemVer version of the event contract.
    pub contract_version: String,
    /// The type of the message.
    pub event_type: MessageType,
    /// Equal for every copy of the message.
    pub event_id: EventId,
    /// When the first event was recorded.
    pub occurred_at: Timestamp,
    /// The process that published it.
    pub producer: Producer,
    /// The request that caused the first event.
    pub correlation_id: CorrelationId,
    /// `{eventType}:{jobId}:{version}` of the first event.
    pub idempotency_key: String,
    /// The content.
    pub payload: P,
}

/// Consecutive events of one commit.
pub type EventBatch = Message<Events>;

/// A hint to one worker that jobs of a queue became ready.
pub type WorkReady = Message<ReadyJobs>;

/// The payload of an [`EventBatch`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Events {
    /// 2 to 500, in the order of the log and without a gap between them.
    pub events: Vec<EventEnvelope>,
}

/// The payload of a [`WorkReady`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyJobs {
    /// The queue that the jobs wait in.
    pub queue: QueueName,
    /// 1 to 64, in the order in which they became ready.
    pub jobs: Vec<ReadyJob>,
}

/// A job that became ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyJob {
    /// The job.
    pub job_id: JobId,
    /// Its type.
    pub job_type: JobType,
}

impl<P> Message<P> {
    /// Creates a message whose first event belongs to `job` at this `version`. The id and the key depend only on these, so
    /// every copy of the message has equal ones.
    pub fn new(
        event_type: MessageType,
        (job, version): (JobId, u32),
        occurred_at: Timestamp,
        correlation_id: CorrelationId,
        producer: Producer,
        payload: P,
    ) -> Self {
        let name = event_type.as_str();
        Self {
            contract_version: CONTRACT_VERSION.to_owned(),
            event_type,
            event_id: EventId::within(EventId::of(job, version), name),
            occurred_at,
            producer,
            correlation_id,
            idempotency_key: format!("{name}:{job}:{version}"),
            payload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_message_have_the_same_id_and_key() {
        let job: JobId = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
            .parse()
            .expect("valid");
        let correlation = "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21"
            .parse()
            .expect("valid");
        let message = |event_type| {
            let producer = Producer {
                service: "gateway".into(),
                instance_id: "gateway-1".into(),
                version: "0.1.0".into(),
            };
            let at = Timestamp::from_micros(7);
            Message::new(event_type, (job, 3), at, correlation, producer, ())
        };
        let ready = message(MessageType::WorkReady);
        assert_eq!(ready, message(MessageType::WorkReady));
        assert_eq!(ready.idempotency_key, format!("work.ready:{job}:3"));
        assert_ne!(ready.event_id, message(MessageType::EventBatch).event_id);
    }
}
