//! The leases of running attempts. This process alone writes the file, so they are kept in memory; the table
//! `claims` says which attempts to end after a crash.

use std::collections::HashMap;
use std::sync::Arc;

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
