use semver::Version;
use serde::Serialize;

use super::Change;
use crate::Bump;

/// What became of one schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaReport {
    /// Its name.
    pub schema: String,
    /// Its version before; absent when it is new.
    pub base_version: Option<Version>,
    /// Its version now; absent when it vanished.
    pub head_version: Option<Version>,
    /// What its changes ask for; absent when nothing changed.
    pub required_bump: Option<Bump>,
    /// What was raised.
    pub actual_bump: Option<Bump>,
    /// What changed, the gravest first.
    pub changes: Vec<Change>,
    /// What has to be mended.
    pub failures: Vec<String>,
}

/// What became of every schema that is new, gone, changed or renumbered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompatReport {
    /// In order of names.
    pub schemas: Vec<SchemaReport>,
}

impl CompatReport {
    /// Whether every change is announced as it should be.
    pub fn is_compatible(&self) -> bool {
        self.schemas.iter().all(|one| one.failures.is_empty())
    }
}
