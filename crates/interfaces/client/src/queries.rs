use std::time::Duration;

use odd_contracts::{Explanation, HealthSummary, JobId, JobList, Overview, ServiceList, Stats};
use reqwest::Method;

use crate::{Client, ClientError, JobsQuery};

impl Client {
    /// Returns the number of jobs in each state, as the views count them now.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stats(&self) -> Result<Stats, ClientError> {
        self.query(&["stats"], &[]).await
    }

    /// Returns the number of jobs in each state, as soon as the views include every change that was committed before this
    /// call. After `wait`, which can be up to 10 seconds, the views are returned as they are; `age_ms` tells how old
    /// they are.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stats_when_current(&self, wait: Duration) -> Result<Stats, ClientError> {
        let wait_ms = wait.as_millis().to_string();
        self.query(&["stats"], &[("waitMs", wait_ms)]).await
    }

    /// Returns the figures of the start page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn overview(&self) -> Result<Overview, ClientError> {
        self.query(&["overview"], &[]).await
    }

    /// Returns a page of jobs, without payloads and attempts.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn jobs(&self, jobs: &JobsQuery) -> Result<JobList, ClientError> {
        self.query(&["jobs"], &jobs.parameters()).await
    }

    /// Explains the status of a job, and what it waits for.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn explain(&self, id: JobId) -> Result<Explanation, ClientError> {
        self.query(&["explain", &id.to_string()], &[]).await
    }

    /// Returns every service of the deployment and its health.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn services(&self) -> Result<ServiceList, ClientError> {
        self.query(&["services"], &[]).await
    }

    /// Returns the state of the whole system, and what to do about it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn health_summary(&self) -> Result<HealthSummary, ClientError> {
        self.query(&["health", "summary"], &[]).await
    }

    pub(crate) async fn query<T: serde::de::DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, ClientError> {
        let request = self.request(self.read_model(), Method::GET, path, query);
        self.read(self.read_model(), request).await
    }
}
