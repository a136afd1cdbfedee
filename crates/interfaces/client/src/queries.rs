use odd_contracts::{
    Explanation, JobId, JobList, JobStatus, Overview, ServiceList, Stats, Timestamp,
};
use reqwest::Method;

use crate::{Client, ClientError};

/// Which jobs a listing shows.
#[derive(Debug, Clone, Default)]
pub struct JobsQuery {
    /// In any of these statuses; all when empty.
    pub statuses: Vec<JobStatus>,
    /// Of this type.
    pub job_type: Option<String>,
    /// In this queue.
    pub queue: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Containing this text.
    pub text: Option<String>,
    /// Created at or after.
    pub since: Option<Timestamp>,
    /// Created before.
    pub until: Option<Timestamp>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most this many.
    pub limit: usize,
}

impl Client {
    /// How many jobs there are in each state.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stats(&self) -> Result<Stats, ClientError> {
        self.query(&["stats"], &[]).await
    }

    /// What an operator wants to see first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn overview(&self) -> Result<Overview, ClientError> {
        self.query(&["overview"], &[]).await
    }

    /// A page of jobs, without payloads and attempts.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn jobs(&self, jobs: &JobsQuery) -> Result<JobList, ClientError> {
        self.query(&["jobs"], &parameters(jobs)).await
    }

    /// Why a job is where it is.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn explain(&self, id: JobId) -> Result<Explanation, ClientError> {
        self.query(&["explain", &id.to_string()], &[]).await
    }

    /// Every service of the deployment and how it stands.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn services(&self) -> Result<ServiceList, ClientError> {
        self.query(&["services"], &[]).await
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

fn parameters(jobs: &JobsQuery) -> Vec<(&'static str, String)> {
    let mut query = vec![("limit", jobs.limit.to_string())];
    if !jobs.statuses.is_empty() {
        let statuses: Vec<_> = jobs.statuses.iter().map(|status| status.as_str()).collect();
        query.push(("status", statuses.join(",")));
    }
    if jobs.oldest_first {
        query.push(("sort", "createdAt".to_owned()));
    }
    let optional = [
        ("type", jobs.job_type.clone()),
        ("queue", jobs.queue.clone()),
        ("tag", jobs.tag.clone()),
        ("q", jobs.text.clone()),
        ("since", jobs.since.map(|since| since.to_string())),
        ("until", jobs.until.map(|until| until.to_string())),
        ("cursor", jobs.cursor.clone()),
    ];
    query.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    query
}
