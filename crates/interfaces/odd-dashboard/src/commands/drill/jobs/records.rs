use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::{JobId, JobStatus};
use tokio::time::Instant;

/// Time after which a submission without an answer has stored its jobs, or never will.
const DECIDED_AFTER: Duration = Duration::from_secs(5);

/// What is known about each job.
#[derive(Default)]
pub(super) struct Records(BTreeMap<JobId, Record>);

/// What is known about one job.
#[derive(Clone, Copy)]
pub(super) struct Record {
    submission: Submission,
    /// The last known status.
    status: Option<JobStatus>,
    /// Whether the gateway has accepted its cancellation, or the job had ended before.
    is_cancelled: bool,
}

/// What is known about the submission of a job.
#[derive(Clone, Copy)]
enum Submission {
    Accepted,
    /// The job may have been stored. Since when.
    Unanswered(Instant),
    /// It was not answered, and the gateway does not know the job.
    NeverStored,
}

impl Record {
    /// A job that may have been stored.
    pub(super) fn unanswered() -> Self {
        Self {
            submission: Submission::Unanswered(Instant::now()),
            status: None,
            is_cancelled: false,
        }
    }

    /// A job that is stored and whose status is unknown.
    pub(super) fn accepted() -> Self {
        Self {
            submission: Submission::Accepted,
            ..Self::unanswered()
        }
    }

    fn was_never_stored(&self) -> bool {
        matches!(self.submission, Submission::NeverStored)
    }

    fn is_open(&self) -> bool {
        let has_ended = self.status.is_some_and(JobStatus::is_terminal);
        !has_ended && !self.is_cancelled && !self.was_never_stored()
    }
}

impl Records {
    pub(super) fn set(&mut self, ids: &[JobId], record: Record) {
        self.0.extend(ids.iter().map(|id| (*id, record)));
    }

    pub(super) fn remove(&mut self, ids: &[JobId]) {
        for id in ids {
            self.0.remove(id);
        }
    }

    pub(super) fn note_status(&mut self, id: &JobId, status: JobStatus) {
        if let Some(record) = self.0.get_mut(id) {
            record.submission = Submission::Accepted;
            record.status = Some(status);
        }
    }

    pub(super) fn note_cancellation(&mut self, id: &JobId) {
        if let Some(record) = self.0.get_mut(id) {
            record.submission = Submission::Accepted;
            record.is_cancelled = true;
        }
    }

    /// Records that the gateway does not know a job.
    ///
    /// # Errors
    /// If the job was accepted, or its submission may still be in progress.
    pub(super) fn note_absence(&mut self, id: &JobId) -> Result<(), String> {
        let Some(record) = self.0.get_mut(id) else {
            return Ok(());
        };
        match record.submission {
            Submission::Accepted => Err(format!("the job {id} was accepted and is lost")),
            Submission::Unanswered(since) if since.elapsed() < DECIDED_AFTER => Err(format!(
                "the submission of the job {id} was not answered, and the gateway does not know the job yet"
            )),
            Submission::Unanswered(_) | Submission::NeverStored => {
                record.submission = Submission::NeverStored;
                Ok(())
            }
        }
    }

    /// Returns `true` unless the job has one of the statuses, or was never stored.
    pub(super) fn is_awaited(&self, id: &JobId, expected: &[JobStatus]) -> bool {
        let record = self.0.get(id);
        record.is_some_and(|record| {
            let has_arrived = record
                .status
                .is_some_and(|status| expected.contains(&status));
            !has_arrived && !record.was_never_stored()
        })
    }

    pub(super) fn status_name(&self, id: &JobId) -> &'static str {
        match self.0.get(id) {
            Some(record) if record.was_never_stored() => "never stored",
            Some(Record {
                status: Some(status),
                ..
            }) => status.as_str(),
            _ => "unknown",
        }
    }

    pub(super) fn ids(&self) -> Vec<JobId> {
        self.0.keys().copied().collect()
    }

    /// Returns the jobs that may still wait or run.
    pub(super) fn open(&self) -> Vec<JobId> {
        self.matching(Record::is_open)
    }

    /// Returns the jobs whose last known status is this one.
    pub(super) fn with_status(&self, status: JobStatus) -> Vec<JobId> {
        self.matching(|record| record.status == Some(status))
    }

    fn matching(&self, predicate: impl Fn(&Record) -> bool) -> Vec<JobId> {
        let found = self.0.iter().filter(|(_, record)| predicate(record));
        found.map(|(id, _)| *id).collect()
    }
}
