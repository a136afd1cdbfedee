use odd_contracts::{Acceptance, BatchAccepted, Job, JobId, JobSubmission};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::{Client, ClientError};

/// An accepted submission.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The job.
    pub job: Job,
    /// Whether the job is new.
    pub acceptance: Acceptance,
}

impl Client {
    /// Submits one job. When this returns `Ok`, the job is durable.
    ///
    /// # Errors
    /// See [`ClientError`]. After [`ClientError::TimedOut`] only a submission with an id or an idempotency
    /// key can be repeated safely.
    pub async fn submit(
        &self,
        submission: &JobSubmission,
        idempotency_key: Option<&str>,
    ) -> Result<Accepted, ClientError> {
        let mut request = self
            .request(self.gateway(), Method::POST, &["jobs"], &[])
            .json(submission);
        if let Some(key) = idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let response = self.send(self.gateway(), request).await?;
        let acceptance = acceptance(response.status().as_u16(), response.headers());
        Ok(Accepted {
            job: self.gateway().decode(response).await?,
            acceptance,
        })
    }

    /// Submits a batch, which is accepted as a whole or not at all. `body` is the JSON text, so that a caller can pass lines
    /// of a file without parsing them.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn submit_batch(&self, body: bytes::Bytes) -> Result<BatchAccepted, ClientError> {
        let request = self
            .request(self.gateway(), Method::POST, &["jobs", "batch"], &[])
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        self.read(self.gateway(), request).await
    }

    /// Returns a job with its newest 100 attempts from the store, which is always current.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn job(&self, id: JobId) -> Result<Job, ClientError> {
        let path = ["jobs", &id.to_string()];
        let request = self.request(self.gateway(), Method::GET, &path, &[]);
        self.read(self.gateway(), request).await
    }

    /// Cancels a waiting job or asks a running one to stop.
    ///
    /// # Errors
    /// See [`ClientError`]; status 409 when the job is finished.
    pub async fn cancel(&self, id: JobId) -> Result<Job, ClientError> {
        self.command(id, "cancel").await
    }

    /// Starts a new run of a FAILED or CANCELLED job.
    ///
    /// # Errors
    /// See [`ClientError`]; status 409 when the job is neither.
    pub async fn retry(&self, id: JobId) -> Result<Job, ClientError> {
        self.command(id, "retry").await
    }

    async fn command(&self, id: JobId, verb: &str) -> Result<Job, ClientError> {
        let path = ["jobs", &id.to_string(), verb];
        let request = self.request(self.gateway(), Method::POST, &path, &[]);
        self.read(self.gateway(), request).await
    }
}

fn acceptance(status: u16, headers: &HeaderMap) -> Acceptance {
    if headers.contains_key("Unique-Job-Exists") {
        Acceptance::UniqueExists
    } else if status == 201 {
        Acceptance::Created
    } else {
        Acceptance::Replayed
    }
}
