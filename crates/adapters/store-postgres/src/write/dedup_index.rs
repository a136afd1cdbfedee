use std::collections::HashMap;
use std::convert::Infallible;

use odd_contracts::JobId;
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use odd_core::{Deduplication, ExistingJobs, Fingerprint, NewJob, Submission, deduplicate};
use tokio_postgres::Row;

use crate::codec;
use crate::error::DbResult;
use crate::locks;
use crate::transaction::{Param, Params, Transaction, pipeline};

/// Stored jobs that may answer a submission. `kind` says by what a job was found, `name` is its value.
const LOOK_UP: &str = "\
SELECT 'key' AS kind, idempotency_key AS name, id, status, created_at, fingerprint FROM jobs \
    WHERE idempotency_key = ANY($1) \
UNION ALL SELECT 'key', k.idempotency_key, j.id, j.status, j.created_at, k.fingerprint \
    FROM shared_keys k JOIN jobs j ON j.job = k.job WHERE k.idempotency_key = ANY($1) \
UNION ALL SELECT 'id', id::text, id, status, created_at, fingerprint FROM jobs WHERE id = ANY($2) \
UNION ALL SELECT 'unique', unique_key, id, status, created_at, fingerprint FROM jobs \
    WHERE live_key = ANY($3)";

/// Locks these keys until the end of the transaction. A unique index cannot do that, because a key is stored either with
/// a new job or, in another table, with an existing one.
const LOCK_KEYS: &str = "\
SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2, k.lock) \
FROM (SELECT DISTINCT hashtext(name) AS lock FROM unnest($3::text[]) AS u (name) ORDER BY lock) k";
/// Locks all keys until the end of the transaction.
const LOCK_ALL_KEYS: &str = "SELECT pg_advisory_xact_lock($1)";

/// Most keys that a transaction locks one by one; the server has room for a few thousand locks.
pub(super) const MAX_KEY_LOCKS: usize = 256;

/// The job that answers a submitted job, before the transaction has stored it.
#[derive(Debug, Clone, Copy)]
pub(super) enum PendingClaim {
    /// A new job.
    New,
    /// A job that was stored before.
    Stored(Submitted),
    /// Another job of this transaction.
    InThisTransaction(JobId, Acceptance),
}

/// An idempotency key whose submission is answered with an existing job that has the same unique key.
#[derive(Debug, Clone)]
pub(super) struct SharedKey {
    pub(super) idempotency_key: String,
    pub(super) job: JobId,
    pub(super) fingerprint: [u8; 32],
}

/// The job that a key or an id belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyOwner {
    id: JobId,
    fingerprint: Option<Fingerprint>,
    /// `None` if this transaction stores the job.
    stored: Option<Submitted>,
}

impl KeyOwner {
    fn submission(&self) -> Submission<Self> {
        Submission {
            id: self.id,
            fingerprint: self.fingerprint,
            job: *self,
        }
    }

    fn claim(&self, acceptance: Acceptance) -> PendingClaim {
        match self.stored {
            Some(stored) => PendingClaim::Stored(Submitted {
                acceptance,
                ..stored
            }),
            None => PendingClaim::InThisTransaction(self.id, acceptance),
        }
    }
}

/// The keys and ids that are in use, in the database and in the submissions of one transaction.
#[derive(Default)]
pub(super) struct DedupIndex {
    by_key: HashMap<String, KeyOwner>,
    by_id: HashMap<JobId, KeyOwner>,
    by_unique_key: HashMap<String, KeyOwner>,
    /// Keys that the transaction has to insert.
    pub(super) shared_keys: Vec<SharedKey>,
}

