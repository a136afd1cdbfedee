use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use odd_contracts::JobId;

use super::{BulkAction, BulkOutcome, BulkResult, BulkSummary};
use crate::backoff::Backoff;
use crate::{Client, ClientError};

/// Requests at a time: the most that may take effect after a bulk action was dropped.
pub const CONCURRENCY: usize = 8;

/// Answers lost in a row after which the server counts as away. A crash loses those of all requests that are under way.
const MOST_LOST: usize = 2 * CONCURRENCY;

/// The code of the problem that another unfinished job has the unique key.
const UNIQUE_KEY_HELD: &str = "unique_key_held";

/// Time after which no further request is sent for a job.
const LONGEST: Duration = Duration::from_secs(30);

impl Client {
    /// Sends a command for each job, a few at a time, and reports each result in the order in which they arrive.
    ///
    /// Requests that fail with a transient error are repeated for up to half a minute, see
    /// [`BulkAction::can_be_repeated_after`]. When the server stays away, or refuses the token, the other commands are skipped.
    pub async fn act_on_jobs(
        &self,
        action: BulkAction,
        jobs: &[JobId],
        mut on_result: impl FnMut(&BulkResult),
    ) -> BulkSummary {
        let server = Arc::new(Server::default());
        // Every future owns what it needs: with borrowed parts, the compiler could not prove that it can move to another thread.
        let ids = jobs.iter().copied();
        let commands = ids.map(|id| act(self.clone(), action, id, Arc::clone(&server)));
        let mut results = stream::iter(commands).buffer_unordered(CONCURRENCY);
        let mut summary = BulkSummary::default();
        while let Some(result) = results.next().await {
            summary.add(&result.outcome);
            on_result(&result);
        }
        summary
    }
}

/// What the answers so far tell about the server.
#[derive(Default)]
struct Server {
    /// The next command would fail too.
    is_away: AtomicBool,
    /// Answers that were lost in a row, of commands that are not repeated.
    lost: AtomicUsize,
}

impl Server {
    fn answered(&self) {
        self.lost.store(0, Ordering::Relaxed);
    }

    fn failed(&self, action: BulkAction, error: &ClientError) {
        let is_unclear = error.may_have_taken_effect() && !action.can_be_repeated_after(error);
        let is_away = match is_unclear {
            true => self.lost.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_LOST,
            false => {
                self.answered();
                affects_all(error)
            }
        };
        if is_away {
            self.is_away.store(true, Ordering::Relaxed);
        }
    }
}

async fn act(client: Client, action: BulkAction, id: JobId, server: Arc<Server>) -> BulkResult {
    if server.is_away.load(Ordering::Relaxed) {
        let outcome = BulkOutcome::Skipped;
        return BulkResult { id, outcome };
    }
    let outcome = match send(&client, action, id).await {
        Ok(outcome) => {
            server.answered();
            outcome
        }
        Err(error) => {
            server.failed(action, &error);
            failed(error)
        }
    };
    BulkResult { id, outcome }
}

/// Repeats a command like [`retry_transient`](crate::retry_transient), whose argument cannot move to another thread.
async fn send(client: &Client, action: BulkAction, id: JobId) -> Result<BulkOutcome, ClientError> {
    let started = Instant::now();
    let mut backoff = Backoff::default();
    loop {
        let error = match send_once(client, action, id).await {
            Err(error) if action.can_be_repeated_after(&error) => error,
            sent => return sent,
        };
        match backoff.failed(None) {
            Some(delay) if started.elapsed() + delay < LONGEST => tokio::time::sleep(delay).await,
            _ => return Err(error),
        }
    }
}

async fn send_once(
    client: &Client,
    action: BulkAction,
    id: JobId,
) -> Result<BulkOutcome, ClientError> {
    let job = match action {
        BulkAction::Cancel => client.cancel(id).await?,
        BulkAction::Retry => client.retry(id).await?,
        BulkAction::Replay => client.replay_dead_letter(id).await?,
        BulkAction::Drop => {
            client.drop_dead_letter(id).await?;
            return Ok(BulkOutcome::Dropped);
        }
    };
    Ok(BulkOutcome::Changed(Box::new(job)))
}

/// Returns `true` if the next command would fail in the same way.
fn affects_all(error: &ClientError) -> bool {
    matches!(error.status(), None | Some(401 | 403)) || error.is_transient()
}

fn failed(error: ClientError) -> BulkOutcome {
    match error {
        ClientError::Problem(problem) if problem.code == UNIQUE_KEY_HELD => {
            BulkOutcome::Refused(problem)
        }
        ClientError::Problem(problem) if problem.status == 409 => BulkOutcome::Conflict(problem),
        ClientError::Problem(problem) if problem.status == 404 => BulkOutcome::Missing,
        error => BulkOutcome::Failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_actions_can_run_on_any_thread() {
        fn assert_send<T: Send>(_: fn(&'static Client) -> T) {}
        assert_send(|client| client.act_on_jobs(BulkAction::Cancel, &[], |_| {}));
    }
}
