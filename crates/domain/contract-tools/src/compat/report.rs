use semver::Version;
use serde::Serialize;

use super::Change;
use crate::Bump;

/// The comparison of one schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaReport {
    /// The name of the schema.
    pub schema: String,
    /// The version in the base; absent for a new schema.
    pub base_version: Option<Version>,
    /// The version in the head; absent for a removed schema.
    pub head_version: Option<Version>,
    /// The bump that the changes need; absent without changes.
    pub required_bump: Option<Bump>,
    /// The bump from the base to the head; absent if the version was not raised.
    pub actual_bump: Option<Bump>,
    /// The changes, those with the highest bump first.
    pub changes: Vec<Change>,
    /// What must be fixed.
    pub failures: Vec<String>,
}

/// The comparison of every schema that is new, removed, changed, or has another version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompatReport {
    /// Sorted by name.
    pub schemas: Vec<SchemaReport>,
}

impl CompatReport {
    /// Returns `true` if every version was raised far enough.
    pub fn is_compatible(&self) -> bool {
        self.schemas.iter().all(|one| one.failures.is_empty())
    }
}
