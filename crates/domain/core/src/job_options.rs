use std::collections::BTreeMap;

use odd_contracts::{RetryOverride, Timestamp, TraceContext};
use serde::{Deserialize, Serialize};

use crate::{NewJob, RetryPolicy, StartAt};

/// The parts of a submission that most jobs do not use, as stores keep them in one JSON column. Empty fields are left
/// out; the column never changes after submission.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JobOptions {
    /// The job's retry policy, unless it is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// The retry settings as submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_override: Option<RetryOverride>,
    /// The requested start of a job that does not start on acceptance.
    #[serde(default, skip_serializing_if = "StartAt::is_now")]
    pub start_at: StartAt,
    /// Labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Text values of the client.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// The span that created the job, if its trace is sampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
    /// The client's key for the request, in stores that keep it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// SHA-256 of the submission, in stores that keep it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<[u8; 32]>,
}

impl JobOptions {
    /// Returns the options of a new job, without its idempotency key and fingerprint.
    pub fn of(new: &NewJob) -> Self {
        Self {
            retry: (new.retry != RetryPolicy::default()).then_some(new.retry),
            retry_override: new.retry_override.clone(),
            start_at: new.start_at,
            tags: new.tags.clone(),
            metadata: new.metadata.clone(),
            trace: new.trace,
            idempotency_key: None,
            fingerprint: None,
        }
    }

    /// Returns when a job that was accepted at `accepted_at` should have started: on acceptance, or at the requested time
    /// if that is later.
    pub fn wanted_at(&self, accepted_at: Timestamp) -> Timestamp {
        self.start_at.time(accepted_at).max(accepted_at)
    }

    /// Returns the retry policy of the job.
    pub fn retry_policy(&self) -> RetryPolicy {
        self.retry.unwrap_or_default()
    }
}
