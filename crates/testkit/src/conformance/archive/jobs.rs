use odd_contracts::{Job, JobError, JobStatus};
use odd_core::ports::{ArchivedJob, Clock, JobQuery, SortOrder};

use super::ArchiveFixture;
use crate::conformance::scenario::run_one_of_each_event;
use crate::conformance::store_fixture::some_request;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<ArchiveFixture>] = &[
    Check::new("archived jobs equal the jobs of the store", |f| {
        Box::pin(as_in_the_store(f))
    }),
    Check::new("archived jobs change with their events", |f| {
        Box::pin(move_on(f))
    }),
    Check::new("archived jobs are listed by age in both directions", |f| {
        Box::pin(order(f))
    }),
    Check::new("archived jobs are found by the data of their events", |f| {
        Box::pin(filters(f))
    }),
];

pub(super) fn query(limit: usize) -> JobQuery {
    JobQuery {
        limit,
        ..JobQuery::default()
    }
}

/// Reads all pages of a listing of the archive.
pub(super) async fn archived(f: &ArchiveFixture, mut query: JobQuery) -> Vec<ArchivedJob> {
    let mut found = Vec::new();
    for _ in 0..1_000 {
        let page = f.archive.jobs(query.clone()).await.expect("reads");
        assert!(page.jobs.len() <= query.limit);
        found.extend(page.jobs);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return found;
        }
    }
    panic!("the listing has no end");
}

/// Returns the expected archived job. The store records an attempt that was lost with its worker and is followed by
/// another as a failure, but its event does not: only errors of FAILED jobs can be compared.
fn as_archived(job: &Job) -> ArchivedJob {
    ArchivedJob {
        id: job.id,
        job_type: job.job_type.clone(),
        queue: job.queue.clone(),
        status: job.status,
        version: job.version,
        priority: job.priority,
        attempt: job.attempt,
        created_at: job.created_at,
        updated_at: job.updated_at,
        run_at: job.run_at,
        started_at: job.started_at,
        finished_at: job.finished_at,
        correlation_id: job.correlation_id,
        error: error_of_failed(job.status, job.error.clone()),
    }
}

fn error_of_failed(status: JobStatus, error: Option<JobError>) -> Option<JobError> {
    error.filter(|_| status == JobStatus::Failed)
}

/// Runs jobs that together have every type of event, and leaves none ready.
async fn run_to_the_end(store: &StoreFixture) {
    for id in run_one_of_each_event(store).await {
        // Terminal jobs do not change.
        let _ = store.store.cancel(id, some_request()).await;
    }
}

/// Checks that archive and store list the same jobs.
async fn compare(f: &ArchiveFixture, store: &StoreFixture, asked: JobQuery) {
    let everything = JobQuery {
        limit: 10_000,
        ..asked.clone()
    };
    let page = store.reader.jobs(everything).await.expect("reads");
    let expected: Vec<ArchivedJob> = page.jobs.iter().map(as_archived).collect();
    let mut found = archived(f, asked).await;
    for job in &mut found {
        job.error = error_of_failed(job.status, job.error.take());
    }
    assert_eq!(found, expected);
}

async fn as_in_the_store(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    for _ in 0..2 {
        run_to_the_end(&store).await;
        f.follow(&store).await;
        compare(&f, &store, query(100)).await;
    }
    run_one_of_each_event(&store).await;
    f.follow(&store).await;
    compare(&f, &store, query(100)).await;
}

async fn move_on(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    let id = store
        .submit(r#"{"type":"work","maxAttempts":1,"delayMs":5}"#)
        .await;
    let mut statuses = Vec::new();
    for step in 0..4 {
        match step {
            1 => {
                store.advance_ms(5);
                store.promote().await;
            }
            2 => drop(store.claim_one().await),
            3 => {
                store.advance_ms(60_000);
                store.expire().await.expect("expires");
            }
            _ => {}
        }
        f.follow(&store).await;
        compare(&f, &store, query(10)).await;
        statuses.push(archived(&f, query(10)).await[0].status);
    }
    assert_eq!(statuses[..2], [JobStatus::Scheduled, JobStatus::Pending]);
    assert_eq!(statuses[2], JobStatus::Executing);
    assert_eq!(statuses[3], store.status(id).await);
}

async fn order(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    run_to_the_end(&store).await;
    run_to_the_end(&store).await;
    f.follow(&store).await;
    for order in [SortOrder::Newest, SortOrder::Oldest] {
        for limit in [3, 16, 1_000] {
            let asked = JobQuery {
                order,
                ..query(limit)
            };
            compare(&f, &store, asked).await;
        }
    }
}

async fn filters(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    run_to_the_end(&store).await;
    store.advance_ms(7);
    let middle = store.clock.now();
    run_to_the_end(&store).await;
    store.submit(r#"{"type":"other","queue":"x"}"#).await;
    f.follow(&store).await;
    let asked = [
        JobQuery {
            statuses: vec![JobStatus::Completed],
            ..query(2)
        },
        JobQuery {
            statuses: vec![JobStatus::Pending, JobStatus::Cancelled],
            ..query(2)
        },
        JobQuery {
            job_type: Some("other".parse().expect("legal")),
            ..query(2)
        },
        JobQuery {
            queue: Some("x".parse().expect("legal")),
            ..query(2)
        },
        JobQuery {
            since: Some(middle),
            ..query(4)
        },
        JobQuery {
            until: Some(middle),
            ..query(4)
        },
        JobQuery {
            dead_letters: true,
            ..query(4)
        },
        JobQuery {
            dead_letters: true,
            statuses: vec![JobStatus::Pending],
            ..query(4)
        },
        JobQuery {
            tags: vec!["none has it".into()],
            ..query(4)
        },
        JobQuery {
            not_types: vec!["other".parse().expect("legal")],
            not_tags: vec!["none has it".into()],
            ..query(2)
        },
        JobQuery {
            not_types: vec!["none".parse().expect("legal")],
            not_queues: vec!["x".parse().expect("legal")],
            ..query(2)
        },
        JobQuery {
            job_type: Some("other".parse().expect("legal")),
            not_types: vec!["other".parse().expect("legal")],
            ..query(2)
        },
    ];
    for asked in asked {
        compare(&f, &store, asked).await;
    }
}
