use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, JobType};
use odd_core::AttemptResult;
use odd_core::ports::{
    Admission, ClaimAhead, ClaimRequest, EndedAttempt, JobCommands, JobReader, Leadership,
    Maintenance, WorkQueue,
};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_testkit::build::new_job;
use odd_testkit::{postgres_database, producers};
use tokio_postgres::Client;

use crate::null_sink::NullSink;
use crate::session::session;

const HOUR_MS: u64 = 3_600_000;

/// Longer than the interval at which the store queries the time.
const LIMIT: Duration = Duration::from_secs(30);

struct AdmitAll;

impl Admission for AdmitAll {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

fn request() -> ClaimRequest {
    ClaimRequest {
        worker_id: "worker-1".into(),
        types: None,
        queues: None,
        limit: 10,
        ahead: ClaimAhead::default(),
        lease: LIMIT,
        wait: Duration::ZERO,
        admission: Arc::new(AdmitAll),
    }
}

/// Makes the function that returns the time add an interval that can be set. It takes effect in later sessions.
async fn make_clock_adjustable(client: &Client, database: &str) {
    let sql = format!(
        "CREATE TABLE clock_step (step interval NOT NULL);
         INSERT INTO clock_step VALUES ('0');
         CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
             AS 'SELECT pg_catalog.clock_timestamp() + step FROM public.clock_step';
         ALTER DATABASE {database} SET search_path = public, pg_catalog"
    );
    client.batch_execute(&sql).await.expect("an owner may");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clock_of_a_store_that_only_reads_follows_the_clock_of_the_server() {
    let url = postgres_database().await;
    let client = session(&url).await;
    let (_, database) = url.rsplit_once('/').expect("the URL names a database");
    make_clock_adjustable(&client, database).await;
    let config = PostgresConfig::new(url.clone(), producers());
    let store = PostgresStore::connect(config, Arc::new(NullSink))
        .await
        .expect("the store opens");
    let clock = store.clock();
    let begun = clock.now();

    let step = "UPDATE clock_step SET step = '1 hour'";
    client.batch_execute(step).await.expect("the table exists");
    let is_adjusted = async {
        while clock.now().millis_since(begun) < HOUR_MS {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, is_adjusted)
        .await
        .expect("the clock follows that of the server");
}

/// With two processes, one leads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delays_and_leases_do_not_follow_the_clock_of_the_server_when_it_is_set() {
    for step in ["-1 hour", "1 hour"] {
        let url = postgres_database().await;
        let client = session(&url).await;
        let (_, database) = url.rsplit_once('/').expect("the URL names a database");
        make_clock_adjustable(&client, database).await;
        let open = async || {
            let config = PostgresConfig::new(url.clone(), producers());
            let store = PostgresStore::connect(config, Arc::new(NullSink)).await;
            store.expect("the store opens")
        };
        let (leader, other) = (open().await, open().await);
        leader.wait_for_leadership().await.expect("leads");
        let submit = async |store: &PostgresStore, submission: &str| {
            let jobs = Arc::from([new_job(submission)]);
            store.submit(jobs).await.expect("accepted")[0].id
        };
        let running = submit(&other, r#"{"type":"work","maxAttempts":1}"#).await;
        let claimed = other.claim(request()).await.expect("claims");
        assert_eq!(claimed[0].lease.job_id, running);
        let before = submit(&other, r#"{"type":"work","delayMs":600000}"#).await;

        let set = format!("UPDATE clock_step SET step = '{step}'");
        client.batch_execute(&set).await.expect("the table exists");
        let after = submit(&other, r#"{"type":"work","delayMs":600000}"#).await;
        let soon = submit(&other, r#"{"type":"work","delayMs":100}"#).await;
        // At once, and after every process has noticed the jump.
        for is_noticed in [false, true] {
            if is_noticed {
                let saved = "SELECT FROM store_clock WHERE wall_offset <> 0";
                wait_for_row(&client, saved).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            for store in [&leader, &other] {
                let expired = store.expire_leases(10).await.expect("expires");
                assert_eq!(expired.leases, 0, "{step}, noticed: {is_noticed}");
                store.promote_due(10).await.expect("promotes");
            }
            for delayed in [before, after] {
                let status = other.job(delayed).await.expect("reads").expect("exists");
                assert_eq!(status.status, JobStatus::Scheduled, "{step}");
            }
        }
        let status = other
            .job(soon)
            .await
            .expect("reads")
            .expect("exists")
            .status;
        assert_eq!(status, JobStatus::Pending, "{step}");
        let succeeded = EndedAttempt {
            lease: claimed[0].lease,
            result: AttemptResult::Succeeded { result: None },
        };
        let ended = other.finish([succeeded].into()).await.expect("finishes");
        assert_eq!(ended, [Ok(JobStatus::Completed)]);
    }
}

async fn wait_for_row(client: &Client, query: &str) {
    let found = async {
        while client.query(query, &[]).await.expect("queries").is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, found).await.expect("a row");
}
