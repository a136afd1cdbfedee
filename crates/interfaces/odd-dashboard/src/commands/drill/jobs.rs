//! The jobs that a drill submits, and what is known about each of them.

mod records;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use odd_contracts::{JobId, JobStatus};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use self::records::{Record, Records};
use crate::commands::deployment::{Answer, Deployment, until};

/// The type of jobs that only have to run.
pub(super) const JOB_TYPE: &str = "echo";

/// The tag of every job of a drill.
pub(super) const TAG: &str = "drill";

/// Requests at the same time.
const PARALLEL: usize = 16;

/// Time between two tries of commands that failed.
const PAUSE: Duration = Duration::from_millis(250);

/// The jobs that a drill has submitted.
pub(super) struct Jobs<'a> {
    deployment: &'a Deployment,
    queue: &'static str,
    records: RefCell<Records>,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(deployment: &'a Deployment, queue: &'static str) -> Self {
        Self {
            deployment,
            queue,
            records: RefCell::default(),
        }
    }

    /// Submits `count` jobs with these members. Returns their ids.
    pub(super) async fn submit(&self, count: usize, members: &Value) -> Result<Vec<JobId>, String> {
        let ids: Vec<_> = (0..count).map(|_| JobId(Uuid::now_v7())).collect();
        let job = |id: &JobId| {
            let mut job = members.clone();
            job["id"] = json!(id);
            job["queue"] = json!(self.queue);
            job["tags"] = json!([TAG]);
            job
        };
        let body = json!({"jobs": ids.iter().map(job).collect::<Vec<_>>()});
        // Recorded before the request, because a lost answer does not mean that nothing was stored.
        self.records.borrow_mut().set(&ids, Record::unanswered());
        let answer = self
            .deployment
            .command(Method::POST, "/jobs/batch", Some(&body));
        let answer = answer.await;
        match answer.as_ref().map(|answer| answer.status) {
            Ok(StatusCode::CREATED) => self.adopt(&ids),
            Ok(refused) if refused.is_client_error() => self.records.borrow_mut().remove(&ids),
            // The gateway may have stored the jobs before the error.
            Ok(_) | Err(_) => self.records.borrow_mut().set(&ids, Record::unanswered()),
        }
        answer?.expect(StatusCode::CREATED)?;
        Ok(ids)
    }

    /// Adds jobs that the gateway has accepted.
    pub(super) fn adopt(&self, ids: &[JobId]) {
        self.records.borrow_mut().set(ids, Record::accepted());
    }

    /// Waits until each of these jobs has one of the statuses. A job that was never stored is not waited for.
    pub(super) async fn wait_for(
        &self,
        ids: &[JobId],
        expected: &[JobStatus],
        deadline: Instant,
    ) -> Result<(), String> {
        let waiting = || {
            let records = self.records.borrow();
            let open = ids.iter().filter(|id| records.is_awaited(id, expected));
            open.copied().collect::<Vec<_>>()
        };
        until(deadline, async || {
            self.refresh(&waiting()).await?;
            let open = waiting();
            let Some(first) = open.first() else {
                return Ok(());
            };
            Err(format!(
                "{} of {} jobs have not reached the expected status; {first} is {}",
                open.len(),
                ids.len(),
                self.records.borrow().status_name(first)
            ))
        })
        .await
    }

    /// Waits until every job has one of the statuses.
    pub(super) async fn wait_for_all(
        &self,
        expected: &[JobStatus],
        deadline: Instant,
    ) -> Result<(), String> {
        let ids = self.records.borrow().ids();
        self.wait_for(&ids, expected, deadline).await
    }

    /// Submits dead letters again. Repeats requests that fail until `deadline`.
    pub(super) async fn replay(&self, ids: &[JobId], deadline: Instant) -> Result<(), String> {
        self.records.borrow_mut().set(ids, Record::accepted());
        let request = |id: &JobId| (Method::POST, format!("/dead-letters/{id}/replay"));
        self.change_dead_letters(ids, request, StatusCode::ACCEPTED, deadline)
            .await
    }

    /// Removes the dead letters of jobs that have failed. Repeats requests that fail until `deadline`. Returns how many.
    pub(super) async fn drop_dead_letters(&self, deadline: Instant) -> Result<usize, String> {
        let ids = self.records.borrow().ids();
        // A job whose status cannot be read is left out.
        let _ = timeout_at(deadline, self.refresh(&ids)).await;
        let failed = self.with_status(JobStatus::Failed);
        let request = |id: &JobId| (Method::DELETE, format!("/dead-letters/{id}"));
        let dropped = self.change_dead_letters(&failed, request, StatusCode::NO_CONTENT, deadline);
        dropped.await.map(|()| failed.len())
    }

    async fn change_dead_letters(
        &self,
        ids: &[JobId],
        request: impl Fn(&JobId) -> (Method, String),
        expected: StatusCode,
        deadline: Instant,
    ) -> Result<(), String> {
        let open = RefCell::new(ids.iter().copied().collect::<BTreeSet<_>>());
        let next = || open.borrow().iter().copied().collect();
        let record = |id: &JobId, answer: Answer| {
            // A request whose answer was lost has changed the dead letter already.
            let is_gone = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::CONFLICT);
            if !is_gone {
                answer.expect(expected)?;
            }
            open.borrow_mut().remove(id);
            Ok(())
        };
        self.send_until_recorded(next, request, record, deadline)
            .await
    }

    /// Cancels every job that has not ended. Repeats requests that fail until `deadline`. Returns how many were cancelled.
    pub(super) async fn cancel_open(&self, deadline: Instant) -> Result<usize, String> {
        let count = Cell::new(0);
        let next = || self.records.borrow().open();
        let request = |id: &JobId| (Method::POST, format!("/jobs/{id}/cancel"));
        let record = |id: &JobId, answer: Answer| {
            match answer.status {
                StatusCode::NOT_FOUND => return self.records.borrow_mut().note_absence(id),
                // It has ended in the meantime.
                StatusCode::CONFLICT => {}
                _ => {
                    answer.expect(StatusCode::ACCEPTED)?;
                    count.set(count.get() + 1);
                }
            }
            self.records.borrow_mut().note_cancellation(id);
            Ok(())
        };
        let cancelled = self.send_until_recorded(next, request, record, deadline);
        match cancelled.await {
            Ok(()) => Ok(count.get()),
            Err(why) => Err(format!("{}: {why}", self.leftovers().unwrap_or_default())),
        }
    }

    /// Tells how many jobs may still wait or run, if any.
    pub(super) fn leftovers(&self) -> Option<String> {
        let count = self.records.borrow().open().len();
        (count > 0).then(|| {
            format!(
                "{count} jobs of the drill may still wait in the queue {}",
                self.queue
            )
        })
    }

    /// Counts the jobs by their last known status.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let records = self.records.borrow();
        let mut counts = BTreeMap::new();
        for id in records.ids() {
            let name = records.status_name(&id).to_owned();
            *counts.entry(name).or_default() += 1;
        }
        counts
    }

    /// Returns the jobs whose last known status is this one.
    pub(super) fn with_status(&self, status: JobStatus) -> Vec<JobId> {
        self.records.borrow().with_status(status)
    }

    /// Returns the number of submitted jobs.
    pub(super) fn len(&self) -> usize {
        self.records.borrow().ids().len()
    }

    /// Queries the status of these jobs. Returns the first failure after all of them.
    async fn refresh(&self, ids: &[JobId]) -> Result<(), String> {
        let queries = stream::iter(ids).map(async |id| self.query(id).await);
        let results = queries.buffer_unordered(PARALLEL);
        let first = results.fold(Ok(()), async |first: Result<(), String>, next| {
            first.and(next)
        });
        first.await
    }

    async fn query(&self, id: &JobId) -> Result<(), String> {
        let answer = self.deployment.gateway(&format!("/jobs/{id}")).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return self.records.borrow_mut().note_absence(id);
        }
        let job = answer.expect(StatusCode::OK)?.json()?;
        let status = serde_json::from_value(job["status"].clone());
        let status = status.map_err(|error| format!("{id}: {error}"))?;
        self.records.borrow_mut().note_status(id, status);
        Ok(())
    }

    /// Sends a request for each job that `next` returns, until it returns none or `deadline` has passed. `record` handles an
    /// answer; after a failure, the request is repeated. Returns the first failure of the last round.
    async fn send_until_recorded(
        &self,
        next: impl Fn() -> Vec<JobId>,
        request: impl Fn(&JobId) -> (Method, String),
        record: impl Fn(&JobId, Answer) -> Result<(), String>,
        deadline: Instant,
    ) -> Result<(), String> {
        loop {
            let open = next();
            if open.is_empty() {
                return Ok(());
            }
            let mut failure = None;
            let send = async |id: &JobId| {
                let (method, path) = request(id);
                (*id, self.deployment.command(method, &path, None).await)
            };
            let mut answers = stream::iter(&open).map(send).buffer_unordered(PARALLEL);
            loop {
                match timeout_at(deadline, answers.next()).await {
                    Ok(Some((id, answer))) => {
                        let recorded = answer.and_then(|answer| record(&id, answer));
                        failure = failure.or(recorded.err());
                    }
                    Ok(None) => break,
                    Err(_) => return Err(failure.unwrap_or("no answer in time".to_owned())),
                }
            }
            if let Some(failure) = failure {
                if Instant::now() + PAUSE >= deadline {
                    return Err(failure);
                }
                sleep(PAUSE).await;
            }
        }
    }
}
