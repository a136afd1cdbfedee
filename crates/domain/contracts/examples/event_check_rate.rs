//! Prints what checking one event costs: `cargo run --release -p odd-contracts --example event_check_rate`.

use std::hint::black_box;
use std::time::Instant;

use odd_contracts::schema::{EventChecker, EventParts};
use odd_contracts::{
    CorrelationId, EventId, EventType, JobId, JobStatus, JobType, Producer, QueueName, Timestamp,
};
use uuid::Uuid;

const ROUNDS: u32 = 500_000;

fn main() {
    let producer = Producer {
        service: "processor".to_owned(),
        instance_id: "host-4711".to_owned(),
        version: "0.1.0".to_owned(),
    };
    let job_type: JobType = "echo".parse().expect("a legal name");
    let queue = QueueName::default();
    let mut checker = EventChecker::new();
    let began = Instant::now();
    for round in 0..ROUNDS {
        let id = Uuid::from_u128(u128::from(round) << 64 | 0x8000);
        for parts in life(id, round, &producer, &job_type, &queue) {
            black_box(&mut checker)
                .check_parts(black_box(&parts))
                .expect("the events follow the contract");
        }
    }
    let per_event = began.elapsed() / (ROUNDS * 4);
    println!("{per_event:?} per event, four events per job");
}

/// The events of a job that succeeds.
fn life<'a>(
    id: Uuid,
    round: u32,
    producer: &'a Producer,
    job_type: &'a JobType,
    queue: &'a QueueName,
) -> [EventParts<'a>; 4] {
    let created = EventParts {
        event_type: EventType::Created,
        event_id: Some(EventId(id)),
        occurred_at: Timestamp::from_micros(1_700_000_000_000_000 + i64::from(round)),
        producer,
        correlation_id: CorrelationId(id),
        job_id: JobId(id),
        job_type,
        queue,
        status: JobStatus::Pending,
        previous_status: None,
        version: 1,
        attempt: None,
        priority: Some(0),
        run_at: None,
        worker_id: None,
        wait_ms: None,
        duration_ms: None,
        reason: None,
        message: None,
        fraction: None,
    };
    let validated = EventParts {
        event_type: EventType::Validated,
        status: JobStatus::Validated,
        previous_status: Some(JobStatus::Pending),
        version: 2,
        attempt: Some(1),
        priority: None,
        ..created
    };
    let started = EventParts {
        event_type: EventType::Started,
        status: JobStatus::Executing,
        previous_status: Some(JobStatus::Validated),
        version: 3,
        worker_id: Some("host-4711"),
        wait_ms: Some(0.25),
        ..validated
    };
    let completed = EventParts {
        event_type: EventType::Completed,
        status: JobStatus::Completed,
        previous_status: Some(JobStatus::Executing),
        version: 4,
        worker_id: None,
        wait_ms: None,
        duration_ms: Some(0.125),
        ..started
    };
    [created, validated, started, completed]
}
