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
    /// Fires, but is silenced by an operator or inhibited by another alert.
    Suppressed,
}

/// A condition that needs an operator's attention. Unknown fields are ignored, so that an older client can read the alerts of a
/// newer server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// When the alert began to fire; for a pending alert, when its condition began to hold.
    pub starts_at: Timestamp,
    /// When the condition began to hold, if the source knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_at: Option<Timestamp>,
    /// When the condition stopped holding; absent while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The end of the silence, if the alert is silenced and the end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced_until: Option<Timestamp>,
    /// The ids of the alerts that inhibit this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inhibited_by: Vec<String>,
    /// Who works on the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<Acknowledgement>,
    /// The rule's labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// Who works on an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgement {
    /// The name of the token, or `anonymous`.
    pub by: String,
    /// When the alert was acknowledged.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_newer_server_are_ignored() {
        let text = r#"{"id": "a", "name": "ServiceDown", "severity": "critical", "state": "firing", "summary": "It is down.",
            "startsAt": "2026-01-01T00:00:00.000000Z", "newer": {"a": 1},
            "acknowledgement": {"by": "anna", "at": "2026-01-01T00:00:01.000000Z", "newer": true}}"#;
        let alert: Alert = serde_json::from_str(text).expect("an alert");
        assert_eq!(
            alert.acknowledgement.map(|it| it.by).as_deref(),
            Some("anna")
        );
    }
}
