use serde_json::Value;

use super::EventParts;
use super::event_members::Content;
use super::event_shape::EventShape;
use super::event_template::EventTemplate;
use super::validate::validate_event_of;
use crate::{EventEnvelope, EventType, FieldError};

/// Shapes remembered of each event type.
const MAX_SHAPES: usize = 32;

/// Checks many events against their contract. The first event of a shape is checked as a whole; of those that
/// follow, only the members in which they can differ are.
#[derive(Debug)]
pub struct EventChecker {
    templates: [EventTemplate; EventType::ALL.len()],
    shapes: [Vec<EventShape>; EventType::ALL.len()],
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
            shapes: std::array::from_fn(|_| Vec::new()),
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
        let content = Content::of(parts);
        let shapes = &mut self.shapes[parts.event_type as usize];
        let shape = shapes.iter_mut().find(|shape| shape.is_shape_of(parts));
        if shape.is_some_and(|shape| shape.allows(&content)) {
            return Ok(());
        }
        let template = &mut self.templates[parts.event_type as usize];
        let envelope = template.fill(&content);
        validate_event_of(parts.event_type, envelope)?;
        shapes.truncate(MAX_SHAPES - 1);
        shapes.insert(0, EventShape::of(parts, envelope));
        Ok(())
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
        self.template(parts.event_type).fill(&Content::of(parts))
    }

    fn template(&mut self, event_type: EventType) -> &mut EventTemplate {
        &mut self.templates[event_type as usize]
    }
}
