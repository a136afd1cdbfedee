//! The JSON columns of `jobs`, for values that most jobs do not have. A column without any value is null.

use odd_contracts::{JobError, Progress};
use odd_core::{JobOptions, NewJob};
use serde::{Deserialize, Serialize};

use crate::codec::to_json;

/// Returns the column `options` of a new job, with the idempotency key and the fingerprint of its submission.
pub(crate) fn options_of(new: &NewJob) -> JobOptions {
    JobOptions {
        idempotency_key: new.idempotency_key.clone(),
        fingerprint: new.fingerprint.map(|fingerprint| fingerprint.0),
        ..JobOptions::of(new)
    }
}

/// The column `state` as it is read.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StateColumn {
    #[serde(default)]
    pub(crate) cancel_requested: bool,
    #[serde(default, rename = "parked")]
    pub(crate) dead_lettered: bool,
    #[serde(default)]
    pub(crate) unique_key: Option<String>,
    #[serde(default)]
    pub(crate) error: Option<JobError>,
    #[serde(default)]
    pub(crate) progress: Option<Progress>,
}

/// The column `state` as it is written.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct StateColumnRef<'a> {
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) cancel_requested: bool,
    #[serde(rename = "parked", skip_serializing_if = "is_false")]
    pub(crate) dead_lettered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unique_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<&'a JobError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) progress: Option<&'a Progress>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The payload of a job, from whichever table has it.
pub(crate) const PAYLOAD: &str =
    "coalesce(j.payload, (SELECT p.payload FROM job_payloads p WHERE p.job = j.job))";

/// The longest payload that the job's row contains: SQLite rewrites the whole row at every change.
pub(crate) const SMALL_PAYLOAD_BYTES: usize = 1_024;

/// Returns the text of a JSON column, or null for the default value.
pub(crate) fn column<T: Default + PartialEq + Serialize>(value: &T) -> Option<String> {
    (*value != T::default()).then(|| to_json(value))
}
