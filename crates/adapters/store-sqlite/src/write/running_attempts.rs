//! The running attempts and their leases. Only this process writes the file, so they are kept in memory; the table
//! `claims` lists the attempts to end after a crash.

use std::sync::Arc;

use foldhash::HashMap;
use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{Lease, StaleLease};

use crate::error::{DbError, DbResult};
use crate::running::{AttemptsByJob, PublishedAttempts, RunningAttempt};

/// The running attempts, including the changes of the current transaction: they are undone if it is rolled back, and
/// published to readers once it is durable.
#[derive(Default)]
pub(super) struct RunningAttempts {
    attempts: AttemptsByJob,
    /// Number of running attempts of each claim.
    claims: HashMap<i64, usize>,
    last_claim: i64,
    /// The jobs that the current transaction changed, with their attempts before the change.
    changes: Vec<(JobId, Option<Arc<RunningAttempt>>)>,
    published: PublishedAttempts,
}

impl RunningAttempts {
    /// Creates an empty set; claims are numbered from `last_claim + 1`.
    pub(super) fn new(last_claim: i64, published: PublishedAttempts) -> Self {
        Self {
            last_claim,
            published,
            ..Self::default()
        }
    }

    pub(super) fn next_claim(&mut self) -> i64 {
        self.last_claim += 1;
        self.last_claim
    }

    pub(super) fn get(&self, id: JobId) -> Option<&Arc<RunningAttempt>> {
        self.attempts.get(&id)
    }

    /// Returns the attempt of a lease.
    ///
    /// # Errors
    /// When the attempt has ended.
    pub(super) fn leased(&self, lease: Lease) -> Result<Arc<RunningAttempt>, StaleLease> {
        self.get(lease.job_id)
            .filter(|attempt| attempt.row.state.attempt == lease.attempt)
            .cloned()
            .ok_or(StaleLease(lease))
    }

    /// Adds an attempt.
    ///
    /// # Errors
    /// When an attempt of the same job is running: two workers would hold its lease.
    pub(super) fn start(&mut self, attempt: RunningAttempt) -> DbResult<()> {
        if self.attempts.contains_key(&attempt.row.id) {
            return Err(DbError::Inconsistent("a claimed job is already running"));
        }
        *self.claims.entry(attempt.claim).or_default() += 1;
        self.update(attempt);
        Ok(())
    }

    /// Replaces an attempt of the same job.
    pub(super) fn update(&mut self, attempt: RunningAttempt) {
        let id = attempt.row.id;
        let before = self.attempts.insert(id, Arc::new(attempt));
        self.changes.push((id, before));
    }

    /// Removes the attempt of a job. Returns its claim if no other attempt of the claim is running.
    pub(super) fn end(&mut self, id: JobId) -> Option<i64> {
        let attempt = self.attempts.remove(&id)?;
        let claim = attempt.claim;
        self.changes.push((id, Some(attempt)));
        self.remove_from_claim(claim).then_some(claim)
    }

    /// Returns `true` if the claim has no running attempts left.
    fn remove_from_claim(&mut self, claim: i64) -> bool {
        let left = self
            .claims
            .get_mut(&claim)
            .expect("a running attempt is counted by its claim");
        *left -= 1;
        let is_last = *left == 0;
        if is_last {
            self.claims.remove(&claim);
        }
        is_last
    }

    /// Returns up to `limit` attempts whose lease ended before `before`, in order of the acceptance of their jobs.
    pub(super) fn expired(&self, before: Timestamp, limit: usize) -> Vec<Arc<RunningAttempt>> {
        let attempts = self.attempts.values();
        let mut expired: Vec<_> = attempts
            .filter(|attempt| attempt.expires_at < before)
            .collect();
        expired.sort_unstable_by_key(|attempt| attempt.row.job);
        expired.into_iter().take(limit).cloned().collect()
    }

    /// Publishes the changes of a transaction that is durable.
    pub(super) fn publish(&mut self) {
        let attempts = &self.attempts;
        let changed = self.changes.drain(..);
        self.published
            .update(changed.map(|(id, _)| (id, attempts.get(&id).cloned())));
    }

