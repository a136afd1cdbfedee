use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The urgency of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// No action is needed.
    Info,
    /// Needs attention within a day.
    Warning,
    /// Needs attention at once.
    Critical,
}

/// The state of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    /// The condition holds, but has not held long enough to fire.
    Pending,
    /// The condition holds.
    Firing,
    /// The condition no longer holds.
    Resolved,
    /// Silenced by an operator.
    Suppressed,
}

/// A condition that needs an operator's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alert {
    /// Identifies the alert while its condition lasts.
    pub id: String,
    /// The rule's name.
    pub name: String,
    /// The urgency.
    pub severity: AlertSeverity,
    /// The state.
    pub state: AlertState,
    /// One sentence for people.
    pub summary: String,
    /// Details for people, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of the instructions for handling the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook_url: Option<String>,
    /// The URL of the dashboard that shows the condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboard_url: Option<String>,
    /// The URL of the list of the jobs that the alert is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs_url: Option<String>,
    /// What to do first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// When the condition began to hold.
    pub starts_at: Timestamp,
    /// When the condition stopped holding; absent while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The end of the silence, if the alert is silenced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced_until: Option<Timestamp>,
    /// Who works on the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<Acknowledgement>,
    /// The rule's labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// Who works on an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acknowledgement {
    /// The name of the token, or `anonymous`.
    pub by: String,
    /// When the alert was acknowledged.
    pub at: Timestamp,
}
