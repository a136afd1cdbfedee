use odd_contracts::CorrelationId;

use crate::error::DbResult;
use crate::shared::{Role, Shared};

const INSERT: &str = "\
INSERT INTO parked_messages (parked_at, bytes, reason, correlation, service, version) \
VALUES (coalesce($1::timestamptz, clock_timestamp()), $2, $3, $4, $5, $6)";

/// Stores a message that violates its contract.
pub(crate) async fn quarantine(
    shared: &Shared,
    message: &[u8],
    reason: &str,
    correlation: Option<CorrelationId>,
) -> DbResult<()> {
    let (producer, _) = shared.producer(Role::Processor);
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(INSERT).await?;
    let given = shared.given_time();
    let correlation = correlation.map(|id| id.0);
    client
        .execute(
            &statement,
            &[
                &given,
                &message,
                &reason,
                &correlation,
                &producer.service,
                &producer.version,
            ],
        )
        .await?;
    Ok(())
}
