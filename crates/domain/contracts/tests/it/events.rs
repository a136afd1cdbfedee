use odd_contracts::schema::{Schemas, validate_event};
use odd_contracts::{CONTRACT_VERSION, EventEnvelope, EventType};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary;

/// Returns an event of this type as the system emits it.
fn emitted(event_type: EventType) -> EventEnvelope {
    let name = event_type.as_str();
    let mut payload = json!({
        "jobId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "jobType": "echo", "queue": "default", "version": 7,
    });
    let own = match event_type {
        EventType::Created => json!({"status": "PENDING", "version": 1, "priority": -3}),
        EventType::Due => json!({"status": "PENDING", "previousStatus": "RETRYING", "attempt": 2}),
        EventType::Validated => {
            json!({"status": "VALIDATED", "previousStatus": "PENDING", "attempt": 1})
        }
        EventType::Started => json!({
            "status": "EXECUTING", "previousStatus": "VALIDATED", "attempt": 1, "workerId": "w", "waitMs": 0.5,
        }),
        EventType::Progressed => json!({
            "status": "EXECUTING", "previousStatus": "EXECUTING", "attempt": 1, "fraction": 0.5, "message": "half",
        }),
        EventType::Retrying => json!({
            "status": "RETRYING", "previousStatus": "EXECUTING", "attempt": 1, "reason": "error",
            "message": "no", "runAt": "2025-01-31T12:00:00.000000Z", "durationMs": 1.5,
        }),
        EventType::Requeued => {
            json!({"status": "PENDING", "previousStatus": "FAILED", "message": "retried"})
        }
        EventType::Completed => json!({
            "status": "COMPLETED", "previousStatus": "EXECUTING", "attempt": 1, "durationMs": 0.0,
        }),
        EventType::Failed => json!({
            "status": "FAILED", "previousStatus": "PENDING", "reason": "invalid_payload", "message": "no",
        }),
        EventType::Cancelled => json!({"status": "CANCELLED", "previousStatus": "SCHEDULED"}),
    };
    for (name, value) in own.as_object().expect("an object") {
        payload[name] = value.clone();
    }
    serde_json::from_value(json!({
        "contractVersion": CONTRACT_VERSION,
        "eventType": name,
        "eventId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12",
        "occurredAt": "2025-01-31T12:00:00.000001Z",
        "producer": {"service": "processor", "instanceId": "host-1", "version": "0.1.0"},
        "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c13",
        "idempotencyKey": format!("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11:{}", payload["version"]),
        "payload": payload,
    }))
    .expect("an envelope")
}

/// The number of fields that [`change`] knows.
const FIELDS: usize = 18;

/// Replaces one field by that of `donor`.
fn change(envelope: &mut EventEnvelope, field: usize, donor: EventEnvelope) {
    match field {
        0 => envelope.producer = donor.producer,
        1 => envelope.occurred_at = donor.occurred_at,
        2 => envelope.idempotency_key = donor.idempotency_key,
        3 => envelope.payload.status = donor.payload.status,
        4 => envelope.payload.previous_status = donor.payload.previous_status,
        5 => envelope.payload.attempt = donor.payload.attempt,
        6 => envelope.payload.priority = donor.payload.priority,
        7 => envelope.payload.run_at = donor.payload.run_at,
        8 => envelope.payload.message = donor.payload.message,
        9 => envelope.payload.fraction = donor.payload.fraction,
        10 => envelope.payload.duration_ms = donor.payload.duration_ms,
        11 => envelope.payload.reason = donor.payload.reason,
        12 => envelope.payload.wait_ms = donor.payload.wait_ms,
        13 => envelope.payload.worker_id = donor.payload.worker_id,
        14 => envelope.payload.version = donor.payload.version,
        15 => envelope.payload.job_type = donor.payload.job_type,
        16 => envelope.payload.job_id = donor.payload.job_id,
        17 => envelope.traceparent = donor.traceparent,
        _ => unreachable!("there is no field {field}"),
    }
}

fn json_of(envelope: &EventEnvelope) -> Value {
    serde_json::to_value(envelope).expect("envelopes print as JSON")
}

/// Returns the verdict of the validator that is compiled at run time.
fn reference(envelope: &Value) -> bool {
    let schema = Schemas::embedded().get("event-envelope").expect("embedded");
    schema.is_valid(envelope)
}

#[test]
fn emitted_events_are_valid() {
    for event_type in EventType::ALL {
        let value = json_of(&emitted(event_type));
        assert_eq!(validate_event(&value), Ok(()), "{event_type}");
        assert!(reference(&value), "{event_type}");
    }
}

#[test]
fn the_payload_must_be_that_of_the_event_type() {
    for event_type in EventType::ALL {
        for other in EventType::ALL {
            let mut envelope = emitted(event_type);
            envelope.event_type = other;
            assert_eq!(
                validate_event(&json_of(&envelope)).is_ok(),
                event_type == other,
                "{other} with the payload of {event_type}"
            );
        }
    }
}

#[test]
fn errors_point_at_what_is_wrong() {
    let mut envelope = emitted(EventType::Started);
    envelope.payload.worker_id = None;
    envelope.payload.wait_ms = Some(f64::NAN);
    envelope.payload.version = 0;
    envelope.contract_version = "2.0.0".to_owned();
    let errors = validate_event(&json_of(&envelope)).expect_err("wrong");
    let mut found: Vec<_> = errors
        .iter()
        .map(|error| format!("{} {}", error.pointer, error.message))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "/contractVersion must be a version 1.x of the event contract",
            "/payload/version must be at least 1",
            "/payload/waitMs must be a number, not null",
            "/payload/workerId is required",
        ]
    );
}

#[test]
fn unknown_event_types_are_rejected() {
    let mut value = json_of(&emitted(EventType::Due));
    value["eventType"] = json!("job.exploded");
    let errors = validate_event(&value).expect_err("wrong");
    assert_eq!(errors[0].pointer, "/eventType");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_generated_validator_agrees_with_the_reference(envelope in arbitrary::envelope()) {
        let value = json_of(&envelope);
        prop_assert_eq!(validate_event(&value).is_ok(), reference(&value));
    }

    #[test]
    fn one_changed_field_gets_the_verdict_of_the_reference(
        event_type in prop::sample::select(&EventType::ALL[..]),
        donor in arbitrary::envelope(),
        field in 0..FIELDS,
    ) {
        let mut envelope = emitted(event_type);
        change(&mut envelope, field, donor);
        let value = json_of(&envelope);
        prop_assert_eq!(validate_event(&value).is_ok(), reference(&value));
    }
}
