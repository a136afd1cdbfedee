//! Lists of more jobs than one page reads.

use odd_contracts::JobStatus;
use odd_core::NewJob;
use odd_core::ports::{JobQuery, SortOrder};
use odd_testkit::build::new_job;
use odd_testkit::conformance::StoreFixture;
use rusqlite::Connection;

use crate::fixture::{empty_directory, open};

/// More jobs than one page reads.
const MANY: usize = 20_500;

/// The jobs that the queries match: some at each end, and the first that a second page reads.
const RARE: [usize; 5] = [0, 1, 499, 20_000, 20_499];

/// Every id begins with these digits.
const PREFIX: &str = "0192f0c1";

fn job(number: usize) -> NewJob {
    let (job_type, tag) = match RARE.contains(&number) {
        true => ("rare", "rare"),
        false => ("work", "frequent"),
    };
    // In an order that differs from that of the jobs.
    let digits = (number * 7_919) % MANY;
    new_job(&format!(
        r#"{{"type":"{job_type}","id":"{PREFIX}-0000-7000-8000-{digits:012x}","tags":["{tag}"]}}"#
    ))
}

/// Creates a store with `MANY` jobs. All are CANCELLED.
async fn store_with_many_jobs() -> (Vec<NewJob>, StoreFixture) {
    let (directory, clock) = empty_directory();
    let (_, fixture) = open(&directory, &clock);
    let jobs: Vec<NewJob> = (0..MANY).map(job).collect();
    for chunk in jobs.chunks(10_000) {
        fixture.store.submit(chunk.into()).await.expect("accepted");
    }
    // As if each had been cancelled, which would take long.
    let file = Connection::open(directory.path().join("store.db")).expect("opens");
    let cancelled = JobStatus::Cancelled as i64 + 2;
    file.execute_batch(&format!(
        "UPDATE jobs SET status = {cancelled}; DELETE FROM ready; \
         INSERT INTO unsuccessful (status, job) SELECT {cancelled}, job FROM jobs"
    ))
    .expect("cancels");
    (jobs, fixture)
}

/// Returns the numbers of the jobs on all pages.
async fn follow(fixture: &StoreFixture, query: &JobQuery, jobs: &[NewJob]) -> Vec<usize> {
    let (mut found, mut cursor) = (Vec::new(), None);
    for _ in 0..20 {
        let query = JobQuery {
            cursor,
            limit: 2,
            ..query.clone()
        };
        let page = fixture.reader.jobs(query).await.expect("a page");
        let number = |id| jobs.iter().position(|job| job.id == id);
        found.extend(page.jobs.iter().map(|job| number(job.id).expect("known")));
        cursor = page.next;
        if cursor.is_none() {
            return found;
        }
    }
    panic!("the list has no end");
}

#[tokio::test]
async fn short_pages_neither_skip_nor_repeat_jobs() {
    let (jobs, fixture) = store_with_many_jobs().await;
    let rare = || JobQuery {
        job_type: Some("rare".parse().expect("legal")),
        ..JobQuery::default()
    };
    let tagged = || JobQuery {
        tags: vec!["rare".to_owned()],
        ..JobQuery::default()
    };
    let cancelled = |query: JobQuery| JobQuery {
        statuses: vec![JobStatus::Cancelled],
        ..query
    };
    let in_range = |query: JobQuery| JobQuery {
        id_prefix: Some(PREFIX.parse().expect("digits")),
        ..query
    };
    let not_frequent = JobQuery {
        not_tags: vec!["frequent".to_owned()],
        ..JobQuery::default()
    };
    let queries = [
        rare(),
        tagged(),
        not_frequent,
        cancelled(rare()),
        cancelled(tagged()),
        in_range(rare()),
        in_range(cancelled(tagged())),
    ];
    for query in queries {
        for order in [SortOrder::Oldest, SortOrder::Newest] {
            let query = JobQuery {
                order,
                ..query.clone()
            };
            let mut expected = RARE.to_vec();
            if order == SortOrder::Newest {
                expected.reverse();
            }
            assert_eq!(follow(&fixture, &query, &jobs).await, expected, "{query:?}");
        }
    }
}
