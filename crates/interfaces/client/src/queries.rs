use std::time::Duration;

use odd_contracts::{
    Explanation, HealthSummary, Integrity, JobId, JobList, JobType, Overview, ServiceList, Stats,
    TimeseriesWindow, TypeDetail, TypeList,
};
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

    /// Returns the figures of each job type over a window.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn types(&self, window: TimeseriesWindow) -> Result<TypeList, ClientError> {
        let window = ("window", window.to_string());
        self.query(&["types"], &[window]).await
    }

    /// Returns one job type in detail.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 if there is no such type.
    pub async fn job_type(
        &self,
        job_type: &JobType,
        window: TimeseriesWindow,
    ) -> Result<TypeDetail, ClientError> {
        let window = ("window", window.to_string());
        self.query(&["types", job_type.as_str()], &[window]).await
    }

    /// Returns whether every accepted job is accounted for.
    ///
    /// # Errors
    /// See [`ClientError`]; 503 while the views are too far behind to compare them.
    pub async fn integrity(&self) -> Result<Integrity, ClientError> {
        self.query(&["integrity"], &[]).await
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
