//! Strategies for contract types. They also make values that break the contract.

use odd_contracts::{
    CorrelationId, EventEnvelope, EventId, EventPayload, EventType, FailureReason, JobId,
    JobStatus, Producer, Timestamp, TraceContext,
};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._-]{1,50}"
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", Just("x".repeat(4_097))]
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_micros)
}

fn trace() -> impl Strategy<Value = TraceContext> {
    let ids = (any::<[u8; 16]>(), any::<[u8; 8]>());
    ids.prop_filter_map("an id is zero", |(trace, span)| {
        TraceContext::sampled(trace, span)
    })
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..2.0f64, any::<f64>()]
}

fn producer() -> impl Strategy<Value = Producer> {
    (text(), text(), text()).prop_map(|(service, instance_id, version)| Producer {
        service,
        instance_id,
        version,
    })
}

fn payload() -> impl Strategy<Value = EventPayload> {
    let required = (
        id(),
        name(),
        name(),
        select(&JobStatus::ALL[..]),
        any::<u32>(),
    );
    let optional = (
        of(select(&JobStatus::ALL[..])),
        of(any::<u32>()),
        of(any::<i32>()),
        of(time()),
        of(text()),
        of(float()),
        of(float()),
        of(select(&FailureReason::ALL[..])),
        of(text()),
        of(float()),
    );
    (required, optional).prop_map(|((job_id, job_type, queue, status, version), optional)| {
        EventPayload {
            job_id: JobId(job_id),
            job_type: job_type.parse().expect("a legal name"),
            queue: queue.parse().expect("a legal name"),
            status,
            version,
            previous_status: optional.0,
            attempt: optional.1,
            priority: optional.2,
            run_at: optional.3,
            worker_id: optional.4,
            wait_ms: optional.5,
            duration_ms: optional.6,
            reason: optional.7,
            message: optional.8,
            fraction: optional.9,
        }
    })
}

/// Any envelope that the type can express.
pub(crate) fn envelope() -> impl Strategy<Value = EventEnvelope> {
    (
        prop_oneof![Just("1.0.0".to_owned()), text()],
        select(&EventType::ALL[..]),
        id(),
        time(),
        producer(),
        id(),
        payload(),
        of(text()),
        of(trace()),
    )
        .prop_map(
            |(
                contract_version,
                event_type,
                event_id,
                at,
                producer,
                correlation,
                payload,
                key,
                trace,
            )| {
                EventEnvelope {
                    contract_version,
                    event_type,
                    event_id: EventId(event_id),
                    occurred_at: at,
                    producer,
                    correlation_id: CorrelationId(correlation),
                    idempotency_key: key
                        .unwrap_or_else(|| format!("{}:{}", payload.job_id, payload.version)),
                    traceparent: trace,
                    payload,
                }
            },
        )
}
