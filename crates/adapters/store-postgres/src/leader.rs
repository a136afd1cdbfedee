use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use odd_core::ports::ErrorChain;
use tokio::sync::{Notify, watch};
use tokio_postgres::Client;

use crate::connect::{Address, Connection};
use crate::error::{DbError, DbResult};
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
    // Only the first failure after a working session is logged.
    let mut is_reported = false;
    loop {
        let failure = match address.connect().await {
            Ok(connection) => run_session(connection, &leads, &mut is_reported).await,
            Err(error) => error,
        };
        leads.send_if_modified(|leads| std::mem::replace(leads, false));
        if !std::mem::replace(&mut is_reported, true) {
            tracing::warn!(
                error = %ErrorChain(&failure),
                "this process cannot be the leader without a session on PostgreSQL; reconnecting"
            );
        }
        tokio::time::sleep(RECONNECT_DELAY).await;
    }
}

/// Waits for the lock and holds it until the session ends. Returns why it ended.
async fn run_session(
    connection: Connection,
    leads: &watch::Sender<bool>,
    is_reported: &mut bool,
) -> DbError {
    let Connection { client, mut driver } = connection;
    let messages = poll_fn(move |context| driver.poll_message(context));
    let mut messages = pin!(messages.filter_map(async |message| message.err()));
    tokio::select! {
        Err(error) = hold_leadership(&client, leads, is_reported) => error,
        error = messages.next() => error.map_or(DbError::ConnectionLost, DbError::from),
    }
}

async fn hold_leadership(
    client: &Client,
    leads: &watch::Sender<bool>,
    is_reported: &mut bool,
) -> DbResult<Infallible> {
    let timeout_ms = SESSION_TIMEOUT.as_millis();
    let set_timeout = format!("SET idle_session_timeout = {timeout_ms}");
    client.batch_execute(&set_timeout).await?;
    let mut vacuumed = None;
    loop {
        // Polls, because a statement that waits for the lock would hold back the vacuum of the whole database. The
        // query is also the leader's heartbeat.
        let query = client.query_one(TRY_LOCK, &[&locks::LEADER]);
        let answer = tokio::time::timeout(HEARTBEAT, query).await;
        let row = answer.map_err(|_| DbError::ConnectionLost)??;
        let (has_lock, commits): (bool, i64) = (row.try_get(0)?, row.try_get(1)?);
        *is_reported = false;
        let has_changed =
            leads.send_if_modified(|leads| std::mem::replace(leads, has_lock) != has_lock);
        if has_changed && has_lock {
            tracing::info!(
                "this process is the leader: it promotes due jobs, removes old ones and relays the outbox"
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
