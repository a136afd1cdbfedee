use std::sync::Arc;
use std::time::Instant;

use odd_contracts::{CorrelationId, JobId, JobStatus, Producer, Timestamp};
use odd_core::ports::{Archive, EventQuery, JobQuery, LogEntry, LogRecord, Position, Views};
use odd_core::{Change, JobEvent};
use odd_views_cluster::{ClusterArchive, ClusterViews};
use uuid::Uuid;

use crate::servers::{MongoServer, RedisServer};

/// Returns the events of `jobs` jobs, a thousand jobs per second: created, validated, started and completed.
pub(crate) fn job_events(jobs: u32) -> Vec<LogRecord> {
    let producer = Arc::new(Producer {
        service: "processor".into(),
        instance_id: "one".into(),
        version: "1.2.3".into(),
    });
    let mut entries = Vec::new();
    for n in 0..jobs {
        let (id, job_type) = (JobId(Uuid::now_v7()), format!("work.{}", n % 5));
        let started = Change::Started {
            worker_id: "worker-1".into(),
            wait_ms: f64::from(n % 997),
        };
        let created = Change::Created {
            priority: 0,
            run_at: None,
        };
        let duration_ms = f64::from(n % 313);
        let changes = [
            (None, created),
            (Some(JobStatus::Pending), Change::Validated),
            (Some(JobStatus::Validated), started),
            (
                Some(JobStatus::Executing),
                Change::Completed { duration_ms },
            ),
        ];
        for (version, (previous_status, change)) in (1..).zip(changes) {
            let event = JobEvent {
                job_id: id,
                job_type: job_type.parse().expect("legal"),
                queue: "default".parse().expect("legal"),
                version,
                attempt: (version > 1).then_some(1),
                occurred_at: Timestamp::from_micros(1_800_000_000_000_000 + i64::from(n) * 1_000),
                correlation_id: CorrelationId(id.0),
                trace: None,
                producer: producer.clone(),
                previous_status,
                change,
            };
            entries.push(LogRecord {
                position: Position(entries.len() as u64 + 1),
                entry: LogEntry::Event(Arc::new(event)),
            });
        }
    }
    entries
}

#[tokio::test]
#[ignore = "benchmark; run it alone, with --release"]
async fn throughput_of_views() {
    let (server, entries) = (RedisServer::start(), job_events(250_000));
    let views = ClusterViews::connect(&server.config()).await;
    let views = views.expect("connects");
    let begun = Instant::now();
    for chunk in entries.chunks(1_000) {
        views.apply(chunk.to_vec()).await.expect("folds");
    }
    let rate = entries.len() as f64 / begun.elapsed().as_secs_f64();
    println!("{rate:.0} entries per second into Redis");
    let begun = Instant::now();
    let digest = views.digest().await.expect("reads");
    println!("digest {digest} after {:?}", begun.elapsed());
}

#[tokio::test]
#[ignore = "benchmark; run it alone, with --release"]
async fn throughput_of_the_archive() {
    let (server, entries) = (MongoServer::start(), job_events(5_000));
    let archive = ClusterArchive::connect(&server.config()).await;
    let archive = archive.expect("connects");
    for chunk_size in [1_000, 100] {
        let half = entries.len() / 2;
        let part = match chunk_size {
            1_000 => &entries[..half],
            _ => &entries[half..],
        };
        let begun = Instant::now();
        for chunk in part.chunks(chunk_size) {
            archive.apply(chunk.to_vec()).await.expect("archives");
        }
        let rate = part.len() as f64 / begun.elapsed().as_secs_f64();
        println!("{rate:.0} events per second into the archive, {chunk_size} at a time");
    }
    let LogEntry::Event(some) = &entries[0].entry else {
        panic!("all entries are events");
    };
    let of_one_job = EventQuery {
        job_id: Some(some.job_id),
        limit: 50,
        ..EventQuery::default()
    };
    let begun = Instant::now();
    archive.events(of_one_job).await.expect("reads");
    println!("events of one job after {:?}", begun.elapsed());
    let newest = JobQuery {
        limit: 50,
        ..JobQuery::default()
    };
    let begun = Instant::now();
    archive.jobs(newest).await.expect("reads");
    println!("the newest jobs after {:?}", begun.elapsed());
}
