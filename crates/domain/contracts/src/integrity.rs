use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Whether every accepted job is accounted for, at one position of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integrity {
    /// Jobs that were accepted: those that the history knows, and those that retention removed.
    pub accepted: u64,
    /// Jobs in a terminal status.
    pub finished: u64,
    /// Jobs that are COMPLETED.
    pub completed: u64,
    /// Jobs that are FAILED.
    pub failed: u64,
    /// Jobs that are CANCELLED.
    pub cancelled: u64,
    /// Jobs that are not finished.
    pub in_flight: u64,
    /// Jobs that retention has removed since the store counts them.
    pub removed: u64,
    /// Accepted jobs that are neither finished, in flight nor removed. 0 unless data is lost.
    pub lost: u64,
    /// Runs that ended more than once. 0 unless work is reported twice.
    pub duplicated: u64,
    /// The figures that were compared, with their sources.
    pub evidence: Vec<IntegrityEvidence>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

impl Integrity {
    /// Returns `true` if no job is lost and no run ended more than once.
    pub fn holds(&self) -> bool {
        self.lost == 0 && self.duplicated == 0
    }
}

/// A figure that an [`Integrity`] is based on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrityEvidence {
    /// The name of the figure.
    pub name: String,
    /// Its value.
    pub value: i64,
    /// Where it comes from.
    pub detail: String,
}
