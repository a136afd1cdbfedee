use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The state of the whole system in one word, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthSummary {
    /// The worst effect of a cause.
    pub status: HealthStatus,
    /// One sentence for people.
    pub summary: String,
    /// What is wrong: the worst first, then the oldest. Empty if the status is `ok`.
    pub causes: Vec<HealthCause>,
    /// When the services and the alerts were checked.
    pub as_of: Timestamp,
}

/// One reason why the system is not ok.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCause {
    /// Its effect: `degraded` or `failing`.
    pub status: HealthStatus,
    /// The condition in one sentence.
    pub summary: String,
    /// Start of the condition, as far as it is known.
    pub since: Timestamp,
    /// The alert rule about the condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    /// The URL of the instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook_url: Option<String>,
    /// What to do first.
    pub action: String,
}

/// The state of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// Nothing is wrong.
    Ok,
    /// Jobs are accepted and run, but something needs attention.
    Degraded,
    /// Jobs are not accepted or not run, or an alert needs attention at once.
    Failing,
}

impl HealthStatus {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }
}
