use odd_contracts::CorrelationId;
use rusqlite::params;

use super::session::Session;
use super::writer_state::Role;
use crate::error::DbResult;

/// Keeps a message that failed its contract.
pub(crate) fn quarantine(
    session: &mut Session<'_, '_>,
    message: &[u8],
    reason: &str,
    correlation: Option<CorrelationId>,
) -> DbResult<()> {
    let producer = session.state.producer(Role::Processor).producer.clone();
    let inserted = session.execute(
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
    );
    inserted.map(drop)
}
