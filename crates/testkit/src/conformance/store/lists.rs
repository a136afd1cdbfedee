use odd_contracts::{Job, JobId, JobStatus};
use odd_core::ports::{Clock, JobQuery, SortOrder};

use crate::conformance::store_fixture::{some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("jobs are listed by age in both directions", |f| {
        Box::pin(order(f))
    }),
    Check::new("a listing omits payloads and attempts", |f| {
        Box::pin(brief(f))
    }),
    Check::new(
        "pages neither skip nor repeat jobs while jobs are added",
        |f| Box::pin(pages(f)),
    ),
    Check::new("a whole last page ends the listing", |f| {
        Box::pin(last_page(f))
    }),
    Check::new("jobs are found by status", |f| Box::pin(by_status(f))),
    Check::new("jobs are found by type, queue and tag", |f| {
        Box::pin(by_labels(f))
    }),
    Check::new("jobs are found by time of creation", |f| {
        Box::pin(by_time(f))
    }),
    Check::new("filters are combined", |f| Box::pin(combined(f))),
];

/// Returns the query for all jobs, newest first.
pub(super) fn newest(limit: usize) -> JobQuery {
    JobQuery {
        limit,
        ..JobQuery::default()
    }
}

/// Returns the ids on every page of a listing.
async fn pages_of(f: &StoreFixture, mut query: JobQuery) -> Vec<Vec<JobId>> {
    let mut pages = Vec::new();
    for _ in 0..1_000 {
        let page = f.reader.jobs(query.clone()).await.expect("reads");
        assert!(page.jobs.len() <= query.limit);
        pages.push(page.jobs.iter().map(|job| job.id).collect());
        query.cursor = page.next;
        if query.cursor.is_none() {
            return pages;
        }
    }
    panic!("the listing has no end");
}

/// Returns the ids on all pages of a listing.
pub(super) async fn found(f: &StoreFixture, query: JobQuery) -> Vec<JobId> {
    pages_of(f, query).await.concat()
}

async fn submit_many(f: &StoreFixture, count: usize) -> Vec<JobId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(f.submit(r#"{"type":"work"}"#).await);
        f.advance_ms(1);
    }
    ids
}

async fn order(f: StoreFixture) {
    let mut ids = submit_many(&f, 5).await;
    let oldest = JobQuery {
        order: SortOrder::Oldest,
        ..newest(2)
    };
    assert_eq!(found(&f, oldest).await, ids);
    ids.reverse();
    assert_eq!(found(&f, newest(2)).await, ids);
    assert_eq!(found(&f, newest(100)).await, ids);
}

async fn brief(f: StoreFixture) {
    let text =
        r#"{"type":"work","payload":{"a":1},"tags":["t"],"metadata":{"k":"v"},"uniqueKey":"u"}"#;
    let id = f.submit(text).await;
    f.claim_one().await;
    let in_full = f.job(id).await;
    assert_eq!(in_full.attempts.as_ref().map(Vec::len), Some(1));
    let brief = Job {
        payload: None,
        attempts: None,
        ..in_full
    };
    assert_eq!(f.reader.jobs(newest(1)).await.expect("reads").jobs, [brief]);
}

async fn pages(f: StoreFixture) {
    let mut expected = submit_many(&f, 23).await;
    expected.reverse();
    let mut query = newest(4);
    let mut listed = Vec::new();
    loop {
        let page = f.reader.jobs(query.clone()).await.expect("reads");
        listed.extend(page.jobs.iter().map(|job| job.id));
        submit_many(&f, 3).await;
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, expected, "those that were there at the beginning");
}

async fn last_page(f: StoreFixture) {
    submit_many(&f, 6).await;
    let sizes: Vec<usize> = pages_of(&f, newest(3)).await.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 3]);
    assert!(
        found(
            &f,
            JobQuery {
                cursor: Some(0),
                ..newest(3)
            }
        )
        .await
        .is_empty()
    );
}

