use odd_contracts::CorrelationId;
use rusqlite::params;

use super::DbResult;
use super::session::{Role, Session};

/// Keeps a message that broke its contract.
pub(crate) fn park(
    session: &mut Session<'_, '_>,
    message: &[u8],
    reason: &str,
    correlation: Option<CorrelationId>,
) -> DbResult<()> {
    let producer = session.producer(Role::Processor).clone();
    session
        .change(
            "INSERT INTO parked_messages (parked_at, bytes, reason, correlation, service, version) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                session.now().as_micros(),
                message,
                reason,
                correlation.map(|c| c.0),
                producer.service,
                producer.version
            ],
        )
        .map(drop)
}
