use odd_contracts::{FailureAnswer, FailureFingerprint, FailureList, Timestamp};

use crate::{Client, ClientError};

/// Selects the groups of a list of failures: those that meet every condition.
#[derive(Debug, Clone, Default)]
pub struct FailuresQuery {
    /// Only failures of jobs of this type.
    pub job_type: Option<String>,
    /// Only kinds that occurred in this queue.
    pub queue: Option<String>,
    /// Only kinds that were last seen at this time or later.
    pub since: Option<Timestamp>,
    /// Largest number of groups, from 1 to 200.
    pub limit: usize,
}

impl Client {
    /// Returns the failures by kind, the latest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn failures(&self, failures: &FailuresQuery) -> Result<FailureList, ClientError> {
        let optional = [
            ("type", failures.job_type.clone()),
            ("queue", failures.queue.clone()),
            ("since", failures.since.map(|since| since.to_string())),
        ];
        let optional = optional.into_iter();
        let mut query: Vec<_> = optional
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        query.push(("limit", failures.limit.to_string()));
        self.query(&["failures"], &query).await
    }

    /// Returns one kind of failure.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 if no such failure is in the history.
    pub async fn failure(
        &self,
        fingerprint: FailureFingerprint,
    ) -> Result<FailureAnswer, ClientError> {
        let fingerprint = fingerprint.to_string();
        self.query(&["failures", &fingerprint], &[]).await
    }
}
