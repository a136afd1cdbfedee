use serde::{Deserialize, Serialize};

use crate::{Alert, EventEnvelope, Job, QueueSummary, Timestamp};

/// A page of jobs, without payloads, results and attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobList {
    /// In the asked order.
    pub jobs: Vec<Job>,
    /// Send it as `cursor` to get the next page; absent on the last one. A page may be short, even empty, and
    /// still have one: searches are bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventList {
    /// Newest first, or in version order where one job's history is shown.
    pub events: Vec<EventEnvelope>,
    /// Send it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Every queue that holds jobs, by name, at most 1,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueList {
    /// By name.
    pub queues: Vec<QueueSummary>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// The active alerts and how they were learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertList {
    /// Most urgent first.
    pub alerts: Vec<Alert>,
    /// Whether the list can be relied on.
    pub source: AlertSource,
}

/// How the source of alerts stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSource {
    /// Whether it answered.
    pub status: AlertSourceStatus,
    /// What went wrong, when something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Whether the source of alerts answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertSourceStatus {
    /// It did; the list is complete.
    Ok,
    /// It did not; an empty list says nothing.
    Unavailable,
    /// There is none.
    NotConfigured,
}
