use std::sync::Arc;

use odd_contracts::{EventType, JobStatus};
use odd_core::ports::{Acceptance, Clock};
use odd_core::{Change, NewJob};

use crate::build::new_job;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a submission is stored unchanged", |f| Box::pin(stored(f))),
    Check::new("a submission is recorded as job.created", |f| {
        Box::pin(recorded(f))
    }),
    Check::new("a batch is answered in its order", |f| Box::pin(batch(f))),
    Check::new("an empty batch changes nothing", |f| {
        Box::pin(empty_batch(f))
    }),
    Check::new("concurrent submissions are all stored", |f| {
        Box::pin(concurrent(f))
    }),
    Check::new("a delayed job is SCHEDULED until its time", |f| {
        Box::pin(delayed(f))
    }),
    Check::new("a start time in the past means now", |f| {
        Box::pin(past_start(f))
    }),
];

async fn stored(f: StoreFixture) {
    let new = new_job(
        r#"{"type":"mail.send","payload":{ "to" : "é\u0001", "n": 1.0 },"queue":"slow","priority":-7,"maxAttempts":3,
            "timeoutMs":1234,"retry":{"baseDelayMs":5,"multiplier":1.5},"uniqueKey":"k","tags":["b","a"],
            "metadata":{"z":"1","a":"ü"}}"#,
    );
    let expected = new.accepted(f.clock.now());
    let id = f.submit_job(new).await;
    let found = f.job(id).await;
    assert_eq!(found.attempts.as_deref(), Some(&[][..]));
    assert_eq!(
        found,
        odd_contracts::Job {
            attempts: Some(vec![]),
            ..expected
        }
    );
    assert_eq!(
        found.payload.expect("kept").get(),
        r#"{ "to" : "é\u0001", "n": 1.0 }"#,
        "byte for byte"
    );
}

async fn recorded(f: StoreFixture) {
    let new = new_job(r#"{"type":"work","priority":3}"#);
    let correlation = new.correlation_id;
    let id = f.submit_job(new).await;
    let history = f.history(id).await;
    assert_eq!(history.len(), 1);
    let event = &history[0];
    assert_eq!(event.change.event_type(), EventType::Created);
    assert_eq!(
        event.change,
        Change::Created {
            priority: 3,
            run_at: None
        }
    );
    assert_eq!(
        (event.version, event.attempt, event.previous_status),
        (1, None, None)
    );
    assert_eq!((event.job_id, event.correlation_id), (id, correlation));
    assert_eq!(event.occurred_at, f.clock.now());
    assert_eq!(
        (event.job_type.as_str(), event.queue.as_str()),
        ("work", "default")
    );
    assert_eq!(event.producer.service, "gateway");
}

async fn batch(f: StoreFixture) {
    let jobs: Arc<[NewJob]> = (0..500)
        .map(|n| new_job(&format!(r#"{{"type":"work","payload":{n}}}"#)))
        .collect();
    let answers = f.store.submit(jobs.clone()).await.expect("accepted");
    assert_eq!(answers.len(), jobs.len());
    for (job, answer) in jobs.iter().zip(answers) {
        assert_eq!((answer.id, answer.status), (job.id, JobStatus::Pending));
        assert_eq!(answer.acceptance, Acceptance::Created);
        assert_eq!(f.job(job.id).await.payload, job.payload);
    }
}

async fn empty_batch(f: StoreFixture) {
    let nothing: Arc<[NewJob]> = Arc::new([]);
    assert!(f.store.submit(nothing).await.expect("accepted").is_empty());
    assert!(f.claim(1).await.is_empty());
}

async fn concurrent(f: StoreFixture) {
    let submissions = (0..200).map(|_| f.submit(r#"{"type":"work"}"#));
    let ids = futures_util::future::join_all(submissions).await;
    for id in &ids {
        assert_eq!(f.kinds(*id).await, [EventType::Created]);
    }
    assert_eq!(f.claim(1_000).await.len(), ids.len());
}

async fn delayed(f: StoreFixture) {
    let start = f.clock.now();
    let by_delay = f.submit(r#"{"type":"work","delayMs":1500}"#).await;
    let by_time = f
        .submit(&format!(
            r#"{{"type":"work","runAt":"{}"}}"#,
            start.plus_millis(2_500)
        ))
        .await;
    for (id, millis) in [(by_delay, 1_500), (by_time, 2_500)] {
        let job = f.job(id).await;
        assert_eq!(job.status, JobStatus::Scheduled);
        assert_eq!(job.run_at, Some(start.plus_millis(millis)));
        let run_at = Some(start.plus_millis(millis));
        assert_eq!(
            f.history(id).await[0].change,
            Change::Created {
                priority: 0,
                run_at
            }
        );
    }
    assert!(f.claim(2).await.is_empty());
}

async fn past_start(f: StoreFixture) {
    let id = f
        .submit(&format!(
            r#"{{"type":"work","runAt":"{}"}}"#,
            f.clock.now().minus_millis(1)
        ))
        .await;
    let job = f.job(id).await;
    assert_eq!((job.status, job.run_at), (JobStatus::Pending, None));
    assert_eq!(f.claim_ids(2).await, [id]);
}
