use serde::{Deserialize, Serialize};

use crate::{CorrelationId, FieldError, Producer, Timestamp};

/// A message that could not be used, as it stands in the dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkedMessage {
    /// SemVer version of the event contract.
    pub contract_version: String,
    /// When it was parked.
    pub parked_at: Timestamp,
    /// Who could not use it.
    pub parked_by: Producer,
    /// What is wrong with it, and where: 1 to 100; an empty pointer means the whole of it.
    pub errors: Vec<FieldError>,
    /// The message as it came, in base64 (RFC 4648, section 4); of a longer one the first [`ParkedMessage::MOST_BYTES`].
    pub bytes: String,
    /// How many bytes the message had.
    pub size: u64,
    /// Where it was published; empty for the default exchange.
    pub exchange: String,
    /// With which routing key.
    pub routing_key: String,
    /// Its correlation id, if it has one that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
}

impl ParkedMessage {
    /// Bytes of a message that are kept. In base64 they fit into a message of 16 MiB, what brokers take by default.
    pub const MOST_BYTES: usize = 8 * 1024 * 1024;
}
