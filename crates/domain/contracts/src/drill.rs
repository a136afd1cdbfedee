use serde::{Deserialize, Serialize};

use crate::JobType;

/// The faults that one process can have in a drill, and those that it has now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DrillFaults {
    /// Identifies the process, so that a client notices when a URL leads to several.
    pub instance_id: String,
    /// Whether the process was started with drills allowed.
    pub allowed: bool,
    /// Every fault that the process supports; empty if drills are not allowed.
    pub faults: Vec<DrillFault>,
}

/// A fault that a process can have in a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DrillFault {
    /// Name of the fault.
    pub name: String,
    /// Whether the fault can be limited to one job type.
    pub takes_job_type: bool,
    /// The fault as it was started; absent while it is not active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<ActiveFault>,
}

/// An active fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActiveFault {
    /// Seconds until the fault ends by itself, rounded up.
    pub remaining_seconds: u64,
    /// The job type that the fault is limited to; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_type: Option<JobType>,
    /// Name of the token that started or extended it, or `anonymous`.
    pub started_by: String,
}

/// The request to start or extend a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrillRequest {
    /// Time after which the fault ends by itself.
    pub seconds: u64,
    /// Limits the fault to one job type, if the fault can be limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_type: Option<JobType>,
}

impl DrillRequest {
    /// Longest time of a fault, in seconds. A client that has lost its connection leaves no broken deployment behind.
    pub const MAX_SECONDS: u64 = 900;
}
