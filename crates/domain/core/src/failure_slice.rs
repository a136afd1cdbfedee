use odd_contracts::{FailureFingerprint, FailureReason, JobId, JobType, QueueName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Change, JobEvent, failure_fingerprint};

/// Width of a slice of the failures, in seconds: an hour.
pub const FAILURE_SLICE_SECONDS: i64 = 3_600;

/// Age at which slices are dropped, measured from the newest event: seven days.
pub const FAILURE_RETENTION_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// Largest number of kinds of failure that one slice records.
pub const MAX_KINDS_PER_SLICE: usize = 100;

/// Characters of a message that are kept.
const MAX_MESSAGE_CHARS: usize = 300;

/// Queues, versions and jobs that are kept of one kind.
const MAX_KEPT: usize = 5;

const SLICE_MICROS: i64 = FAILURE_SLICE_SECONDS * 1_000_000;

/// Failures of one kind within a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureTally {
    /// Identifies the kind.
    pub fingerprint: FailureFingerprint,
    /// Type of the jobs.
    pub job_type: JobType,
    /// Reason of the failures.
    pub reason: FailureReason,
    /// The beginning of the latest failure's message.
    pub message: String,
    /// The first queues in which they occurred.
    pub queues: Vec<QueueName>,
    /// Whether they occurred in further queues.
    pub has_more_queues: bool,
    /// The first versions of producers that recorded them.
    pub versions: Vec<String>,
    /// The latest jobs that failed so, the newest last.
    pub jobs: Vec<JobId>,
    /// Time of the first failure.
    pub first_at: Timestamp,
    /// Time of the latest failure.
    pub last_at: Timestamp,
    /// Number of failures.
    pub occurrences: u64,
}

impl FailureTally {
    /// Returns the tally of the failure that `event` records, if it records one: an attempt that is retried, or a job that
    /// failed.
    pub fn of(event: &JobEvent) -> Option<Self> {
        let (Change::Retrying {
            reason, message, ..
        }
        | Change::Failed {
            reason, message, ..
        }) = &event.change
        else {
            return None;
        };
        Some(Self {
            fingerprint: failure_fingerprint(&event.job_type, *reason, message),
            job_type: event.job_type.clone(),
            reason: *reason,
            message: message.chars().take(MAX_MESSAGE_CHARS).collect(),
            queues: vec![event.queue.clone()],
            has_more_queues: false,
            versions: vec![event.producer.version.clone()],
            jobs: vec![event.job_id],
            first_at: event.occurred_at,
            last_at: event.occurred_at,
            occurrences: 1,
        })
    }

    /// Adds later failures of the same kind.
    pub fn merge(&mut self, later: Self) {
        self.message = later.message;
        let drops_queue = keep_first(&mut self.queues, later.queues);
        self.has_more_queues |= drops_queue || later.has_more_queues;
        keep_first(&mut self.versions, later.versions);
        for job in later.jobs {
            self.jobs.retain(|known| *known != job);
            self.jobs.push(job);
        }
        let surplus = self.jobs.len().saturating_sub(MAX_KEPT);
        self.jobs.drain(..surplus);
        self.first_at = self.first_at.min(later.first_at);
        self.last_at = self.last_at.max(later.last_at);
        self.occurrences += later.occurrences;
    }

    /// Returns `true` if a failure may have occurred in `queue`. All kinds that occurred in more queues than are kept do.
    pub fn may_concern(&self, queue: &QueueName) -> bool {
        self.has_more_queues || self.queues.contains(queue)
    }
}

/// Adds new values while there is room. Returns `true` if one was dropped.
fn keep_first<T: PartialEq>(kept: &mut Vec<T>, later: Vec<T>) -> bool {
    let mut is_dropped = false;
    for value in later {
        if kept.contains(&value) {
            continue;
        }
        match kept.len() < MAX_KEPT {
            true => kept.push(value),
            false => is_dropped = true,
        }
    }
    is_dropped
}

