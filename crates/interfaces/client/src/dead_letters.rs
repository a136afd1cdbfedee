use odd_contracts::{Job, JobId, JobList};
use reqwest::Method;

use crate::{Client, ClientError};

impl Client {
    /// Returns a page of dead letters, which are FAILED jobs, newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn dead_letters(
        &self,
        limit: usize,
        cursor: Option<String>,
    ) -> Result<JobList, ClientError> {
        let mut query = vec![("limit", limit.to_string())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let request = self.request(self.gateway(), Method::GET, &["dead-letters"], &query);
        self.read(self.gateway(), request).await
    }

    /// Starts a new run of a dead letter.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn replay_dead_letter(&self, id: JobId) -> Result<Job, ClientError> {
        let path = ["dead-letters", &id.to_string(), "replay"];
        let request = self.request(self.gateway(), Method::POST, &path, &[]);
        self.read(self.gateway(), request).await
    }

    /// Removes a dead letter. The job stays FAILED until retention removes it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn drop_dead_letter(&self, id: JobId) -> Result<(), ClientError> {
        let path = ["dead-letters", &id.to_string()];
        let request = self.request(self.gateway(), Method::DELETE, &path, &[]);
        self.send(self.gateway(), request).await.map(drop)
    }
}
