use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};
use odd_contracts::JobId;

use super::{BulkAction, BulkOutcome, BulkResult, BulkSummary};
use crate::backoff::Backoff;
use crate::{Client, ClientError};

/// Requests at a time.
const CONCURRENCY: usize = 8;

impl Client {
    /// Sends a command for each job, a few at a time, and reports each result in the order in which they arrive.
    ///
    /// Requests that fail with a transient error are repeated. When the server stays away, or refuses the token, the other
    /// commands are skipped.
    pub async fn act_on_jobs(
        &self,
        action: BulkAction,
        jobs: &[JobId],
        mut on_result: impl FnMut(&BulkResult),
    ) -> BulkSummary {
        let is_stopped = Arc::new(AtomicBool::new(false));
        // Every future owns what it needs: with borrowed parts, the compiler could not prove that it can move to another thread.
        let ids = jobs.iter().copied();
        let commands = ids.map(|id| act(self.clone(), action, id, Arc::clone(&is_stopped)));
        let mut results = stream::iter(commands).buffer_unordered(CONCURRENCY);
        let mut summary = BulkSummary::default();
        while let Some(result) = results.next().await {
            summary.add(&result.outcome);
            on_result(&result);
        }
        summary
    }
}

async fn act(
    client: Client,
    action: BulkAction,
    id: JobId,
    is_stopped: Arc<AtomicBool>,
) -> BulkResult {
    if is_stopped.load(Ordering::Relaxed) {
        let outcome = BulkOutcome::Skipped;
        return BulkResult { id, outcome };
    }
    let sent = send(&client, action, id).await;
    let outcome = sent.unwrap_or_else(|error| {
        if affects_all(&error) {
            is_stopped.store(true, Ordering::Relaxed);
        }
        outcome(error)
    });
    BulkResult { id, outcome }
}

/// Repeats a command like [`retry_transient`](crate::retry_transient), whose argument cannot move to another thread.
async fn send(client: &Client, action: BulkAction, id: JobId) -> Result<BulkOutcome, ClientError> {
    let mut backoff = Backoff::default();
    loop {
        let error = match action.send(client, id).await {
            Err(error) if error.is_transient() => error,
            sent => return sent,
        };
        match backoff.failed(None) {
            Some(delay) => tokio::time::sleep(delay).await,
            None => return Err(error),
        }
    }
}

/// Returns `true` if the next command would fail in the same way.
fn affects_all(error: &ClientError) -> bool {
    matches!(error.status(), None | Some(401 | 403)) || error.is_transient()
}

fn outcome(error: ClientError) -> BulkOutcome {
    match error {
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
