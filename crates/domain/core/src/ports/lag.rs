use odd_contracts::Timestamp;

use crate::ports::{EventLog, LogEntry, Position, StoreError};

/// Entries read to find the first event among them: entries about pruned jobs carry no time.
const SEARCHED_ENTRIES: usize = 64;

/// How far a consumer of the event log is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    /// Committed entries that the consumer has not processed.
    pub entries: u64,
    /// When the first unprocessed event was recorded. `None` when there is none, or when only entries about pruned
    /// jobs were found.
    pub since: Option<Timestamp>,
    /// A time that is not after the first unprocessed event: the retention limit in the first entry about pruned jobs.
    /// `None` when there is no such entry before the first event.
    pub not_before: Option<Timestamp>,
}

impl Lag {
    /// Compares `position`, up to which a consumer has processed the log, with the end of `log`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn measure(log: &dyn EventLog, position: Position) -> Result<Self, StoreError> {
        let entries = log.head().await?.0.saturating_sub(position.0);
        if entries == 0 {
            return Ok(Self::default());
        }
        let unprocessed = log.read_after(position, SEARCHED_ENTRIES).await?;
        let since = unprocessed.iter().find_map(|record| match &record.entry {
            LogEntry::Event(event) => Some(event.occurred_at),
            LogEntry::Pruned { .. } => None,
        });
        let not_before = match unprocessed.first().map(|record| &record.entry) {
            Some(LogEntry::Pruned { before, .. }) => Some(*before),
            _ => None,
        };
        Ok(Self {
            entries,
            since,
            not_before,
        })
    }
}
