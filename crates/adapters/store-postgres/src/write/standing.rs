use std::collections::HashMap;

use odd_contracts::JobId;
use odd_core::NewJob;
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::codec;
use crate::error::DbResult;
use crate::locks;
use crate::transaction::{Param, Params, Transaction, flight};

/// What stands already and may answer a submission: `kind` says how it was found, `name` by what.
const LOOK_UP: &str = "\
SELECT 'key' AS kind, idempotency_key AS name, id, status, created_at, fingerprint FROM jobs \
    WHERE idempotency_key = ANY($1) \
UNION ALL SELECT 'key', k.idempotency_key, j.id, j.status, j.created_at, k.fingerprint \
    FROM shared_keys k JOIN jobs j ON j.job = k.job WHERE k.idempotency_key = ANY($1) \
UNION ALL SELECT 'id', id::text, id, status, created_at, fingerprint FROM jobs WHERE id = ANY($2) \
UNION ALL SELECT 'unique', unique_key, id, status, created_at, fingerprint FROM jobs \
    WHERE live_key = ANY($3)";

/// Until the end of the transaction, nobody else decides about these keys. A key may come to stand with a new job or with
/// one that is there already, and no index spans both.
const LOCK_KEYS: &str = "\
SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2, k.lock) \
FROM (SELECT DISTINCT hashtext(name) AS lock FROM unnest($3::text[]) AS u (name) ORDER BY lock) k";
/// In its place: nobody else decides about any key.
const LOCK_ALL_KEYS: &str = "SELECT pg_advisory_xact_lock($1)";

/// Keys of a transaction that are locked one by one; the server has room for a few thousand locks.
pub(super) const LOCKED_KEYS: usize = 256;

/// Who a submitted job turns out to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claimant {
    /// A new job.
    New,
    /// One that was stored before.
    Stands(Submitted),
    /// One that this transaction stores.
    InThisTransaction(JobId, Acceptance),
}

/// A key that is answered with a job that carries its unique key already.
#[derive(Debug, Clone)]
pub(super) struct SharedKey {
    pub(super) idempotency_key: String,
    pub(super) job: JobId,
    pub(super) fingerprint: [u8; 32],
}

/// A job that has a key or an id, here or in this transaction.
#[derive(Debug, Clone, Copy)]
struct Holder {
    id: JobId,
    fingerprint: Option<[u8; 32]>,
    /// Absent, when this transaction stores it.
    stored: Option<Submitted>,
}

impl Holder {
    fn answer(&self, acceptance: Acceptance) -> Claimant {
        match self.stored {
            Some(stored) => Claimant::Stands(Submitted {
                acceptance,
                ..stored
            }),
            None => Claimant::InThisTransaction(self.id, acceptance),
        }
    }
}

/// Keys and ids that are taken: those in the database that submissions ask for, and those of the submissions themselves.
#[derive(Default)]
pub(super) struct Standing {
    by_key: HashMap<String, Holder>,
    by_id: HashMap<JobId, Holder>,
    by_unique_key: HashMap<String, Holder>,
    /// To be written with the transaction.
    pub(super) shared_keys: Vec<SharedKey>,
}

impl Standing {
    /// Begins the transaction and asks for everything that `jobs` may meet.
    pub(super) async fn look_up<'a>(
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
        let lock: Option<(&str, &Params<'_>)> = match keys.len() {
            0 => None,
            1..=LOCKED_KEYS => Some((LOCK_KEYS, &lock)),
            _ => Some((LOCK_ALL_KEYS, &lock[..1])),
        };
        let look_up: [Param<'_>; 3] = [&keys, &ids, &unique_keys];
        tx.prepare(LOOK_UP).await?;
        let mut statements = vec![tx.begin()];
        if let Some((sql, params)) = lock {
            tx.prepare(sql).await?;
            statements.push(tx.query(sql, params));
        }
        statements.push(tx.query(LOOK_UP, &look_up));
        let mut answers = flight(statements).await?;
        for row in answers.pop().unwrap_or_default() {
            let holder = Self::read(&row)?;
            let name: String = row.try_get("name")?;
            match row.try_get("kind")? {
                "key" => self.by_key.insert(name, holder),
                "unique" => self.by_unique_key.insert(name, holder),
                _ => self.by_id.insert(holder.id, holder),
            };
        }
        Ok(())
    }

