//! The leases of running attempts. This process alone writes the file, so they are kept in memory; the table
//! `claims` says which attempts to end after a crash.

use std::sync::Arc;

use foldhash::HashMap;
use odd_contracts::{JobId, Timestamp};

use super::DbResult;
use super::row::JobRow;
use crate::running::Running;

/// A running attempt.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Its job, EXECUTING. The row in the file may lag behind.
    pub(crate) row: JobRow,
    pub(super) worker: Arc<str>,
    pub(super) expires_at: Timestamp,
    /// The row of `claims` that names it.
    pub(super) claim: i64,
}

impl Held {
    /// Who runs it.
    pub(crate) fn worker(&self) -> &str {
        &self.worker
    }
}

/// What the writer knows of running attempts. Changes are undone when their transaction is, and shown to readers when
/// it is durable.
#[derive(Default)]
pub(super) struct Leases {
    held: HashMap<JobId, Arc<Held>>,
    /// Running attempts of each claim.
    claims: HashMap<i64, usize>,
    last_claim: i64,
    /// What the present transaction changed, and what was there before.
    changes: Vec<(JobId, Option<Arc<Held>>)>,
    shown: Running,
}

impl Leases {
    /// Nothing is held; new claims are numbered after `last_claim`.
    pub(super) fn new(last_claim: i64, shown: Running) -> Self {
        Self {
            last_claim,
            shown,
            ..Self::default()
        }
    }

    pub(super) fn next_claim(&mut self) -> i64 {
        self.last_claim += 1;
        self.last_claim
    }

    pub(super) fn get(&self, id: JobId) -> Option<&Arc<Held>> {
        self.held.get(&id)
    }

    /// Adds an attempt of a job of which none runs.
    ///
    /// # Errors
    /// When one does: two workers would hold the same right.
    pub(super) fn begin(&mut self, held: Held) -> DbResult<()> {
        if self.held.contains_key(&held.row.id) {
            return Err(rusqlite::Error::QueryReturnedMoreThanOneRow);
        }
        *self.claims.entry(held.claim).or_default() += 1;
        self.update(held);
        Ok(())
    }

    /// Replaces what is known of an attempt.
    pub(super) fn update(&mut self, held: Held) {
        let id = held.row.id;
        let before = self.held.insert(id, Arc::new(held));
        self.changes.push((id, before));
    }

    /// Takes the attempt out. Returns its claim, when it was the last of it.
    pub(super) fn release(&mut self, id: JobId) -> Option<i64> {
        let held = self.held.remove(&id)?;
        let claim = held.claim;
        self.changes.push((id, Some(held)));
        self.forget_one(claim).then_some(claim)
    }

    fn forget_one(&mut self, claim: i64) -> bool {
        let left = self
            .claims
            .get_mut(&claim)
            .expect("a held attempt is counted by its claim");
        *left -= 1;
        let is_last = *left == 0;
        if is_last {
            self.claims.remove(&claim);
        }
        is_last
    }

    /// Up to `limit` attempts whose lease ended before `before`, the oldest job first.
    pub(super) fn expired(&self, before: Timestamp, limit: usize) -> Vec<JobId> {
        let mut expired: Vec<(i64, JobId)> = self
            .held
            .values()
            .filter(|held| held.expires_at < before)
            .map(|held| (held.row.job, held.row.id))
            .collect();
        expired.sort_unstable_by_key(|(job, _)| *job);
        expired.truncate(limit);
        expired.into_iter().map(|(_, id)| id).collect()
    }

    /// The transaction is durable.
    pub(super) fn commit(&mut self) {
        let held = &self.held;
        let changed = self.changes.drain(..);
        self.shown
            .update(changed.map(|(id, _)| (id, held.get(&id).cloned())));
    }

    /// The transaction is given up.
    pub(super) fn undo(&mut self) {
        while let Some((id, before)) = self.changes.pop() {
            let claim = before.as_ref().map(|held| held.claim);
            let after = match before {
                Some(held) => self.held.insert(id, held),
                None => self.held.remove(&id),
            };
            match (claim, after) {
                (Some(claim), None) => *self.claims.entry(claim).or_default() += 1,
                (None, Some(held)) => {
                    self.forget_one(held.claim);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::JobStatus;
    use odd_core::RetryPolicy;
    use uuid::Uuid;

    use super::*;
    use crate::columns::State;

    fn held(number: i64, attempt: u32, claim: i64) -> Held {
        let row = JobRow {
            job: number,
            id: id(number),
            job_type: "work".parse().expect("a type"),
            queue: "q".parse().expect("a queue"),
            priority: 0,
            correlation: odd_contracts::CorrelationId(Uuid::nil()),
            max_attempts: 5,
            retry: RetryPolicy::default(),
            status: JobStatus::Executing,
            version: 3,
            last_seq: 3,
            attempt,
            attempt_limit: 5,
            run: 1,
            updated_at: Timestamp::from_micros(0),
            due_at: Timestamp::from_micros(0),
            started_at: None,
            state: State::default(),
        };
        Held {
            row,
            worker: "w".into(),
            expires_at: Timestamp::from_micros(number),
            claim,
        }
    }

    fn id(number: i64) -> JobId {
        JobId(Uuid::from_u128(u128::try_from(number).expect("positive")))
    }

    fn attempts(leases: &Leases) -> Vec<Option<u32>> {
        let attempt = |number| leases.get(id(number)).map(|held| held.row.attempt);
        (1..=3).map(attempt).collect()
    }

    #[test]
    fn what_a_transaction_changed_is_undone_and_not_shown() {
        let shown = Running::default();
        let mut leases = Leases::new(0, shown.clone());
        leases.begin(held(1, 1, 1)).expect("free");
        leases.begin(held(2, 1, 1)).expect("free");
        leases.commit();

        assert_eq!(leases.release(id(1)), None);
        leases.begin(held(1, 2, 2)).expect("free again");
        leases.update(held(2, 9, 1));
        assert_eq!(leases.release(id(2)), Some(1), "the last of its claim");
        leases.begin(held(3, 1, 2)).expect("free");
        assert_eq!(attempts(&leases), [Some(2), None, Some(1)]);
        assert!(shown.get(id(3)).is_none());

        leases.undo();
        assert_eq!(attempts(&leases), [Some(1), Some(1), None]);
        assert_eq!(leases.release(id(1)), None, "another of its claim runs");
        assert_eq!(leases.release(id(2)), Some(1));
        leases.commit();
        assert!(shown.all().is_empty());
    }

    #[test]
    fn a_job_runs_once_at_a_time() {
        let mut leases = Leases::new(0, Running::default());
        leases.begin(held(1, 1, 1)).expect("free");
        leases.begin(held(1, 1, 2)).expect_err("it runs");
        assert_eq!(leases.release(id(1)), Some(1));
    }

    #[test]
    fn leases_expire_in_the_order_of_acceptance() {
        let mut leases = Leases::new(0, Running::default());
        for number in [3, 1, 2] {
            leases.begin(held(number, 1, 1)).expect("free");
        }
        let at = Timestamp::from_micros;
        assert_eq!(leases.expired(at(3), 9), [id(1), id(2)]);
        assert_eq!(leases.expired(at(9), 2), [id(1), id(2)]);
    }
}
