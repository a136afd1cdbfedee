use std::sync::Arc;
use std::time::Duration;

use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_testkit::{postgres_database, producers};
use tokio_postgres::Client;

use crate::null_sink::NullSink;
use crate::session::session;

const HOUR_MS: u64 = 3_600_000;

/// Longer than the interval at which the store queries the time.
const LIMIT: Duration = Duration::from_secs(30);

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