/// The failures of one slice of time, by kind.
///
/// Which kinds a full slice records depends on the order of the log alone, so that incremental folds and rebuilds agree: a
/// slice keeps the kinds that occurred first. [`limit`](Self::limit) drops the others, and may be called only on slices that
/// contain everything since their start. Stores of views write what [`SliceChange::of`](crate::SliceChange::of) computes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FailureSlice {
    /// In the order of their first occurrence in the slice.
    pub tallies: Vec<FailureTally>,
    /// Failures of kinds that the slice does not record.
    pub unlisted: u64,
}

impl FailureSlice {
    /// Returns the start of the slice that contains `at`.
    pub fn start_of(at: Timestamp) -> Timestamp {
        let micros = at.as_micros();
        Timestamp::from_micros(micros - micros.rem_euclid(SLICE_MICROS))
    }

    /// Adds later failures.
    pub fn add(&mut self, later: FailureTally) {
        let same = |tally: &&mut FailureTally| tally.fingerprint == later.fingerprint;
        match self.tallies.iter_mut().find(same) {
            Some(tally) => tally.merge(later),
            None => self.tallies.push(later),
        }
    }

    /// Drops the kinds beyond [`MAX_KINDS_PER_SLICE`], and counts their failures.
    pub fn limit(&mut self) {
        let kept = self.tallies.len().min(MAX_KINDS_PER_SLICE);
        let dropped = self.tallies.drain(kept..);
        self.unlisted += dropped.map(|tally| tally.occurrences).sum::<u64>();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn tally(kind: u64, at: i64) -> FailureTally {
        FailureTally {
            fingerprint: FailureFingerprint(kind),
            job_type: "work".parse().expect("a type"),
            reason: FailureReason::Error,
            message: format!("at {at}"),
            queues: vec![format!("q{}", at % 7).parse().expect("a queue")],
            has_more_queues: false,
            versions: vec![format!("0.{}.0", at % 6)],
            jobs: vec![JobId(uuid::Uuid::from_u128(u128::from(
                at.unsigned_abs() % 8,
            )))],
            first_at: Timestamp::from_micros(at),
            last_at: Timestamp::from_micros(at),
            occurrences: 1,
        }
    }

    #[test]
    fn tally_keeps_first_queues_and_versions_and_the_latest_jobs() {
        let mut merged = tally(1, 0);
        (1..20).for_each(|at| merged.merge(tally(1, at)));
        assert_eq!(merged.message, "at 19");
        let queues: Vec<_> = merged.queues.iter().map(QueueName::as_str).collect();
        assert_eq!(queues, ["q0", "q1", "q2", "q3", "q4"]);
        assert!(merged.has_more_queues);
        let jobs = merged.jobs.iter().map(|job| job.0.as_u128());
        assert_eq!(jobs.collect::<Vec<_>>(), [7, 0, 1, 2, 3]);
        assert_eq!(
            (merged.first_at.as_micros(), merged.last_at.as_micros()),
            (0, 19)
        );
        assert_eq!(merged.occurrences, 20);
    }

    #[test]
    fn kinds_in_more_queues_than_are_kept_may_concern_any() {
        let queue = |n: i64| format!("q{n}").parse::<QueueName>().expect("a queue");
        let mut merged = tally(1, 0);
        (1..5).for_each(|at| merged.merge(tally(1, at)));
        assert!(merged.may_concern(&queue(4)) && !merged.may_concern(&queue(5)));
        let mut part = merged.clone();
        merged.merge(tally(1, 5));
        assert!(merged.may_concern(&queue(5)));
        part.merge(merged);
        assert!(part.may_concern(&queue(5)));
    }

    #[test]
    fn slices_begin_with_the_hour() {
        let start = FailureSlice::start_of(Timestamp::from_micros(SLICE_MICROS * 5 + 1));
        assert_eq!(start, Timestamp::from_micros(SLICE_MICROS * 5));
    }
}
