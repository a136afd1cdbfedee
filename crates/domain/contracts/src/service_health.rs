use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Every configured service and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceList {
    /// In the order of the configuration.
    pub services: Vec<ServiceHealth>,
    /// When they were asked.
    pub as_of: Timestamp,
}

/// How one service stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceHealth {
    /// The role, for example `gateway`.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// Whether it can do its work.
    pub status: ServiceStatus,
    /// Its SemVer version, when it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What is wrong, when something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Whether a service can do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceStatus {
    /// Ready.
    Up,
    /// Alive, but not ready.
    Degraded,
    /// No answer in time.
    Down,
}
