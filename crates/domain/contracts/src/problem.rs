use serde::{Deserialize, Serialize};

use crate::CorrelationId;

/// The one error format of every HTTP interface: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI reference that names the kind of problem, `/problems/{code}`.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem in a few words; does not vary between occurrences.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong in this case and how to fix it.
    pub detail: String,
    /// Stable, for programs.
    pub code: String,
    /// Identifies the request in logs and events.
    pub correlation_id: CorrelationId,
    /// What is wrong with which field, for validation problems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// An error in one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong and what is expected.
    pub message: String,
}
