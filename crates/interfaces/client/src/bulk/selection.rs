use odd_contracts::JobId;

use crate::{Client, ClientError, JobsQuery};

/// The jobs that a query found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Their ids, in the order of the list.
    pub jobs: Vec<JobId>,
    /// More jobs may match: a limit was reached.
    pub has_more: bool,
}

/// How far a query is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionLimits {
    /// Most jobs.
    pub jobs: usize,
    /// Most pages: the server bounds how many jobs it searches for one page, so pages may be empty.
    pub pages: usize,
}

impl Default for SelectionLimits {
    fn default() -> Self {
        Self {
            jobs: 10_000,
            pages: 2_000,
        }
    }
}

impl Client {
    /// Follows all pages of a query, from its cursor on. `on_page` receives the number of jobs that were found so far.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn select_jobs(
        &self,
        query: &JobsQuery,
        limits: SelectionLimits,
        mut on_page: impl FnMut(usize),
    ) -> Result<Selection, ClientError> {
        let mut query = query.clone();
        let mut selection = Selection::default();
        for _ in 0..limits.pages {
            let page = self.jobs(&query).await?;
            selection.jobs.extend(page.jobs.iter().map(|job| job.id));
            query.cursor = page.next_cursor;
            on_page(selection.jobs.len().min(limits.jobs));
            selection.has_more = query.cursor.is_some() || selection.jobs.len() > limits.jobs;
            if query.cursor.is_none() || selection.jobs.len() >= limits.jobs {
                break;
            }
        }
        selection.jobs.truncate(limits.jobs);
        Ok(selection)
    }
}
