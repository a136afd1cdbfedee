use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use odd_contracts::{JobId, Timestamp};
use odd_core::Clock;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::commands::bench::connection::{Connection, Target};
use crate::commands::bench::workload::Workload;

/// Jobs whose times are looked at, at most: evenly spread over the round.
const MAX_SAMPLES: u64 = 10_000;

/// A job whose times will be looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) id: JobId,
    pub(super) sent_at: Timestamp,
}

/// What submitting a round gave.
pub(super) struct Submitted {
    pub(super) first_sent: Instant,
    pub(super) last_accepted: Instant,
    pub(super) samples: Vec<Sample>,
}

/// What the producers of a round share.
struct Shared {
    workload: Workload,
    next: AtomicU64,
    start: Instant,
    /// Every how many requests one is a sample.
    sample_every: u64,
}

/// Opens every connection, then submits the round's jobs.
///
/// # Errors
/// The first one of any producer.
pub(super) async fn submit(workload: &Workload, target: &Target) -> anyhow::Result<Submitted> {
    let mut connections = Vec::new();
    for _ in 0..u64::from(workload.producers).min(workload.requests()) {
        connections.push(Connection::open(target.clone()).await?);
    }
    let shared = Arc::new(Shared {
        sample_every: workload.requests().div_ceil(MAX_SAMPLES),
        workload: workload.clone(),
        next: AtomicU64::new(0),
        start: Instant::now(),
    });
    let mut producers = JoinSet::new();
    for connection in connections {
        producers.spawn(produce(shared.clone(), connection));
    }
    let mut samples = Vec::new();
    while let Some(produced) = producers.join_next().await {
        samples.extend(produced.context("a producer panicked")??);
    }
    Ok(Submitted {
        first_sent: shared.start,
        last_accepted: Instant::now(),
        samples,
    })
}

async fn produce(shared: Arc<Shared>, mut connection: Connection) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    loop {
        let request = shared.next.fetch_add(1, Ordering::Relaxed);
        if request >= shared.workload.requests() {
            return Ok(samples);
        }
        if let Some(rate) = shared.workload.rate {
            let jobs_before = request * shared.workload.batch;
            let due = Duration::from_secs_f64(jobs_before as f64 / f64::from(rate));
            tokio::time::sleep_until(shared.start + due).await;
        }
        let sent_at = odd_core::SystemClock.now();
        let answer = connection.post(&shared.workload.body(request)).await?;
        if request.is_multiple_of(shared.sample_every) {
            samples.push(Sample {
                id: first_id(&answer).context("the answer names no job")?,
                sent_at,
            });
        }
    }
}

/// The id of the first job in an answer, without reading the rest: `id` is the first member of a job.
fn first_id(answer: &Bytes) -> Option<JobId> {
    let text = std::str::from_utf8(answer).ok()?;
    let start = text.find("\"id\":\"")? + 6;
    text.get(start..start + 36)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_id_is_found_in_both_kinds_of_answer() {
        let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
        for answer in [
            format!("{{\"id\":\"{id}\",\"type\":\"echo\"}}"),
            format!("{{\"jobs\":[{{\"id\":\"{id}\",\"status\":\"PENDING\"}}]}}"),
        ] {
            assert_eq!(first_id(&answer.into()), id.parse().ok());
        }
        assert_eq!(first_id(&Bytes::from_static(b"{}")), None);
    }
}
