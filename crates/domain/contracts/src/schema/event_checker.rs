use serde_json::Value;

use super::EventParts;
use super::event_template::{Content, EventTemplate};
use super::validate::validate_event_of;
use crate::{CONTRACT_VERSION, EventEnvelope, EventType, FieldError};

/// Checks events against their contract before they are emitted, at about a microsecond each: it keeps the
/// JSON of the last event of every type and writes only what differs.
#[derive(Debug)]
pub struct EventChecker {
    templates: [EventTemplate; EventType::ALL.len()],
}

impl Default for EventChecker {
    fn default() -> Self {
        Self::new()
    }
}

impl EventChecker {
    /// A checker; keep it, one per thread or task.
    pub fn new() -> Self {
        Self {
            templates: std::array::from_fn(|_| EventTemplate::new()),
        }
    }

    /// Checks an envelope.
    ///
    /// # Errors
    /// Everything that is wrong, with pointers into the envelope.
    pub fn check(&mut self, envelope: &EventEnvelope) -> Result<(), Vec<FieldError>> {
        validate_event_of(envelope.event_type, self.json_of(envelope))
    }

    /// Checks the envelope that `parts` stand for.
    ///
    /// # Errors
    /// Everything that is wrong, with pointers into the envelope.
    pub fn check_parts(&mut self, parts: &EventParts<'_>) -> Result<(), Vec<FieldError>> {
        validate_event_of(parts.event_type, self.json_of_parts(parts))
    }

    /// The JSON of `envelope`, valid or not, as it is checked; it stays until the next event of its type.
    pub fn json_of(&mut self, envelope: &EventEnvelope) -> &Value {
        self.template(envelope.event_type).fill(&Content {
            parts: &envelope.into(),
            contract_version: &envelope.contract_version,
            idempotency_key: Some(&envelope.idempotency_key),
        })
    }

    /// The JSON of the envelope that `parts` stand for.
    pub fn json_of_parts(&mut self, parts: &EventParts<'_>) -> &Value {
        self.template(parts.event_type).fill(&Content {
            parts,
            contract_version: CONTRACT_VERSION,
            idempotency_key: None,
        })
    }

    fn template(&mut self, event_type: EventType) -> &mut EventTemplate {
        &mut self.templates[event_type as usize]
    }
}
