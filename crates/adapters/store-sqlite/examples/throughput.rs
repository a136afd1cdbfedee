//! How many whole job lives per second the store alone carries: submit, claim, finish, with all events.
//! `cargo run --release -p odd-store-sqlite --example throughput -- JOBS BATCH CONCURRENCY`
use std::sync::Arc;
use std::time::{Duration, Instant};

use odd_contracts::JobType;
use odd_core::AttemptResult;
use odd_core::ports::{Admission, ClaimRequest, EndedAttempt};
use odd_testkit::{build::new_job, sqlite_store};

struct Any;
impl Admission for Any {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|a| a.parse().ok())
        .collect();
    let (jobs, batch, concurrency) = (args[0], args[1], args[2]);
    let test = sqlite_store();
    let start = Instant::now();
    let producers = if batch == 1 { 64 } else { 2 };
    let mut tasks = Vec::new();
    for _ in 0..producers {
        let store = test.store.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..jobs / batch / producers {
                let group: Vec<_> = (0..batch)
                    .map(|_| new_job(r#"{"type":"echo","payload":{"text":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"}}"#))
                    .collect();
                store.submit(group.into()).await.expect("accepted");
            }
        }));
    }
    let total = jobs / batch / producers * batch * producers;
    let types: Arc<[JobType]> = [
        "echo",
        "fail",
        "flaky",
        "http.request",
        "process.run",
        "sleep",
    ]
    .iter()
    .map(|t| t.parse().expect("name"))
    .collect::<Vec<_>>()
    .into();
    let mut finished = 0;
    let mut pending = tokio::task::JoinSet::new();
    while finished < total {
        while let Some(done) = pending.try_join_next() {
            done.expect("joins");
            finished += 1;
        }
        let free = concurrency - pending.len().min(concurrency);
        if free == 0 || finished + pending.len() == total {
            pending.join_next().await.expect("some").expect("joins");
            finished += 1;
            continue;
        }
        let request = ClaimRequest {
            worker_id: "w".into(),
            types: Some(types.clone()),
            queues: None,
            limit: free,
            lease: Duration::from_secs(30),
            wait: Duration::from_secs(1),
            admission: Arc::new(Any),
        };
        for job in test.store.claim(request).await.expect("claims") {
            let store = test.store.clone();
            pending.spawn(async move {
                store
                    .finish(
                        [EndedAttempt {
                            lease: job.lease,
                            result: AttemptResult::Succeeded {
                                result: job.payload,
                            },
                        }]
                        .into(),
                    )
                    .await
                    .expect("finishes")
            });
        }
    }
    let wall = start.elapsed();
    let cpu = std::fs::read_to_string("/proc/self/stat").expect("stat");
    let f: Vec<&str> = cpu
        .rsplit(')')
        .next()
        .expect("stat")
        .split_whitespace()
        .collect();
    let ticks: f64 = f[11].parse::<f64>().expect("u") + f[12].parse::<f64>().expect("s");
    println!(
        "{total} jobs in {wall:?}: {:.0}/s, cpu {:.4} s per 1000",
        total as f64 / wall.as_secs_f64(),
        ticks / 100.0 / (total as f64 / 1000.0)
    );
}