    /// Undoes the changes of a transaction that was rolled back.
    pub(super) fn roll_back(&mut self) {
        while let Some((id, before)) = self.changes.pop() {
            let claim = before.as_ref().map(|attempt| attempt.claim);
            let after = match before {
                Some(attempt) => self.attempts.insert(id, attempt),
                None => self.attempts.remove(&id),
            };
            match (claim, after) {
                (Some(claim), None) => *self.claims.entry(claim).or_default() += 1,
                (None, Some(attempt)) => {
                    self.remove_from_claim(attempt.claim);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::JobStatus;
    use odd_core::{JobState, RetryPolicy};
    use uuid::Uuid;

    use super::*;
    use crate::row::JobRow;

    fn running(number: i64, attempt: u32, claim: i64) -> RunningAttempt {
        let at = Timestamp::from_micros;
        let row = JobRow {
            job: number,
            id: id(number),
            job_type: "work".parse().expect("a type"),
            queue: "q".parse().expect("a queue"),
            priority: 0,
            correlation: odd_contracts::CorrelationId(Uuid::nil()),
            trace: None,
            last_seq: 3,
            updated_at: at(0),
            unique_key: None,
            state: JobState {
                status: JobStatus::Executing,
                version: 3,
                attempt,
                attempt_limit: 5,
                max_attempts: 5,
                run: 1,
                retry: RetryPolicy::default(),
                due_at: at(0),
                started_at: None,
                cancel_requested: false,
                dead_lettered: false,
                error: None,
                progress: None,
            },
        };
        RunningAttempt {
            row,
            worker: "w".into(),
            expires_at: at(number),
            claim,
        }
    }

    fn id(number: i64) -> JobId {
        JobId(Uuid::from_u128(u128::try_from(number).expect("positive")))
    }

    fn attempts(running: &RunningAttempts) -> Vec<Option<u32>> {
        let attempt = |number| running.get(id(number)).map(|found| found.row.state.attempt);
        (1..=3).map(attempt).collect()
    }

    #[test]
    fn changes_of_a_rolled_back_transaction_are_undone_and_not_published() {
        let published = PublishedAttempts::default();
        let mut attempts_now = RunningAttempts::new(0, published.clone());
        attempts_now.start(running(1, 1, 1)).expect("not running");
        attempts_now.start(running(2, 1, 1)).expect("not running");
        attempts_now.publish();

        assert_eq!(attempts_now.end(id(1)), None);
        attempts_now.start(running(1, 2, 2)).expect("ended");
        attempts_now.update(running(2, 9, 1));
        assert_eq!(attempts_now.end(id(2)), Some(1), "the last of its claim");
        attempts_now.start(running(3, 1, 2)).expect("not running");
        assert_eq!(attempts(&attempts_now), [Some(2), None, Some(1)]);
        assert!(published.get(id(3)).is_none());

        attempts_now.roll_back();
        assert_eq!(attempts(&attempts_now), [Some(1), Some(1), None]);
        assert_eq!(attempts_now.end(id(1)), None, "another of its claim runs");
        assert_eq!(attempts_now.end(id(2)), Some(1));
        attempts_now.publish();
        assert!(published.all().is_empty());
    }

    #[test]
    fn a_job_runs_once_at_a_time() {
        let mut attempts = RunningAttempts::new(0, PublishedAttempts::default());
        attempts.start(running(1, 1, 1)).expect("not running");
        attempts.start(running(1, 1, 2)).expect_err("it is running");
        assert_eq!(attempts.end(id(1)), Some(1));
    }

    #[test]
    fn leases_expire_in_the_order_of_acceptance() {
        let mut attempts = RunningAttempts::new(0, PublishedAttempts::default());
        for number in [3, 1, 2] {
            attempts.start(running(number, 1, 1)).expect("not running");
        }
        let at = Timestamp::from_micros;
        let expired = |before, limit| -> Vec<JobId> {
            let expired = attempts.expired(at(before), limit);
            expired.iter().map(|attempt| attempt.row.id).collect()
        };
        assert_eq!(expired(3, 9), [id(1), id(2)]);
        assert_eq!(expired(9, 2), [id(1), id(2)]);
    }
}
