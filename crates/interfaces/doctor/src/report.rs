use serde::Serialize;

use crate::{Check, CheckStatus};

/// Every check of a checkup, in a shape for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub version: &'static str,
    /// The worst status of all checks.
    pub status: CheckStatus,
    /// The number of checks with each status.
    pub summary: Summary,
    /// By group, and in each group in the order of the probes.
    pub checks: Vec<Check>,
}

/// The number of checks with each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// As they should be.
    pub ok: usize,
    /// That deserve attention.
    pub warn: usize,
    /// That failed.
    pub fail: usize,
    /// That do not apply here.
    pub skipped: usize,
}

impl Report {
    const VERSION: &'static str = "1.0.0";

    /// Sorts and counts checks.
    pub fn new(mut checks: Vec<Check>) -> Self {
        checks.sort_by_key(|check| (check.group, check.position));
        let statuses = checks.iter().map(|check| check.status);
        Self {
            version: Self::VERSION,
            status: statuses.max().unwrap_or(CheckStatus::Ok),
            summary: Summary::of(&checks),
            checks,
        }
    }

    /// Returns `true` when a check failed.
    pub fn has_failures(&self) -> bool {
        self.summary.fail > 0
    }
}

impl Summary {
    fn of(checks: &[Check]) -> Self {
        let count = |status| checks.iter().filter(|check| check.status == status).count();
        Self {
            ok: count(CheckStatus::Ok),
            warn: count(CheckStatus::Warn),
            fail: count(CheckStatus::Fail),
            skipped: count(CheckStatus::Skipped),
        }
    }
}
