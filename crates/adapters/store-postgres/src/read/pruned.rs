use odd_contracts::Timestamp;
use odd_core::ports::{LogEntry, LogRecord};
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::error::{DbResult, damaged};
use crate::packed::log_records;

/// Pruned jobs of one type, queue and status, as stored in the column `pruned`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrunedJobs {
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: String,
    pub(crate) count: u64,
    pub(crate) before: i64,
}

impl PrunedJobs {
    /// Returns the entries of a commit that ends at `last`, with their positions.
    pub(crate) fn log_records(all: &[Self], last: i64) -> DbResult<Vec<LogRecord>> {
        let entries: Vec<LogEntry> = all.iter().map(Self::to_entry).collect::<DbResult<_>>()?;
        Ok(log_records(entries.into_iter(), last))
    }

    fn to_entry(&self) -> DbResult<LogEntry> {
        let name = |_| damaged("a name in the column pruned");
        Ok(LogEntry::Pruned {
            job_type: self.job_type.parse().map_err(name)?,
            queue: self.queue.parse().map_err(name)?,
            status: codec::parse_status(&self.status)?,
            count: self.count,
            before: Timestamp::from_micros(self.before),
        })
    }
}
