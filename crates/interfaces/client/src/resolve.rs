use odd_contracts::{Job, JobId};

use crate::{Client, ClientError, JobRef, JobsQuery};

/// Most jobs that an error names.
const CANDIDATES: usize = 5;

/// The server bounds how many jobs it searches for one page, so pages may be empty. This bounds the number of pages.
const MAX_PAGES: usize = 1_000;

/// Why a part of an id does not name one job.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// No job has such an id.
    #[error("no job has an id like {0}")]
    NotFound(JobRef),
    /// Several jobs have such ids.
    #[error("several jobs have ids like {job}")]
    Ambiguous {
        /// The part of the id.
        job: JobRef,
        /// The newest of them, at most five.
        candidates: Vec<Job>,
        /// There are more.
        has_more: bool,
    },
    /// There are too many jobs to search all of them.
    #[error("there are too many jobs to find the ones with ids like {0}")]
    TooManyJobs(JobRef),
    /// The server did not answer the search.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Client {
    /// Returns the id of the job that a reference names. Asks the read-model, except for a whole id: whether a job with
    /// that exists is not checked.
    ///
    /// # Errors
    /// When no job or several jobs match, or the server does not answer.
    pub async fn resolve_job(&self, job: &JobRef) -> Result<JobId, ResolveError> {
        match job {
            JobRef::Id(id) => Ok(*id),
            JobRef::Part { prefix, suffix } => {
                let query = JobsQuery {
                    id_prefix: Some(prefix.clone()),
                    id_suffix: suffix.clone(),
                    limit: CANDIDATES + 1,
                    ..JobsQuery::default()
                };
                only_one(job, self.first_jobs(job, query).await?)
            }
        }
    }

    /// Returns the first jobs of a query, one more than are shown.
    async fn first_jobs(
        &self,
        job: &JobRef,
        mut query: JobsQuery,
    ) -> Result<Vec<Job>, ResolveError> {
        let mut found = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = self.jobs(&query).await?;
            found.extend(page.jobs);
            query.cursor = page.next_cursor;
            if query.cursor.is_none() || found.len() > CANDIDATES {
                return Ok(found);
            }
        }
        Err(ResolveError::TooManyJobs(job.clone()))
    }
}

fn only_one(job: &JobRef, mut found: Vec<Job>) -> Result<JobId, ResolveError> {
    match found.as_slice() {
        [] => Err(ResolveError::NotFound(job.clone())),
        [only] => Ok(only.id),
        _ => {
            let has_more = found.len() > CANDIDATES;
            found.truncate(CANDIDATES);
            Err(ResolveError::Ambiguous {
                job: job.clone(),
                candidates: found,
                has_more,
            })
        }
    }
}
