use std::time::Duration;

use odd_client::inert;
use odd_contracts::{EventEnvelope, EventType, Job, JobId, JobStatus, Timestamp};

use crate::format;

/// A job in a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobRow {
    pub(crate) id: JobId,
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: JobStatus,
    pub(crate) version: u32,
    pub(crate) attempt: u32,
    pub(crate) max_attempts: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) run_at: Option<Timestamp>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) progress: Option<f64>,
    pub(crate) tags: Vec<String>,
    /// The last error, or the message of its progress.
    pub(crate) note: String,
}

impl From<&Job> for JobRow {
    fn from(job: &Job) -> Self {
        let message = job.progress.as_ref().and_then(|at| at.message.as_deref());
        // A job that has completed may have an error of an earlier attempt.
        let error = job
            .error
            .as_ref()
            .filter(|_| job.status != JobStatus::Completed);
        let note = error.map(|error| error.message.as_str());
        Self {
            id: job.id,
            job_type: inert(job.job_type.as_str()).into_owned(),
            queue: inert(job.queue.as_str()).into_owned(),
            status: job.status,
            version: job.version,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            created_at: job.created_at,
            run_at: job.run_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            progress: job.progress.as_ref().map(|at| at.fraction),
            tags: job.tags.iter().map(|tag| inert(tag).into_owned()).collect(),
            note: first_line(note.or(message).unwrap_or_default()),
        }
    }
}

impl JobRow {
    /// Applies an event of the job, unless the row is newer. Returns whether the row changed.
    pub(crate) fn apply(&mut self, event: &EventEnvelope) -> bool {
        let payload = &event.payload;
        if payload.version <= self.version {
            return false;
        }
        self.version = payload.version;
        self.status = payload.status;
        self.attempt = payload.attempt.unwrap_or(self.attempt);
        self.run_at = payload.run_at.or(self.run_at);
        match event.event_type {
            EventType::Started => {
                self.started_at = Some(event.occurred_at);
                self.progress = None;
            }
            EventType::Progressed => self.progress = payload.fraction,
            _ => {}
        }
        self.finished_at = payload.status.is_terminal().then_some(event.occurred_at);
        match &payload.message {
            Some(message) => self.note = first_line(message),
            // The error of an earlier attempt.
            None if payload.status == JobStatus::Completed => self.note.clear(),
            None => {}
        }
        true
    }

    /// Returns how long the job ran; `None` before its end.
    pub(crate) fn finished_run_time(&self) -> Option<Duration> {
        Some(format::between(self.started_at?, self.finished_at?))
    }

    /// Returns how long the job has run, or ran; `None` if it has not started.
    pub(crate) fn run_time(&self, now: Timestamp) -> Option<Duration> {
        let started = self.started_at?;
        match (self.status, self.finished_at) {
            (_, Some(finished)) => Some(format::between(started, finished)),
            (JobStatus::Executing, None) => Some(format::between(started, now)),
            _ => None,
        }
    }
}

/// Returns the beginning of a message that fits in a cell.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(200).collect();
    inert(&short).into_owned()
}
