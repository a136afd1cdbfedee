//! How these tests write what a server sends.

use odd_contracts::{JobId, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The time of day at which the interface of a test is opened.
pub(crate) const OPENED_AT: &str = "2026-01-31T12:00:00.000000Z";

/// Reads a wire type.
pub(crate) fn wire<T: DeserializeOwned>(value: Value) -> T {
    // Raw JSON can be read from text only.
    serde_json::from_str(&value.to_string()).expect("the fixture follows the contract")
}

pub(crate) fn opened_at() -> Timestamp {
    wire(json!(OPENED_AT))
}

/// Returns a time before the interface was opened.
pub(crate) fn ago(seconds: u64) -> Value {
    let micros = opened_at().as_micros() - i64::try_from(seconds).expect("it fits") * 1_000_000;
    json!(Timestamp::from_micros(micros))
}

/// Returns the id of the job with a number.
pub(crate) fn job_id(number: u64) -> JobId {
    wire(json!(format!("0192f0c1-2f3b-7a51-b6a1-{number:012x}")))
}

/// Returns an event with a payload.
pub(crate) fn envelope(number: u64, event_type: &str, at: &Value, payload: &Value) -> Value {
    json!({
        "contractVersion": "1.1.0", "eventType": event_type,
        "eventId": format!("7d1f9bd4-5c5e-5b0a-9d4e-{number:012x}"), "occurredAt": at,
        "producer": {"service": "processor", "instanceId": "processor-0", "version": "0.1.0"},
        "correlationId": "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21",
        "idempotencyKey": format!("{number}"), "payload": payload,
    })
}
