//! Every event that the types of this crate express follows the schema of its type. Code that receives a typed event
//! relies on this and does not validate it again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use odd_contracts::schema::{Schemas, validate_event};
use odd_contracts::{
    CorrelationId, EventType, FailureReason, JobId, JobStatus, Producer, Timestamp, TraceContext,
};
use odd_core::machine::{TRANSITIONS, Transition};
use odd_core::{Change, JobEvent};
use serde_json::Value;
use uuid::Uuid;

const EARLIEST: Timestamp = Timestamp::from_micros(i64::MIN);
const LATEST: Timestamp = Timestamp::from_micros(i64::MAX);
const DURATIONS_MS: [f64; 3] = [0.0, 0.1, 1e15];

/// The longest text that the contracts allow, in characters of more than one byte.
fn longest_message() -> String {
    "é".repeat(4_096)
}

fn messages() -> [String; 2] {
    [String::new(), longest_message()]
}

/// Returns changes of this type that lead to `to`: the bounds of every value, and each optional field present and absent.
fn changes(event_type: EventType, to: JobStatus) -> Vec<Change> {
    match event_type {
        EventType::Created if to == JobStatus::Scheduled => {
            let created = |run_at| Change::Created {
                priority: -100,
                run_at: Some(run_at),
            };
            vec![created(EARLIEST), created(LATEST)]
        }
        EventType::Created => vec![Change::Created {
            priority: 100,
            run_at: None,
        }],
        EventType::Due => vec![Change::Due],
        EventType::Validated => vec![Change::Validated],
        EventType::Started => DURATIONS_MS
            .map(|wait_ms| Change::Started {
                worker_id: "é".repeat(200).into(),
                wait_ms,
            })
            .to_vec(),
        EventType::Progressed => [(0.0, None), (1.0, Some(longest_message()))]
            .map(|(fraction, message)| Change::Progressed { fraction, message })
            .to_vec(),
        EventType::Requeued => messages()
            .map(|message| Change::Requeued { message })
            .to_vec(),
        EventType::Completed => DURATIONS_MS
            .map(|duration_ms| Change::Completed { duration_ms })
            .to_vec(),
        EventType::Cancelled => [(None, None), (Some(longest_message()), Some(0.5))]
            .map(|(message, duration_ms)| Change::Cancelled {
                message,
                duration_ms,
            })
            .to_vec(),
        EventType::Retrying | EventType::Failed => failures(event_type),
    }
}

/// Returns one change for each reason and message, with and without a duration where that is optional.
fn failures(event_type: EventType) -> Vec<Change> {
    let mut changes = Vec::new();
    for reason in FailureReason::ALL {
        for message in messages() {
            if event_type == EventType::Retrying {
                changes.push(Change::Retrying {
                    reason,
                    message,
                    run_at: LATEST,
                    duration_ms: 0.5,
                });
                continue;
            }
            changes.extend([None, Some(0.5)].map(|duration_ms| Change::Failed {
                reason,
                message: message.clone(),
                duration_ms,
            }));
        }
    }
    changes
}

/// Returns the attempts that an event of this type may have.
fn attempts(event_type: EventType) -> Vec<Option<u32>> {
    match event_type {
        EventType::Created => vec![None],
        EventType::Started | EventType::Progressed | EventType::Retrying | EventType::Completed => {
            vec![Some(1), Some(u32::MAX)]
        }
        EventType::Due
        | EventType::Validated
        | EventType::Requeued
        | EventType::Failed
        | EventType::Cancelled => vec![None, Some(1), Some(u32::MAX)],
    }
}

/// Returns events of every change and attempt that take a job through `transition`.
fn events(transition: &Transition) -> Vec<JobEvent> {
    let mut events = Vec::new();
    for change in changes(transition.event, transition.to) {
        for attempt in attempts(transition.event) {
            let is_first = transition.event == EventType::Created;
            events.push(JobEvent {
                job_id: JobId(Uuid::now_v7()),
                job_type: "x".repeat(50).parse().expect("a legal name"),
                queue: "a-Z_0.9".parse().expect("a legal name"),
                version: if is_first { 1 } else { u32::MAX },
                attempt,
                occurred_at: LATEST,
                correlation_id: CorrelationId(Uuid::nil()),
                trace: TraceContext::sampled([1; 16], [2; 8]),
                producer: Arc::new(Producer {
                    service: "processor".into(),
                    instance_id: "host-1".into(),
                    version: "0.1.0".into(),
                }),
                previous_status: transition.from,
                change: change.clone(),
            });
        }
    }
    events
}

#[test]
fn every_event_of_every_transition_follows_its_schema() {
    for transition in TRANSITIONS {
        let events = events(transition);
        assert!(!events.is_empty(), "{transition:?}");
        for event in events {
            assert!(event.is_legal(), "{event:?}");
            assert_eq!(event.change.status(), transition.to, "{event:?}");
            let envelope = serde_json::to_value(event.to_envelope()).expect("serializes");
            assert_eq!(validate_event(&envelope), Ok(()), "{envelope}");
        }
    }
}

/// A field that only the types or only the schemas have is found here: the events above fill every field.
#[test]
fn payloads_and_their_schemas_have_the_same_fields() {
    let mut built: BTreeMap<EventType, BTreeSet<String>> = BTreeMap::new();
    for event in TRANSITIONS.iter().flat_map(events) {
        let envelope = serde_json::to_value(event.to_envelope()).expect("serializes");
        let names = envelope["payload"].as_object().expect("an object").keys();
        built
            .entry(event.change.event_type())
            .or_default()
            .extend(names.cloned());
    }
    for event_type in EventType::ALL {
        let schema = Schemas::embedded().get(&format!("events/{event_type}"));
        let properties = &schema.expect("every type has a schema").document()["properties"];
        let described = properties.as_object().into_iter().flatten();
        let described: BTreeSet<String> = described
            .map(|(name, _): (&String, &Value)| name.clone())
            .collect();
        assert_eq!(built[&event_type], described, "{event_type}");
    }
}
