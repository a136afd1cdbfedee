use odd_contracts::schema::{EventChecker, EventParts, Schemas, validate_event};
use odd_contracts::{CONTRACT_VERSION, EventEnvelope, EventType};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary;

/// An event of each type as the system emits it.
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
            json!({"status": "PENDING", "previousStatus": "FAILED", "message": "again"})
        }
        EventType::Completed => json!({
            "status": "COMPLETED", "previousStatus": "EXECUTING", "attempt": 1, "durationMs": 0.0,
        }),
        EventType::Failed => json!({
            "status": "FAILED", "previousStatus": "PENDING", "reason": "invalid_payload", "message": "no",
        }),
        EventType::Cancelled => json!({"status": "CANCELLED", "previousStatus": "SCHEDULED"}),
    };
    for (member, value) in own.as_object().expect("an object") {
        payload[member] = value.clone();
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

/// How many members [`change`] knows.
const LEAVES: usize = 17;

/// Replaces one member by that of `donor`; no member beyond [`LEAVES`].
fn change(envelope: &mut EventEnvelope, leaf: usize, donor: EventEnvelope) {
    match leaf {
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
        _ => {}
    }
}

/// The verdict of the validator that is compiled at run time.
fn reference(envelope: &Value) -> bool {
    let schema = Schemas::embedded().get("event-envelope").expect("embedded");
    schema.is_valid(envelope)
}

#[test]
fn what_the_system_emits_passes() {
    let mut checker = EventChecker::new();
    for event_type in EventType::ALL {
        let envelope = emitted(event_type);
        assert_eq!(checker.check(&envelope), Ok(()), "{event_type}");
        assert_eq!(
            checker.check_parts(&EventParts::from(&envelope)),
            Ok(()),
            "{event_type}"
        );
        let value = serde_json::to_value(&envelope).expect("prints");
        assert_eq!(validate_event(&value), Ok(()), "{event_type}");
        assert!(reference(&value), "{event_type}");
    }
}

#[test]
fn the_payload_must_be_that_of_the_event_type() {
    let mut checker = EventChecker::new();
    for event_type in EventType::ALL {
        for other in EventType::ALL {
            let mut envelope = emitted(event_type);
            envelope.event_type = other;
            assert_eq!(
                checker.check(&envelope).is_ok(),
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
    let errors = EventChecker::new().check(&envelope).expect_err("wrong");
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
fn more_shapes_than_are_remembered_are_checked_all_the_same() {
    let mut checker = EventChecker::new();
    for number in (0..100).cycle().take(300) {
        let mut envelope = emitted(EventType::Started);
        envelope.payload.job_type = format!("type-{number}").parse().expect("a legal name");
        assert_eq!(checker.check_parts(&EventParts::from(&envelope)), Ok(()));
        envelope.payload.attempt = Some(0);
        assert!(checker.check_parts(&EventParts::from(&envelope)).is_err());
    }
}

#[test]
fn unknown_event_types_are_refused() {
    let mut value = serde_json::to_value(emitted(EventType::Due)).expect("prints");
    value["eventType"] = json!("job.exploded");
    let errors = validate_event(&value).expect_err("wrong");
    assert_eq!(errors[0].pointer, "/eventType");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn patched_templates_equal_the_serialised_envelopes(
        envelopes in prop::collection::vec(arbitrary::envelope(), 1..24)
    ) {
        let mut checker = EventChecker::new();
        for envelope in &envelopes {
            let serialised = serde_json::to_value(envelope).expect("prints");
            prop_assert_eq!(checker.json_of(envelope), &serialised);
            prop_assert_eq!(checker.check(envelope).is_ok(), reference(&serialised));
            prop_assert_eq!(validate_event(&serialised).is_ok(), reference(&serialised));
        }
    }

    #[test]
    fn one_changed_leaf_changes_the_verdict_as_in_the_reference(
        event_type in prop::sample::select(&EventType::ALL[..]),
        donor in arbitrary::envelope(),
        leaf in 0..LEAVES,
    ) {
        let mut envelope = emitted(event_type);
        change(&mut envelope, leaf, donor);
        let serialised = serde_json::to_value(&envelope).expect("prints");
        prop_assert_eq!(EventChecker::new().check(&envelope).is_ok(), reference(&serialised));
    }
    #[test]
    fn remembered_shapes_hide_nothing_from_the_reference(
        changes in prop::collection::vec(
            (prop::sample::select(&EventType::ALL[..]), 0..2 * LEAVES, arbitrary::envelope(), any::<bool>()),
            1..40,
        )
    ) {
        let mut checker = EventChecker::new();
        for event_type in EventType::ALL {
            prop_assert_eq!(checker.check_parts(&EventParts::from(&emitted(event_type))), Ok(()));
        }
        for (event_type, leaf, donor, is_id_derived) in changes {
            let mut envelope = emitted(event_type);
            change(&mut envelope, leaf, donor);
            let mut parts = EventParts::from(&envelope);
            if is_id_derived {
                parts.event_id = None;
            }
            let expected = serde_json::to_value(parts.to_envelope()).expect("prints");
            prop_assert_eq!(checker.json_of_parts(&parts), &expected);
            for _ in 0..2 {
                prop_assert_eq!(checker.check_parts(&parts).is_ok(), reference(&expected));
            }
        }
    }
}
