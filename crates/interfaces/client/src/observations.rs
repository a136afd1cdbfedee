use odd_contracts::{
    JobType, MetricsSnapshot, QueueList, Timeseries, TimeseriesMetric, TimeseriesWindow,
    UiRegistryAnswer, WorkerList,
};

use crate::{Client, ClientError};

impl Client {
    /// Returns every queue and its depth.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn queues(&self) -> Result<QueueList, ClientError> {
        self.query(&["queues"], &[]).await
    }

    /// Returns every worker that reported within the last day.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn workers(&self) -> Result<WorkerList, ClientError> {
        self.query(&["workers"], &[]).await
    }

    /// Returns rates, times and the figures of each job type.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn metrics_snapshot(&self) -> Result<MetricsSnapshot, ClientError> {
        self.query(&["metrics", "snapshot"], &[]).await
    }

    /// Returns one metric over time, of all job types or of one.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn timeseries(
        &self,
        metric: TimeseriesMetric,
        window: TimeseriesWindow,
        job_type: Option<&JobType>,
    ) -> Result<Timeseries, ClientError> {
        let mut query = vec![
            ("metric", metric.as_str().to_owned()),
            ("window", window.as_str().to_owned()),
        ];
        query.extend(job_type.map(|name| ("type", name.to_string())));
        self.query(&["timeseries"], &query).await
    }

    /// Returns the user interfaces that can be opened, and where their list comes from.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ui_registry(&self) -> Result<UiRegistryAnswer, ClientError> {
        self.query(&["ui-registry"], &[]).await
    }
}
