use odd_contracts::{AttemptLog, JobId};

use crate::{Client, ClientError};

/// Which page of an attempt's log is read.
#[derive(Debug, Clone)]
pub struct AttemptLogQuery {
    /// The job.
    pub job_id: JobId,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// Largest number of lines on the page, 1 to 200.
    pub limit: usize,
}

impl Client {
    /// Returns a page of the log of one attempt.
    ///
    /// # Errors
    /// See [`ClientError`]; status 404 when the job or the attempt does not exist.
    pub async fn attempt_log(&self, log: &AttemptLogQuery) -> Result<AttemptLog, ClientError> {
        let (job, attempt) = (log.job_id.to_string(), log.attempt.to_string());
        let sort = if log.oldest_first { "at" } else { "-at" };
        let mut query = vec![("sort", sort.to_owned()), ("limit", log.limit.to_string())];
        query.extend(log.cursor.clone().map(|cursor| ("cursor", cursor)));
        self.query(&["jobs", &job, "attempts", &attempt, "log"], &query)
            .await
    }
}
