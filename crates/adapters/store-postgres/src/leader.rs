use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use odd_core::ports::ErrorChain;
use tokio::sync::{Notify, watch};
use tokio_postgres::Client;

use crate::connect::{Address, Connection};
use crate::locks;

/// Interval of the leader's heartbeat, and the idle time after which the server ends its session. The session also ends
/// if the process was suspended while its connection stays open.
const HEARTBEAT: Duration = Duration::from_secs(4);
const SESSION_TIMEOUT: Duration = Duration::from_secs(10);

const RECONNECT_DELAY: Duration = Duration::from_secs(1);

/// Tries to lock, and returns the last commit id, which shows whether anything was committed since.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock($1), (SELECT last_value FROM event_commit_ids)";

/// Removes dead rows from the tables that every job passes through; claims would otherwise scan them. The server's own
/// autovacuum runs once a minute at most.
const VACUUM: &str = "VACUUM (TRUNCATE OFF, SKIP_LOCKED) ready_jobs, running_jobs";
const VACUUM_INTERVAL: Duration = Duration::from_secs(2);

/// Campaigns for leadership until dropped, starting when the process first requests it: a process that does no
/// maintenance must not keep others from leading. `leads` is `true` while this process leads.
pub(crate) async fn campaign(
    address: Arc<Address>,
    requested: Arc<Notify>,
    leads: watch::Sender<bool>,
) {
    requested.notified().await;
    loop {
        if let Ok(connection) = address.connect().await {
            run_session(connection, &leads).await;
            leads.send_if_modified(|leads| std::mem::replace(leads, false));
        }
        tokio::time::sleep(RECONNECT_DELAY).await;
    }
}

/// Waits for the lock and holds it until the session ends.
async fn run_session(connection: Connection, leads: &watch::Sender<bool>) {
    let Connection { client, mut driver } = connection;
    let mut messages = poll_fn(move |context| driver.poll_message(context)).boxed();
    tokio::select! {
        _ = hold_leadership(&client, leads) => {}
        () = async { while let Some(Ok(_)) = messages.next().await {} } => {}
    }
}

async fn hold_leadership(client: &Client, leads: &watch::Sender<bool>) -> Option<()> {
    let timeout_ms = SESSION_TIMEOUT.as_millis();
    let set_timeout = format!("SET idle_session_timeout = {timeout_ms}");
    client.batch_execute(&set_timeout).await.ok()?;
    let mut vacuumed = None;
    loop {
        // Polls, because a statement that waits for the lock would hold back the vacuum of the whole database. The
        // query is also the leader's heartbeat.
        let query = client.query_one(TRY_LOCK, &[&locks::LEADER]);
        let row = tokio::time::timeout(HEARTBEAT, query).await.ok()?.ok()?;
        let has_lock: bool = row.try_get(0).ok()?;
        let commits: i64 = row.try_get(1).ok()?;
        let has_changed =
            leads.send_if_modified(|leads| std::mem::replace(leads, has_lock) != has_lock);
        if has_changed && has_lock {
            tracing::info!(
                "this process is the leader: it promotes due jobs, expires leases and prunes"
            );
        }
        if has_lock && vacuumed != Some(commits) {
            vacuumed = Some(commits);
            if let Err(error) = client.batch_execute(VACUUM).await {
                tracing::warn!(
                    error = %ErrorChain(&error),
                    "cannot vacuum the tables of ready and running jobs; claims may become slower"
                );
            }
        }
        let delay = if has_lock { VACUUM_INTERVAL } else { HEARTBEAT };
        tokio::time::sleep(delay).await;
    }
}
