use odd_testkit::PATIENCE;
use tokio_postgres::{Client, NoTls};

/// Opens a session of its own.
pub(crate) async fn session(url: &str) -> Client {
    let connecting = tokio_postgres::connect(url, NoTls);
    let (client, connection) = connecting.await.expect("the server accepts connections");
    tokio::spawn(connection);
    client
}

/// Waits until a session waits for a lock of this type (`locktype` of `pg_locks`) in this database.
pub(crate) async fn wait_for_waiting(client: &Client, lock_type: &str) {
    const IS_WAITING: &str = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = $1 \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    let is_waiting = async || -> bool {
        let row = client.query_one(IS_WAITING, &[&lock_type]).await;
        row.expect("answers").get(0)
    };
    let waiting = async {
        while !is_waiting().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.expect("it waits");
}
