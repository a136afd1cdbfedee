use std::collections::BTreeMap;

use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};

use crate::ports::LogEntry;
use crate::{
    Bucket, BucketKey, Change, FAILURE_RETENTION_MS, FailureSlice, FailureTally, JobEvent,
};

/// Width of a time bucket, in seconds.
pub const BUCKET_SECONDS: i64 = 10;

/// Age at which buckets are dropped, measured from the newest event: 24 hours.
pub const BUCKET_RETENTION_MS: u64 = 24 * 60 * 60 * 1_000;

const BUCKET_MICROS: i64 = BUCKET_SECONDS * 1_000_000;

/// Key by which jobs are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountKey {
    /// Status of the jobs; first, because it decides most comparisons.
    pub status: JobStatus,
    /// Type of the jobs.
    pub job_type: JobType,
    /// Queue of the jobs.
    pub queue: QueueName,
}

/// How many jobs the log knows. Unlike [`CountKey`] counts, these do not depend on the status before a change, so that they
/// tell when the log contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobTally {
    /// Accepted jobs, except those that retention removed.
    pub created: i64,
    /// Ends of runs, except of runs that an operator's retry followed, and those of jobs that retention removed. Each finished
    /// job has one.
    pub finished: i64,
}

/// The fold of log entries into views: changes that a store of views adds to what it has.
///
/// A fold of the whole log does not see the events of pruned jobs. Incremental folds must have the same result, so a
/// `Pruned` entry drops everything before its time except the current counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aggregates {
    /// Time before which stored views are dropped before the changes are added: buckets that start earlier, and the time of
    /// the last event if it is earlier.
    pub whole_since: Option<Timestamp>,
    /// Changes of the counts.
    pub counts: BTreeMap<CountKey, i64>,
    /// Changes of the numbers of jobs.
    pub tally: JobTally,
    /// Additions to the buckets.
    pub buckets: BTreeMap<BucketKey, Bucket>,
    /// Additions to the failures, by the start of their slice.
    pub failures: BTreeMap<Timestamp, FailureSlice>,
    /// Time of the newest event.
    pub last_event_at: Option<Timestamp>,
}

impl Aggregates {
    /// Folds one entry.
    pub fn fold(&mut self, entry: &LogEntry) {
        match entry {
            LogEntry::Event(event) => self.fold_event(event),
            LogEntry::Pruned {
                job_type,
                queue,
                status,
                count,
                before,
            } => {
                let key = CountKey {
                    job_type: job_type.clone(),
                    queue: queue.clone(),
                    status: *status,
                };
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                *self.counts.entry(key).or_default() -= count;
                self.tally.created -= count;
                self.tally.finished -= count;
                self.drop_before(*before);
            }
        }
    }

    /// Drops what is older than its retention or beyond its limit, as stores of views do too: folding a whole log needs no
    /// more memory than its views. Only for a fold from the start of the log.
    pub fn drop_old(&mut self) {
        if let Some(newest) = self.last_event_at {
            let horizon = newest.minus_millis(BUCKET_RETENTION_MS);
            self.buckets.retain(|key, _| key.start >= horizon);
            let horizon = newest.minus_millis(FAILURE_RETENTION_MS);
            self.failures.retain(|start, _| *start >= horizon);
        }
        self.failures.values_mut().for_each(FailureSlice::limit);
    }

    fn drop_before(&mut self, before: Timestamp) {
        self.whole_since = self.whole_since.max(Some(before));
        self.buckets.retain(|key, _| key.start >= before);
        self.failures.retain(|start, _| *start >= before);
        self.last_event_at = self.last_event_at.filter(|at| *at >= before);
    }

    fn fold_event(&mut self, event: &JobEvent) {
        self.last_event_at = self.last_event_at.max(Some(event.occurred_at));
        self.count(event, event.change.status(), 1);
        if let Some(previous) = event.previous_status {
            self.count(event, previous, -1);
        }
        self.tally(event);
        if let Some(failure) = FailureTally::of(event) {
            let start = FailureSlice::start_of(event.occurred_at);
            self.failures.entry(start).or_default().add(failure);
        }
        let micros = event.occurred_at.as_micros();
        let key = BucketKey {
            start: Timestamp::from_micros(micros - micros.rem_euclid(BUCKET_MICROS)),
            job_type: event.job_type.clone(),
        };
        let bucket = self
            .buckets
            .entry(key)
            .or_insert_with_key(|key| Bucket::new(key.clone()));
        fold_into(bucket, event);
    }

    fn tally(&mut self, event: &JobEvent) {
        let leaves_end = event.previous_status.is_some_and(JobStatus::is_terminal);
        match &event.change {
            Change::Created { .. } => self.tally.created += 1,
            Change::Completed { .. } | Change::Failed { .. } | Change::Cancelled { .. } => {
                self.tally.finished += 1;
            }
            Change::Requeued { .. } if leaves_end => self.tally.finished -= 1,
            _ => {}
        }
    }

    fn count(&mut self, event: &JobEvent, status: JobStatus, by: i64) {
        let key = CountKey {
            job_type: event.job_type.clone(),
            queue: event.queue.clone(),
            status,
        };
        *self.counts.entry(key).or_default() += by;
    }
}

fn fold_into(bucket: &mut Bucket, event: &JobEvent) {
    let version = &event.producer.version;
    match &event.change {
        Change::Created { .. } => {
            bucket.submitted += 1;
            bucket.queues.of(&event.queue).submitted += 1;
        }
        Change::Started { wait_ms, .. } => {
            bucket.started += 1;
            bucket.wait.record(*wait_ms);
            bucket.version(version).attempts += 1;
        }
        Change::Retrying { duration_ms, .. } => {
            bucket.retried += 1;
            bucket.run.record(*duration_ms);
            bucket.version(version).failed += 1;
        }
        Change::Completed { duration_ms } => {
            bucket.completed += 1;
            bucket.queues.of(&event.queue).finished += 1;
            bucket.run.record(*duration_ms);
        }
        Change::Failed { duration_ms, .. } => {
            bucket.failed += 1;
            bucket.queues.of(&event.queue).finished += 1;
            if let Some(ms) = duration_ms {
                bucket.run.record(*ms);
                bucket.version(version).failed += 1;
            }
        }
        Change::Cancelled { .. } => {
            bucket.cancelled += 1;
            bucket.queues.of(&event.queue).finished += 1;
        }
        Change::Due | Change::Validated | Change::Progressed { .. } | Change::Requeued { .. } => {}
    }
}
