use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use odd_contracts::{JobId, JobStatus};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use crate::commands::deployment::until;
use crate::commands::deployment::{Answer, Deployment};

/// The type of jobs that only have to run.
pub(super) const JOB_TYPE: &str = "echo";

/// The queue of every job of a drill, so that it does not change the figures of another queue.
pub(super) const QUEUE: &str = "drill";

const TAG: &str = "drill";

/// Requests at the same time.
const PARALLEL: usize = 16;

/// The jobs that a drill has submitted.
pub(super) struct Jobs<'a> {
    deployment: &'a Deployment,
    /// The last known status of each; `None` before it is known.
    statuses: RefCell<BTreeMap<JobId, Option<JobStatus>>>,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        Self {
            deployment,
            statuses: RefCell::default(),
        }
    }

    /// Submits `count` jobs with these members. Returns their ids.
    pub(super) async fn submit(&self, count: usize, members: &Value) -> Result<Vec<JobId>, String> {
        let ids: Vec<_> = (0..count).map(|_| JobId(Uuid::now_v7())).collect();
        let job = |id: &JobId| {
            let mut job = members.clone();
            job["id"] = json!(id);
            job["queue"] = json!(QUEUE);
            job["tags"] = json!([TAG]);
            job
        };
        let body = json!({"jobs": ids.iter().map(job).collect::<Vec<_>>()});
        // Known before the request, because a lost answer does not mean that nothing was stored.
        let unknown = ids.iter().map(|id| (*id, None));
        self.statuses.borrow_mut().extend(unknown);
        let accepted = self
            .deployment
            .command(Method::POST, "/jobs/batch", Some(&body));
        accepted.await?.expect(StatusCode::CREATED)?;
        Ok(ids)
    }

    /// Waits until each of these jobs has one of the statuses.
    pub(super) async fn wait_for(
        &self,
        ids: &[JobId],
        accepted: &[JobStatus],
        deadline: Instant,
    ) -> Result<(), String> {
        let has_arrived = |id: &JobId| {
            let status = self.statuses.borrow().get(id).copied().flatten();
            status.is_some_and(|status| accepted.contains(&status))
        };
        until(deadline, async || {
            let open: Vec<_> = ids.iter().filter(|id| !has_arrived(id)).copied().collect();
            self.refresh(&open).await?;
            let mut open = open.iter().filter(|id| !has_arrived(id));
            let Some(first) = open.next() else {
                return Ok(());
            };
            let status = self.statuses.borrow()[first].map_or("unknown", JobStatus::as_str);
            Err(format!(
                "{} of {} jobs have another status; {first} is {status}",
                open.count() + 1,
                ids.len()
            ))
        })
        .await
    }

    /// Waits until every job has one of the statuses.
    pub(super) async fn wait_for_all(
        &self,
        accepted: &[JobStatus],
        deadline: Instant,
    ) -> Result<(), String> {
        self.wait_for(&self.ids(), accepted, deadline).await
    }

    /// Submits dead letters again.
    pub(super) async fn replay(&self, ids: &[JobId]) -> Result<(), String> {
        let replay = |id: &JobId| format!("/dead-letters/{id}/replay");
        self.forget(ids);
        let replayed = self.post_all(ids, replay, &[StatusCode::ACCEPTED]);
        replayed.await.map(drop)
    }

    /// Cancels every job that has not ended. Returns how many were cancelled.
    pub(super) async fn cancel_open(&self) -> Result<usize, String> {
        let open: Vec<JobId> = self
            .statuses
            .borrow()
            .iter()
            .filter(|(_, status)| !status.is_some_and(JobStatus::is_terminal))
            .map(|(id, _)| *id)
            .collect();
        let cancel = |id: &JobId| format!("/jobs/{id}/cancel");
        // A job may have ended in the meantime, or its submission was lost.
        let expected = [
            StatusCode::ACCEPTED,
            StatusCode::CONFLICT,
            StatusCode::NOT_FOUND,
        ];
        self.post_all(&open, cancel, &expected).await
    }

    /// Counts the jobs by their last known status.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for status in self.statuses.borrow().values() {
            let name = status.map_or("unknown", JobStatus::as_str);
            *counts.entry(name.to_owned()).or_default() += 1;
        }
        counts
    }

    /// Returns the jobs whose last known status is this one.
    pub(super) fn with_status(&self, status: JobStatus) -> Vec<JobId> {
        let statuses = self.statuses.borrow();
        let found = statuses.iter().filter(|(_, known)| **known == Some(status));
        found.map(|(id, _)| *id).collect()
    }

    /// Returns the number of submitted jobs.
    pub(super) fn len(&self) -> usize {
        self.statuses.borrow().len()
    }

    fn ids(&self) -> Vec<JobId> {
        self.statuses.borrow().keys().copied().collect()
    }

    fn forget(&self, ids: &[JobId]) {
        let unknown = ids.iter().map(|id| (*id, None));
        self.statuses.borrow_mut().extend(unknown);
    }

    async fn refresh(&self, ids: &[JobId]) -> Result<(), String> {
        let mut found = stream::iter(ids)
            .map(async |id| (*id, self.status(id).await))
            .buffer_unordered(PARALLEL);
        while let Some((id, status)) = found.next().await {
            self.statuses.borrow_mut().insert(id, Some(status?));
        }
        Ok(())
    }

    async fn status(&self, id: &JobId) -> Result<JobStatus, String> {
        let answer = self.deployment.gateway(&format!("/jobs/{id}")).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Err(format!("the job {id} is lost"));
        }
        let job = answer.expect(StatusCode::OK)?.json()?;
        serde_json::from_value(job["status"].clone()).map_err(|error| format!("{id}: {error}"))
    }

    /// Sends a command for each job, and accepts these statuses. Returns how many were answered with the first of them.
    async fn post_all(
        &self,
        ids: &[JobId],
        path: impl Fn(&JobId) -> String,
        expected: &[StatusCode],
    ) -> Result<usize, String> {
        let mut count = 0;
        let mut answers = stream::iter(ids)
            .map(async |id| self.deployment.command(Method::POST, &path(id), None).await)
            .buffer_unordered(PARALLEL);
        while let Some(answer) = answers.next().await {
            let answer: Answer = answer?;
            count += usize::from(answer.status == expected[0]);
            if !expected.contains(&answer.status) {
                answer.expect(expected[0])?;
            }
        }
        Ok(count)
    }
}
