use serde::{Deserialize, Serialize};

use crate::{Alert, EventEnvelope, Job, Timestamp};

/// A page of jobs, without payloads, results and attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobList {
    /// In the requested order.
    pub jobs: Vec<Job>,
    /// Send it as `cursor` to get the next page; absent on the last one. A page may be short, even empty, and
    /// still have one: searches are bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The search stopped at its bound, so that this page is not full although more jobs may match.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopped_at_bound: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Entries of the log that retention removed before an event stream reached them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamGap {
    /// Position of the first removed entry.
    pub first: u64,
    /// Position of the last removed entry.
    pub last: u64,
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventList {
    /// Newest first, or in version order where one job's history is shown.
    pub events: Vec<EventEnvelope>,
    /// Send it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The active alerts, and whether their source answered. Unknown fields are ignored, as those of an [`Alert`] are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertList {
    /// The most urgent first.
    pub alerts: Vec<Alert>,
    /// The state of the source of alerts.
    pub source: AlertSource,
}

/// The state of the source of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertSource {
    /// Whether the source answered.
    pub status: AlertSourceStatus,
    /// What went wrong, if the source did not answer, or not completely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When the source last gave the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
}

/// Whether the source of alerts answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertSourceStatus {
    /// The source answered, and the list is complete.
    Ok,
    /// The list is old, because the source has not been updated since.
    Stale,
    /// The source did not answer; alerts may be missing from the list.
    Unavailable,
    /// No source is configured.
    NotConfigured,
}
