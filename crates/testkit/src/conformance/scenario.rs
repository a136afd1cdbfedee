use odd_contracts::{JobId, TraceContext};
use odd_core::ports::{LogRecord, Position};
use odd_core::{AttemptResult, NewJob};

use crate::build::new_job;
use crate::conformance::StoreFixture;
use crate::conformance::store_fixture::{failed, some_request, succeeded};

/// Runs jobs that together have every type of event, interleaved, and returns their ids. Some of them have a trace.
pub async fn run_one_of_each_event(f: &StoreFixture) -> Vec<JobId> {
    let mut ids = vec![f.failed_job().await];
    for n in 0..6_u8 {
        f.advance_ms(3);
        let text = format!(r#"{{"type":"work","priority":{n},"retry":{{"baseDelayMs":0}}}}"#);
        let trace = TraceContext::sampled([7; 16], [n + 1; 8]).filter(|_| n % 2 == 0);
        let job = NewJob {
            trace,
            ..new_job(&text)
        };
        ids.push(f.submit_job(job).await);
    }
    ids.push(f.submit(r#"{"type":"later","delayMs":5}"#).await);
    let leases: Vec<_> = f.claim(6).await.iter().map(|job| job.lease).collect();
    f.advance_ms(3);
    let progress = odd_contracts::Progress {
        fraction: 0.5,
        message: Some("half".into()),
    };
    f.work
        .record_progress(leases[5], progress)
        .await
        .expect("a valid lease");
    let results = [
        succeeded(),
        failed("once"),
        AttemptResult::Released,
        AttemptResult::Cancelled,
    ];
    for (lease, result) in leases.iter().zip(results) {
        f.finish(*lease, result).await.expect("a valid lease");
    }
    f.advance_ms(3);
    f.promote().await;
    f.store.retry(ids[0], some_request()).await.expect("failed");
    f.claim(10).await;
    f.advance_ms(60_000);
    f.expire().await.expect("expires");
    ids
}

/// Reads the whole log in one call.
pub(super) async fn everything(f: &StoreFixture) -> Vec<LogRecord> {
    f.log
        .read_after(Position(0), 1_000_000)
        .await
        .expect("reads")
}
