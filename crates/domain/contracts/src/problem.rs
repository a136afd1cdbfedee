use serde::{Deserialize, Serialize};

use crate::CorrelationId;

/// The one error format of every HTTP interface: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// A URI reference that names the kind of problem, `/problems/{code}`.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem in a few words; the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and how to mend it.
    pub detail: String,
    /// Stable, for programs.
    pub code: String,
    /// To be quoted when asking for help.
    pub correlation_id: CorrelationId,
    /// What is wrong where, for validation problems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One thing that is wrong in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong and what is wanted.
    pub message: String,
}