impl DedupIndex {
    /// Begins the transaction, locks the keys of `jobs` and loads all stored jobs that may answer one of them.
    pub(super) async fn load<'a>(
        &mut self,
        tx: &Transaction,
        jobs: impl Iterator<Item = &'a NewJob>,
    ) -> DbResult<()> {
        let (mut keys, mut ids, mut unique_keys) = (Vec::new(), Vec::new(), Vec::new());
        for job in jobs {
            keys.extend(job.idempotency_key.as_deref());
            if job.fingerprint.is_some() {
                ids.push(job.id.0);
            }
            unique_keys.extend(job.unique_key.as_deref());
        }
        let lock: [Param<'_>; 3] = [&locks::ALL_KEYS, &locks::KEY, &keys];
        let (has_keys, lock_sql, lock): (bool, &str, &Params<'_>) = match keys.len() {
            0..=MAX_KEY_LOCKS => (!keys.is_empty(), LOCK_KEYS, &lock),
            _ => (true, LOCK_ALL_KEYS, &lock[..1]),
        };
        let look_up: [Param<'_>; 3] = [&keys, &ids, &unique_keys];
        let steps = [(has_keys, lock_sql, lock), (true, LOOK_UP, &look_up)];
        let mut statements = vec![tx.begin()];
        statements.extend(tx.queries(&steps).await?);
        let mut answers = pipeline(statements).await?;
        for row in answers.pop().unwrap_or_default() {
            let owner = Self::read(&row)?;
            let name: String = codec::get(&row, "name")?;
            match codec::get(&row, "kind")? {
                "key" => self.by_key.insert(name, owner),
                "unique" => self.by_unique_key.insert(name, owner),
                _ => self.by_id.insert(owner.id, owner),
            };
        }
        Ok(())
    }

    fn read(row: &Row) -> DbResult<KeyOwner> {
        let id = JobId(codec::get(row, "id")?);
        let fingerprint: Option<&[u8]> = codec::get(row, "fingerprint")?;
        Ok(KeyOwner {
            id,
            fingerprint: fingerprint.and_then(|bytes| bytes.try_into().ok().map(Fingerprint)),
            stored: Some(Submitted {
                id,
                status: codec::status(row, "status")?,
                accepted_at: codec::time(row, "created_at")?,
                acceptance: Acceptance::Replayed,
            }),
        })
    }

    /// Decides which jobs answer a submission, and adds its new jobs to the index. A conflict leaves the index unchanged.
    pub(super) fn claim(&mut self, jobs: &[NewJob]) -> Result<Vec<PendingClaim>, SubmitError> {
        let shared_before = self.shared_keys.len();
        let mut added = Vec::new();
        let mut claims = Vec::with_capacity(jobs.len());
        for (index, job) in jobs.iter().enumerate() {
            match self.claim_one(index, job) {
                Ok(claim) => {
                    if matches!(claim, PendingClaim::New) {
                        added.push(job);
                        self.add(job);
                    }
                    claims.push(claim);
                }
                Err(conflict) => {
                    added.into_iter().for_each(|job| self.remove(job));
                    for key in self.shared_keys.drain(shared_before..) {
                        self.by_key.remove(&key.idempotency_key);
                    }
                    return Err(conflict);
                }
            }
        }
        Ok(claims)
    }

    fn claim_one(&mut self, index: usize, job: &NewJob) -> Result<PendingClaim, SubmitError> {
        let Ok(decision) = deduplicate(job, self);
        match decision {
            Deduplication::New => Ok(PendingClaim::New),
            Deduplication::Replayed(owner) => Ok(owner.claim(Acceptance::Replayed)),
            Deduplication::UniqueExists(owner) => {
                self.share_key(job, owner);
                Ok(owner.claim(Acceptance::UniqueExists))
            }
            Deduplication::Conflict { what, existing } => Err(SubmitError::Conflict {
                index,
                what,
                existing,
            }),
        }
    }

    /// Adds the idempotency key of a submission that `owner` answers.
    fn share_key(&mut self, job: &NewJob, owner: KeyOwner) {
        if let (Some(key), Some(fingerprint)) = (&job.idempotency_key, job.fingerprint) {
            self.shared_keys.push(SharedKey {
                idempotency_key: key.clone(),
                job: owner.id,
                fingerprint: fingerprint.0,
            });
            let fingerprint = Some(fingerprint);
            self.by_key.insert(
                key.clone(),
                KeyOwner {
                    fingerprint,
                    ..owner
                },
            );
        }
    }

    fn add(&mut self, job: &NewJob) {
        let owner = KeyOwner {
            id: job.id,
            fingerprint: job.fingerprint,
            stored: None,
        };
        if let Some(key) = &job.idempotency_key {
            self.by_key.insert(key.clone(), owner);
        }
        if let Some(key) = &job.unique_key {
            self.by_unique_key.insert(key.clone(), owner);
        }
        if job.fingerprint.is_some() {
            self.by_id.insert(job.id, owner);
        }
    }

    fn remove(&mut self, job: &NewJob) {
        if let Some(key) = &job.idempotency_key {
            self.by_key.remove(key);
        }
        if let Some(key) = &job.unique_key {
            self.by_unique_key.remove(key);
        }
        self.by_id.remove(&job.id);
    }
}

impl ExistingJobs for DedupIndex {
    type Job = KeyOwner;
    type Error = Infallible;

    fn by_idempotency_key(
        &mut self,
        key: &str,
    ) -> Result<Option<Submission<KeyOwner>>, Infallible> {
        Ok(self.by_key.get(key).map(KeyOwner::submission))
    }

    fn by_id(&mut self, id: JobId) -> Result<Option<Submission<KeyOwner>>, Infallible> {
        Ok(self.by_id.get(&id).map(KeyOwner::submission))
    }

    fn by_unique_key(&mut self, key: &str) -> Result<Option<KeyOwner>, Infallible> {
        Ok(self.by_unique_key.get(key).copied())
    }
}
