use odd_contracts::Timestamp;
use odd_core::ports::{LogEntry, LogRecord};
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::error::{DbResult, damaged};
use crate::packed::placed;

/// Pruned jobs of one kind, as the column `pruned` has them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrunedJobs {
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: String,
    pub(crate) count: u64,
    pub(crate) before: i64,
}

impl PrunedJobs {
    /// The entries of a commit that ends at `last`, with their places.
    pub(crate) fn placed(all: &[Self], last: i64) -> DbResult<Vec<LogRecord>> {
        let entries: Vec<LogEntry> = all.iter().map(Self::to_entry).collect::<DbResult<_>>()?;
        Ok(placed(entries.into_iter(), last))
    }

    fn to_entry(&self) -> DbResult<LogEntry> {
        let name = |_| damaged("pruned: a name");
        Ok(LogEntry::Pruned {
            job_type: self.job_type.parse().map_err(name)?,
            queue: self.queue.parse().map_err(name)?,
            status: codec::status_named(&self.status)?,
            count: self.count,
            before: Timestamp::from_micros(self.before),
        })
    }
}
