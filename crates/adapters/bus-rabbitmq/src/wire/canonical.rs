use odd_contracts::schema::{EventChecker, EventParts};
use odd_contracts::{CONTRACT_VERSION, EventBatch, EventEnvelope, Message, MessageType};
use odd_core::ports::LogRecord;

use super::outgoing::{PACK, to_json};
use super::record::log_record;

/// Reads messages as this build writes them. A text that is written back as it was read has the form that the contracts
/// ask for, and its parts are checked: no JSON document is built. This is most of the work of following events.
pub(super) struct Canonical(EventChecker);

impl Canonical {
    pub(super) fn new() -> Self {
        Self(EventChecker::new())
    }

    /// The events of a message whose first one has the place `first`. Nothing for any other message, good or bad.
    pub(super) fn read(&mut self, body: &[u8], first: u64) -> Option<Vec<LogRecord>> {
        if let Ok(batch) = serde_json::from_slice::<EventBatch>(body) {
            let is_canonical = is_framed_well(&batch) && to_json(&batch) == body;
            return is_canonical.then(|| self.entries(first, batch.payload.events))?;
        }
        let event: EventEnvelope = serde_json::from_slice(body).ok()?;
        (to_json(&event) == body).then(|| self.entries(first, vec![event]))?
    }

    fn entries(&mut self, first: u64, events: Vec<EventEnvelope>) -> Option<Vec<LogRecord>> {
        let mut entries = Vec::with_capacity(events.len());
        for (place, event) in (first..).zip(events) {
            // U+0000 is written back as well.
            let has_nul = |text: &String| text.contains('\0');
            if event.contract_version != CONTRACT_VERSION
                || event.payload.message.as_ref().is_some_and(has_nul)
                || self.0.check_parts(&EventParts::from(&event)).is_err()
            {
                return None;
            }
            entries.push(log_record(place, event, "").ok()?);
        }
        Some(entries)
    }
}

/// Whether everything around the events follows from them.
fn is_framed_well(batch: &EventBatch) -> bool {
    let events = &batch.payload.events;
    let [first, _, ..] = events.as_slice() else {
        return false;
    };
    let frame = Message::new(
        MessageType::EventBatch,
        (first.payload.job_id, first.payload.version),
        first.occurred_at,
        first.correlation_id,
        first.producer.clone(),
        (),
    );
    events.len() <= PACK
        && batch.contract_version == frame.contract_version
        && batch.event_type == frame.event_type
        && batch.event_id == frame.event_id
        && batch.occurred_at == frame.occurred_at
        && batch.producer == frame.producer
        && batch.correlation_id == frame.correlation_id
        && batch.idempotency_key == frame.idempotency_key
}
