use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::sync::{Notify, watch};
use tokio_postgres::Client;

use crate::connect::{Address, Connection};
use crate::locks;

/// How often a leader says that it lives, and after which silence the server ends its session: also when the process
/// was stopped, and its connection is as good as ever.
const PULSE: Duration = Duration::from_secs(4);
const SILENCE: Duration = Duration::from_secs(10);

const PAUSE: Duration = Duration::from_secs(1);

/// Asks for the lock; also, whether something was committed since.
const ASK: &str = "SELECT pg_try_advisory_lock($1), (SELECT last_value FROM event_commit_ids)";

/// Cleans up the tables that jobs pass through, or claims would walk past all that are gone. By hand, since the server
/// does so by itself once a minute at most.
const TIDY: &str = "VACUUM (TRUNCATE OFF, SKIP_LOCKED) ready_jobs, running_jobs";
const TIDY_EVERY: Duration = Duration::from_secs(2);

/// Stands for election from when the process first asks to lead until dropped: one that does nothing by time alone must
/// not keep others from it. `leads` tells whether this process leads.
pub(crate) async fn stand(address: Arc<Address>, asked: Arc<Notify>, leads: watch::Sender<bool>) {
    asked.notified().await;
    loop {
        if let Ok(connection) = address.dial().await {
            lead(connection, &leads).await;
            leads.send_if_modified(|leads| std::mem::replace(leads, false));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Asks for the lock until it is free, then keeps it as long as the session lives.
async fn lead(connection: Connection, leads: &watch::Sender<bool>) {
    let Connection { client, mut driver } = connection;
    let mut messages = poll_fn(move |context| driver.poll_message(context)).boxed();
    tokio::select! {
        _ = hold_office(&client, leads) => {}
        () = async { while let Some(Ok(_)) = messages.next().await {} } => {}
    }
}

async fn hold_office(client: &Client, leads: &watch::Sender<bool>) -> Option<()> {
    let silence = format!("SET idle_session_timeout = {}", SILENCE.as_millis());
    client.batch_execute(&silence).await.ok()?;
    let mut tidied = None;
    loop {
        // Asking again and again, since a statement that waits would hold back the clean-up of the whole database.
        // The question is also the leader's sign of life.
        let asked = client.query_one(ASK, &[&locks::LEADER]);
        let answer = tokio::time::timeout(PULSE, asked).await.ok()?.ok()?;
        let has_lock: bool = answer.try_get(0).ok()?;
        let commits: i64 = answer.try_get(1).ok()?;
        let is_news =
            leads.send_if_modified(|leads| std::mem::replace(leads, has_lock) != has_lock);
        if is_news && has_lock {
            tracing::info!("this process does what happens by time alone");
        }
        if has_lock && tidied != Some(commits) {
            tidied = Some(commits);
            if let Err(error) = client.batch_execute(TIDY).await {
                tracing::warn!(%error, "the tables that jobs pass through cannot be cleaned up");
            }
        }
        let pause = if has_lock { TIDY_EVERY } else { PULSE };
        tokio::time::sleep(pause).await;
    }
}