    fn read(row: &Row) -> DbResult<Holder> {
        let id = JobId(row.try_get::<_, Uuid>("id")?);
        let fingerprint: Option<&[u8]> = row.try_get("fingerprint")?;
        Ok(Holder {
            id,
            fingerprint: fingerprint.and_then(|bytes| bytes.try_into().ok()),
            stored: Some(Submitted {
                id,
                status: codec::status(row, "status")?,
                accepted_at: codec::time(row, "created_at")?,
                acceptance: Acceptance::Replayed,
            }),
        })
    }

    /// Decides who the jobs of a submission are. A conflict leaves no trace of it.
    pub(super) fn decide(&mut self, jobs: &[NewJob]) -> Result<Vec<Claimant>, SubmitError> {
        let shared_before = self.shared_keys.len();
        let mut taken = Vec::new();
        let mut claimants = Vec::with_capacity(jobs.len());
        for (index, job) in jobs.iter().enumerate() {
            match self.decide_one(index, job) {
                Ok(claimant) => {
                    if matches!(claimant, Claimant::New) {
                        taken.push(job);
                        self.take(job);
                    }
                    claimants.push(claimant);
                }
                Err(conflict) => {
                    taken.into_iter().for_each(|job| self.give_back(job));
                    for key in self.shared_keys.drain(shared_before..) {
                        self.by_key.remove(&key.idempotency_key);
                    }
                    return Err(conflict);
                }
            }
        }
        Ok(claimants)
    }

    fn decide_one(&mut self, index: usize, job: &NewJob) -> Result<Claimant, SubmitError> {
        if let Some(fingerprint) = job.fingerprint {
            let by_key = job
                .idempotency_key
                .as_ref()
                .and_then(|key| self.by_key.get(key));
            let found = by_key.map(|holder| (holder, "Idempotency-Key"));
            let found = found.or_else(|| self.by_id.get(&job.id).map(|holder| (holder, "id")));
            if let Some((holder, what)) = found {
                return match holder.fingerprint == Some(fingerprint.0) {
                    true => Ok(holder.answer(Acceptance::Replayed)),
                    false => Err(SubmitError::Conflict {
                        index,
                        what,
                        existing: holder.id,
                    }),
                };
            }
        }
        let Some(holder) = job
            .unique_key
            .as_ref()
            .and_then(|key| self.by_unique_key.get(key))
            .copied()
        else {
            return Ok(Claimant::New);
        };
        if let (Some(key), Some(fingerprint)) = (&job.idempotency_key, job.fingerprint) {
            // A repeat is to get this answer, even when the job is over by then.
            self.shared_keys.push(SharedKey {
                idempotency_key: key.clone(),
                job: holder.id,
                fingerprint: fingerprint.0,
            });
            let fingerprint = Some(fingerprint.0);
            self.by_key.insert(
                key.clone(),
                Holder {
                    fingerprint,
                    ..holder
                },
            );
        }
        Ok(holder.answer(Acceptance::UniqueExists))
    }

    fn take(&mut self, job: &NewJob) {
        let holder = Holder {
            id: job.id,
            fingerprint: job.fingerprint.map(|fingerprint| fingerprint.0),
            stored: None,
        };
        if let Some(key) = &job.idempotency_key {
            self.by_key.insert(key.clone(), holder);
        }
        if let Some(key) = &job.unique_key {
            self.by_unique_key.insert(key.clone(), holder);
        }
        if job.fingerprint.is_some() {
            self.by_id.insert(job.id, holder);
        }
    }

    fn give_back(&mut self, job: &NewJob) {
        if let Some(key) = &job.idempotency_key {
            self.by_key.remove(key);
        }
        if let Some(key) = &job.unique_key {
            self.by_unique_key.remove(key);
        }
        self.by_id.remove(&job.id);
    }
}
