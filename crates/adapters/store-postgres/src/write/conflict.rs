use odd_core::ports::ErrorChain;

use crate::error::DbResult;

/// Most attempts of one transaction.
const MAX_ATTEMPTS: usize = 8;

/// Runs `work` again while it conflicts with concurrent transactions, a bounded number of times.
pub(crate) async fn with_retries<T, R>(work: impl Fn() -> R) -> DbResult<T>
where
    R: Future<Output = DbResult<T>>,
{
    for _ in 1..MAX_ATTEMPTS {
        match work().await {
            Err(error) if error.is_conflict() => {
                tracing::debug!(error = %ErrorChain(&error), "retrying a transaction after a conflict");
            }
            outcome => return outcome,
        }
    }
    work().await
}
