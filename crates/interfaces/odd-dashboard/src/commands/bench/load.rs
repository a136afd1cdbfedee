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

/// Largest number of jobs whose latencies are measured, evenly spread over the round.
const MAX_SAMPLES: u64 = 10_000;

/// A job whose latencies are measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) id: JobId,
    /// When its request was sent. At a constant rate, when it was due, if its connection was still busy then.
    pub(super) sent_at: Timestamp,
}

/// The outcome of the submission of a round.
pub(super) struct Submitted {
    pub(super) first_sent: Instant,
    pub(super) last_accepted: Instant,
    pub(super) samples: Vec<Sample>,
}

/// The state that the producers of a round share.
struct Shared {
    workload: Workload,
    next: AtomicU64,
    start: Instant,
    /// One of this many requests is a sample.
    sample_every: u64,
}

/// Opens every connection, spread evenly over the targets, then submits the jobs of the round.
///
/// # Errors
/// The first error of any producer.
pub(super) async fn submit(workload: &Workload, targets: &[Target]) -> anyhow::Result<Submitted> {
    let mut connections = Vec::new();
    let count = u64::from(workload.producers).min(workload.requests());
    for (_, target) in (0..count).zip(targets.iter().cycle()) {
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
        let sent_at = match shared.workload.rate {
            Some(rate) => {
                let jobs_before = request * shared.workload.batch;
                let due = Duration::from_secs_f64(jobs_before as f64 / f64::from(rate));
                wait_until(shared.start + due).await
            }
            None => odd_core::SystemClock.now(),
        };
        let answer = connection.post(&shared.workload.body(request)).await?;
        if request.is_multiple_of(shared.sample_every) {
            samples.push(Sample {
                id: first_id(&answer).context("the answer contains no job id")?,
                sent_at,
            });
        }
    }
}

/// Waits until `due`. Returns that time even when it has already passed, because the wait for a free connection is part
/// of the latency that a client sees.
async fn wait_until(due: Instant) -> Timestamp {
    let late = Instant::now().saturating_duration_since(due);
    if late.is_zero() {
        tokio::time::sleep_until(due).await;
        return odd_core::SystemClock.now();
    }
    let late = i64::try_from(late.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(odd_core::SystemClock.now().as_micros() - late)
}

/// Returns the id of the first job in an answer without parsing the rest: `id` is the first field of a job.
fn first_id(answer: &Bytes) -> Option<JobId> {
    let text = std::str::from_utf8(answer).ok()?;
    let start = text.find("\"id\":\"")? + 6;
    text.get(start..start + 36)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::commands::bench::args::Args;

    #[derive(Parser)]
    struct Bench {
        #[command(flatten)]
        args: Args,
    }

    /// Answers every request on one connection after `delay`.
    async fn answer_slowly(listener: TcpListener, delay: Duration) {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        while stream.read(&mut [0; 4_096]).await.expect("reads") > 0 {
            tokio::time::sleep(delay).await;
            let body = r#"{"id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#;
            let length = body.len();
            let answer = format!("HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.expect("writes");
        }
    }

    #[tokio::test]
    async fn latency_includes_the_wait_for_a_busy_connection() {
        let delay = Duration::from_millis(50);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        tokio::spawn(answer_slowly(listener, delay));
        let args = ["bench", "--jobs", "4", "--rate", "1000", "--producers", "1"];
        let workload = Workload::new(&Bench::parse_from(args).args);
        let url = url.parse().expect("a URL");
        let target = Target::new(&url, workload.path(), None).expect("plain HTTP");
        let submitted = submit(&workload, &[target]).await.expect("accepted");
        assert!(submitted.last_accepted - submitted.first_sent >= 4 * delay);
        let (first, last) = (submitted.samples[0].sent_at, submitted.samples[3].sent_at);
        let apart = last.fractional_millis_since(first);
        assert!((2.0..10.0).contains(&apart), "due 3 ms later: {apart}");
    }

    #[test]
    fn first_id_is_found_in_answers_to_single_jobs_and_batches() {
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
