use odd_contracts::JobId;
use odd_core::machine;
use odd_core::ports::{LogEntry, LogRecord};
use uuid::Uuid;

use crate::conformance::scenario::{everything, run_one_of_each_event};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("versions of a job count up from one", |f| {
        Box::pin(versions(f))
    }),
    Check::new(
        "every event starts from the status of the previous one",
        |f| Box::pin(continuous(f)),
    ),
    Check::new("a job's history is its part of the log", |f| {
        Box::pin(part_of_log(f))
    }),
    Check::new("a job has the status of its last event", |f| {
        Box::pin(last_event(f))
    }),
    Check::new("an unknown job has no history", |f| Box::pin(unknown(f))),
];

async fn versions(f: StoreFixture) {
    for id in run_one_of_each_event(&f).await {
        let history = f.history(id).await;
        let versions = history.iter().map(|event| event.version);
        assert!(versions.eq(1..=u32::try_from(history.len()).expect("small")));
    }
}

async fn continuous(f: StoreFixture) {
    for id in run_one_of_each_event(&f).await {
        let mut status = None;
        for event in f.history(id).await {
            assert_eq!(event.previous_status, status);
            let (kind, next) = (event.change.event_type(), event.change.status());
            assert!(machine::is_legal(status, kind, next), "{event:?}");
            status = Some(next);
        }
    }
}

async fn part_of_log(f: StoreFixture) {
    let ids = run_one_of_each_event(&f).await;
    let entries = everything(&f).await;
    let is_of = |recorded: &LogRecord, id: JobId| match &recorded.entry {
        LogEntry::Event(event) => event.job_id == id,
        LogEntry::Pruned { .. } => false,
    };
    for id in ids {
        let history = f.log.job_history(id, 1_000).await.expect("reads");
        let part = entries.iter().filter(|recorded| is_of(recorded, id));
        assert!(history.iter().eq(part));
        assert!(f.log.job_history(id, 2).await.expect("reads").len() <= 2);
    }
}

async fn last_event(f: StoreFixture) {
    for id in run_one_of_each_event(&f).await {
        let job = f.job(id).await;
        let last = f.history(id).await.pop().expect("not empty");
        assert_eq!(
            (job.status, job.version),
            (last.change.status(), last.version)
        );
        assert_eq!(job.updated_at, last.occurred_at);
    }
}

async fn unknown(f: StoreFixture) {
    assert!(f.history(JobId(Uuid::now_v7())).await.is_empty());
}
