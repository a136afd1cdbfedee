use serde::{Deserialize, Serialize};

use crate::{CorrelationId, FieldError, Producer, Timestamp};

/// A message in the dead-letter queue, with the reason why it was quarantined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkedMessage {
    /// SemVer version of the event contract.
    pub contract_version: String,
    /// When it was quarantined.
    pub parked_at: Timestamp,
    /// The process that quarantined it.
    pub parked_by: Producer,
    /// What is wrong with it, 1 to 100 errors; an empty pointer means the whole message.
    pub errors: Vec<FieldError>,
    /// The message as it arrived, in base64 (RFC 4648, section 4), cut off after [`ParkedMessage::MAX_BYTES`].
    pub bytes: String,
    /// The length of the whole message in bytes.
    pub size: u64,
    /// The exchange that it was published to; empty for the default exchange.
    pub exchange: String,
    /// The routing key that it was published with.
    pub routing_key: String,
    /// Its correlation id, if it has a valid one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
}

impl ParkedMessage {
    /// The number of bytes that are kept of a message. In base64 they fit into 16 MiB, the default limit of brokers.
    pub const MAX_BYTES: usize = 8 * 1024 * 1024;
}
