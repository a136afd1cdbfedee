use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{FailureFingerprint, JobId, JobStatus};
use odd_core::ports::{JobQuery, Maintenance};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{
    ManualClock, PostgresStore, postgres_database, postgres_fixture_of, postgres_store_at,
};
use tokio_postgres::Client;

use crate::null_sink::NullSink;
use crate::session::session;

const HOUR: Duration = Duration::from_secs(3600);

/// A store, and a separate session on its database that makes rows contradict each other.
struct Damage {
    store: PostgresStore,
    fixture: StoreFixture,
    client: Client,
}

impl Damage {
    async fn new() -> Self {
        let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
        let store = postgres_store_at(url.clone(), clock.clone(), Arc::new(NullSink)).await;
        let client = session(&url).await;
        Self {
            fixture: postgres_fixture_of(&store, clock),
            store,
            client,
        }
    }

    /// Sets the status of a job, and nothing that depends on it.
    async fn set_status(&self, job: JobId, status: &str) {
        let sql = "UPDATE jobs SET status = $2 WHERE id = $1";
        let changed = self.client.execute(sql, &[&job.0, &status]).await;
        assert_eq!(changed.expect("the columns exist"), 1);
    }

    async fn count(&self, sql: &str) -> i64 {
        self.client.query_one(sql, &[]).await.expect(sql).get(0)
    }

    async fn status(&self, job: JobId) -> JobStatus {
        let job = self.fixture.reader.job(job).await.expect("reads");
        job.expect("it exists").status
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lease_of_a_job_that_does_not_run_does_not_keep_others_from_expiring() {
    let damage = Damage::new().await;
    let jobs = damage.fixture.submit_batch(2).await;
    assert_eq!(damage.fixture.claim(2).await.len(), 2);
    damage.set_status(jobs[0], "FAILED").await;
    damage.fixture.clock.advance(HOUR);
    // The contradicting lease is the first one, and fills the first batch.
    for processed in [1, 1, 0] {
        assert_eq!(
            damage.store.expire_leases(1).await.expect("runs").leases,
            processed
        );
    }
    assert_eq!(damage.status(jobs[0]).await, JobStatus::Failed);
    assert_eq!(damage.status(jobs[1]).await, JobStatus::Pending);
    let leases = damage.count("SELECT count(*) FROM running_jobs").await;
    assert_eq!(leases, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_time_of_a_job_that_does_not_wait_does_not_keep_others_from_promotion() {
    let damage = Damage::new().await;
    let mut jobs = Vec::new();
    for delay_ms in [1_000, 2_000] {
        let submission = format!(r#"{{"type":"work","delayMs":{delay_ms}}}"#);
        jobs.push(damage.fixture.submit(&submission).await);
    }
    damage.set_status(jobs[0], "CANCELLED").await;
    damage.fixture.clock.advance(HOUR);
    let (promoted, next) = damage.store.promote_due(1).await.expect("runs");
    assert_eq!((promoted, next.is_some()), (1, true));
    let (promoted, next) = damage.store.promote_due(1).await.expect("runs");
    // A due time in the past would make the caller repeat the call without a pause.
    assert_eq!((promoted, next), (1, None));
    assert_eq!(damage.status(jobs[0]).await, JobStatus::Cancelled);
    assert_eq!(damage.status(jobs[1]).await, JobStatus::Pending);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queue_entry_of_a_job_that_is_not_ready_does_not_keep_others_from_claims() {
    let damage = Damage::new().await;
    let jobs = damage.fixture.submit_batch(3).await;
    damage.set_status(jobs[0], "COMPLETED").await;
    assert_eq!(damage.fixture.claim_ids(1).await, [jobs[1]]);
    damage.set_status(jobs[2], "CANCELLED").await;
    assert_eq!(damage.fixture.claim_ids(1).await, []);
    assert_eq!(damage.status(jobs[0]).await, JobStatus::Completed);
    assert_eq!(damage.status(jobs[1]).await, JobStatus::Executing);
    assert_eq!(damage.count("SELECT count(*) FROM ready_jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lease_that_a_ready_job_still_has_is_replaced_by_its_claim() {
    let damage = Damage::new().await;
    let jobs = damage.fixture.submit_batch(2).await;
    let sql = "INSERT INTO running_jobs SELECT job, 'infinity' FROM jobs WHERE id = $1";
    let inserted = damage.client.execute(sql, &[&jobs[0].0]).await;
    assert_eq!(inserted.expect("the columns exist"), 1);
    assert_eq!(damage.fixture.claim_ids(2).await, jobs);
    damage.fixture.clock.advance(HOUR);
    assert_eq!(
        damage.store.expire_leases(10).await.expect("runs").leases,
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_that_an_earlier_version_retried_are_not_listed_by_fingerprint() {
    let damage = Damage::new().await;
    let jobs = damage.fixture.submit_batch(2).await;
    // That version leaves the entries of the failures when jobs run again.
    let enter = "INSERT INTO failed_jobs (fingerprint, job) SELECT 7, job FROM jobs";
    damage.client.execute(enter, &[]).await.expect("inserts");
    damage.set_status(jobs[0], "FAILED").await;
    for id_prefix in [
        None,
        Some(jobs[0].to_string()[..8].parse().expect("digits")),
    ] {
        let query = JobQuery {
            fingerprint: Some(FailureFingerprint(7)),
            id_prefix,
            limit: 10,
            ..JobQuery::default()
        };
        let page = damage.fixture.reader.jobs(query).await.expect("reads");
        let found: Vec<JobId> = page.jobs.iter().map(|job| job.id).collect();
        assert_eq!(found, [jobs[0]]);
    }
}
