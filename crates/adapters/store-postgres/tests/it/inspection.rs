use std::sync::Arc;

use odd_core::SystemClock;
use odd_store_postgres::{PostgresConfig, inspect};
use odd_testkit::{postgres_database, postgres_store_at, producers};

use crate::null_sink::NullSink;
use crate::session::session;

#[tokio::test]
async fn inspection_reports_settings_and_migrations_and_changes_nothing() {
    let url = postgres_database().await;
    let config = PostgresConfig::new(url.clone(), producers());
    let empty = inspect(&config).await.expect("reachable");
    assert_eq!(empty.applied_migration, None);
    let again = inspect(&config).await.expect("reachable");
    assert_eq!(again.applied_migration, None);

    let _store = postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink)).await;
    let prepared = inspect(&config).await.expect("reachable");
    assert_eq!(prepared.applied_migration, Some(prepared.newest_migration));

    let client = session(&url).await;
    let unsafe_commits = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', \
        current_database()); END $$";
    client.batch_execute(unsafe_commits).await.expect("changed");
    let changed = inspect(&config).await.expect("reachable");
    assert_eq!(changed.synchronous_commit, "off");
}
