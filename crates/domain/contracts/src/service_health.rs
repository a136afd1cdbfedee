use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Every configured service and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceList {
    /// In the order of the configuration.
    pub services: Vec<ServiceHealth>,
    /// When the services were asked.
    pub as_of: Timestamp,
}

/// The state of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceHealth {
    /// The role, for example `gateway`.
    pub name: String,
    /// The URL that it listens on.
    pub url: String,
    /// Whether it can do its work.
    pub status: ServiceStatus,
    /// Its SemVer version, if it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What is wrong. A service can be up without a dependency that is optional.
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
