use odd_contracts::schema::validate_event;
use odd_core::JobEvent;

/// Checks that the published form of `event` follows its schema.
///
/// # Panics
/// When it does not.
#[track_caller]
pub(crate) fn assert_follows_schema(event: &JobEvent) {
    let envelope = serde_json::to_value(event.to_envelope()).expect("envelopes print as JSON");
    let verdict = validate_event(&envelope);
    assert!(verdict.is_ok(), "{envelope}: {verdict:?}");
}
