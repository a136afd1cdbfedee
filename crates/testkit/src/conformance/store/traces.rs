use odd_contracts::{JobId, JobStatus, TraceContext};
use odd_core::NewJob;
use odd_core::ports::{EventQuery, LogEntry, LogRecord};

use crate::build::new_job;
use crate::conformance::scenario::everything;
use crate::conformance::store_fixture::{failed_for_now, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a claim returns the trace of its job", |f| {
        Box::pin(claimed(f))
    }),
    Check::new("every event of a job has the trace of the job", |f| {
        Box::pin(every_event(f))
    }),
    Check::new("jobs of one submission keep their own traces", |f| {
        Box::pin(of_one_submission(f))
    }),
    Check::new("the trace of a job outlives other jobs", |f| {
        Box::pin(after_pruning(f))
    }),
];

fn trace(number: u8) -> TraceContext {
    TraceContext::sampled([number; 16], [number; 8]).expect("not zero")
}

fn traced(submission: &str, trace: Option<TraceContext>) -> NewJob {
    NewJob {
        trace,
        ..new_job(submission)
    }
}

/// Returns the traces of the events of `job` among `entries`.
fn traces_of(entries: &[LogRecord], job: JobId) -> Vec<Option<TraceContext>> {
    let traces = entries.iter().filter_map(|record| match &record.entry {
        LogEntry::Event(event) if event.job_id == job => Some(event.trace),
        _ => None,
    });
    traces.collect()
}

async fn claimed(f: StoreFixture) {
    for expected in [Some(trace(1)), None] {
        f.submit_job(traced(r#"{"type":"work"}"#, expected)).await;
        let first = f.claim_one().await;
        assert_eq!(first.trace, expected);
        f.finish(first.lease, failed_for_now()).await.expect("held");
        f.promote().await;
        let second = f.claim_one().await;
        assert_eq!((second.lease.attempt, second.trace), (2, expected));
        f.finish(second.lease, succeeded()).await.expect("held");
    }
}

async fn every_event(f: StoreFixture) {
    let expected = trace(3);
    let submission = r#"{"type":"work","delayMs":5,"tags":["a"]}"#;
    let id = f.submit_job(traced(submission, Some(expected))).await;
    f.advance_ms(5);
    f.promote().await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed_for_now()).await.expect("held");
    f.promote().await;
    f.claim_one().await;
    f.advance_ms(60_000);
    f.expire().await.expect("expires");
    let cancelled = f.store.cancel(id, some_request()).await.expect("waits");
    assert_eq!(cancelled.status, JobStatus::Cancelled);
    let all = everything(&f).await;
    let traces = traces_of(&all, id);
    assert!(traces.len() > 8, "{traces:?}");
    assert!(traces.iter().all(|found| *found == Some(expected)));
    let history = f.log.job_history(id, 100).await.expect("reads");
    assert_eq!(traces_of(&history, id), traces);
    let query = EventQuery {
        limit: 100,
        ..EventQuery::default()
    };
    let (page, _) = f.log.query(query).await.expect("reads");
    assert_eq!(traces_of(&page, id), traces);
}

/// More jobs than the events of one row, so that traces are found in each row.
async fn of_one_submission(f: StoreFixture) {
    let expected = |number: usize| {
        number
            .is_multiple_of(3)
            .then(|| trace((number % 200) as u8 + 1))
    };
    let jobs: Vec<_> = (0..1_200)
        .map(|number| traced(r#"{"type":"work"}"#, expected(number)))
        .collect();
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    f.store.submit(jobs.into()).await.expect("accepted");
    let claimed = f.claim(1_200).await;
    assert_eq!(claimed.len(), 1_200);
    let all = everything(&f).await;
    for (number, id) in ids.into_iter().enumerate() {
        let trace = expected(number);
        let job = claimed.iter().find(|job| job.lease.job_id == id);
        assert_eq!(job.expect("claimed").trace, trace, "job {number}");
        assert_eq!(traces_of(&all, id), [trace; 3], "job {number}");
    }
}

async fn after_pruning(f: StoreFixture) {
    let jobs = [
        traced(r#"{"type":"work"}"#, Some(trace(1))),
        traced(r#"{"type":"later","delayMs":86400000}"#, Some(trace(2))),
    ];
    let [old, young] = [jobs[0].id, jobs[1].id];
    f.store.submit(jobs.into()).await.expect("accepted");
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("held");
    f.advance_ms(10);
    let now = odd_core::Clock::now(&*f.clock);
    assert_eq!(f.store.prune(now, 10).await.expect("prunes"), 1);
    assert!(f.history(old).await.is_empty());
    let all = everything(&f).await;
    assert_eq!(traces_of(&all, young), [Some(trace(2))]);
}
