//! The JSON columns of `jobs`: what most jobs do without. Null where there is nothing to say.

use std::collections::BTreeMap;

use odd_contracts::{JobError, Progress, RetryOverride};
use odd_core::{NewJob, RetryPolicy};
use serde::{Deserialize, Serialize};

use crate::codec::to_json;

/// `options`: what few submissions say. Never changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry: Option<RetryPolicy>,
    /// As submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_override: Option<RetryOverride>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_key: Option<String>,
    /// SHA-256 of the submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<[u8; 32]>,
}

impl Options {
    pub(crate) fn of(new: &NewJob) -> Self {
        Self {
            retry: (new.retry != RetryPolicy::default()).then_some(new.retry),
            retry_override: new.retry_override.clone(),
            tags: new.tags.clone(),
            metadata: new.metadata.clone(),
            idempotency_key: new.idempotency_key.clone(),
            fingerprint: new.fingerprint.map(|fingerprint| fingerprint.0),
        }
    }
}

/// `state`: what befalls few jobs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) cancel_requested: bool,
    /// A dead letter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) parked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unique_key: Option<String>,
    /// Of the last attempt that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<JobError>,
    /// Of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) progress: Option<Progress>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The payload of a job, wherever it stands.
pub(crate) const PAYLOAD: &str =
    "coalesce(j.payload, (SELECT p.payload FROM job_payloads p WHERE p.job = j.job))";

/// The longest payload that stands in the job's row, which is written whole at every change.
pub(crate) const SMALL_PAYLOAD_BYTES: usize = 1_024;

/// The text of a column; nothing, where there is nothing to say.
pub(crate) fn column<T: Default + PartialEq + Serialize>(value: &T) -> Option<String> {
    (*value != T::default()).then(|| to_json(value))
}