async fn by_status(f: StoreFixture) {
    let failed = f.failed_job().await;
    let completed = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let cancelled = f.submit(r#"{"type":"work"}"#).await;
    f.store
        .cancel(cancelled, some_request())
        .await
        .expect("waits");
    let executing = f.submit(r#"{"type":"work"}"#).await;
    f.claim_one().await;
    let pending = f.submit(r#"{"type":"work"}"#).await;
    let scheduled = f.submit(r#"{"type":"work","delayMs":9}"#).await;
    let all = [
        (JobStatus::Failed, failed),
        (JobStatus::Completed, completed),
        (JobStatus::Cancelled, cancelled),
        (JobStatus::Executing, executing),
        (JobStatus::Pending, pending),
        (JobStatus::Scheduled, scheduled),
    ];
    let with = |statuses: &[JobStatus]| JobQuery {
        statuses: statuses.to_vec(),
        ..newest(2)
    };
    for (status, id) in all {
        assert_eq!(found(&f, with(&[status])).await, [id]);
    }
    assert!(found(&f, with(&[JobStatus::Retrying])).await.is_empty());
    let some = with(&[
        JobStatus::Failed,
        JobStatus::Pending,
        JobStatus::Retrying,
        JobStatus::Cancelled,
    ]);
    assert_eq!(found(&f, some).await, [pending, cancelled, failed]);
    assert_eq!(found(&f, with(&JobStatus::ALL)).await.len(), all.len());
}

async fn by_labels(f: StoreFixture) {
    let a = f
        .submit(r#"{"type":"a","queue":"x","tags":["red","blue"]}"#)
        .await;
    let b = f.submit(r#"{"type":"b","queue":"x","tags":["red"]}"#).await;
    let c = f.submit(r#"{"type":"a","queue":"y"}"#).await;
    let of_type = |name: &str| JobQuery {
        job_type: Some(name.parse().expect("legal")),
        ..newest(2)
    };
    let in_queue = |name: &str| JobQuery {
        queue: Some(name.parse().expect("legal")),
        ..newest(2)
    };
    let tagged = |tag: &str| JobQuery {
        tags: vec![tag.into()],
        ..newest(2)
    };
    assert_eq!(found(&f, of_type("a")).await, [c, a]);
    assert_eq!(found(&f, in_queue("x")).await, [b, a]);
    assert_eq!(found(&f, tagged("red")).await, [b, a]);
    assert_eq!(found(&f, tagged("blue")).await, [a]);
    assert!(found(&f, tagged("re")).await.is_empty());
    assert!(found(&f, of_type("A")).await.is_empty());
}

async fn by_time(f: StoreFixture) {
    let start = f.clock.now();
    let ids = submit_many(&f, 4).await;
    let between = JobQuery {
        since: Some(start.plus_millis(1)),
        until: Some(start.plus_millis(3)),
        ..newest(10)
    };
    assert_eq!(found(&f, between).await, [ids[2], ids[1]]);
}

async fn combined(f: StoreFixture) {
    let start = f.clock.now();
    let mut expected = None;
    for (job_type, queue, tag) in [
        ("a", "x", "t"),
        ("b", "x", "t"),
        ("a", "y", "t"),
        ("a", "x", "u"),
    ] {
        let text = format!(r#"{{"type":"{job_type}","queue":"{queue}","tags":["{tag}"]}}"#);
        let id = f.submit(&text).await;
        expected.get_or_insert(id);
    }
    let query = JobQuery {
        statuses: vec![JobStatus::Pending],
        job_type: Some("a".parse().expect("legal")),
        queue: Some("x".parse().expect("legal")),
        tags: vec!["t".into()],
        texts: vec!["A".into()],
        since: Some(start),
        until: Some(start.plus_millis(1)),
        order: SortOrder::Oldest,
        ..newest(1)
    };
    assert_eq!(found(&f, query).await, expected.as_slice());
}
