use odd_contracts::JobId;

use crate::{Fingerprint, NewJob};

/// The jobs that a submission may repeat, as a store finds them. [`deduplicate`] asks only for what it needs.
pub trait ExistingJobs {
    /// A found job.
    type Job;
    /// Why a lookup failed.
    type Error;

    /// Returns the job whose submission had this idempotency key, or was answered with it.
    ///
    /// # Errors
    /// When the lookup fails.
    fn by_idempotency_key(
        &mut self,
        key: &str,
    ) -> Result<Option<Submission<Self::Job>>, Self::Error>;

    /// Returns the job with this id.
    ///
    /// # Errors
    /// When the lookup fails.
    fn by_id(&mut self, id: JobId) -> Result<Option<Submission<Self::Job>>, Self::Error>;

    /// Returns the unfinished job that carries this unique key.
    ///
    /// # Errors
    /// When the lookup fails.
    fn by_unique_key(&mut self, key: &str) -> Result<Option<Self::Job>, Self::Error>;
}

/// An earlier submission and the job that answered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission<J> {
    /// Id of the job.
    pub id: JobId,
    /// Fingerprint of the submission, if it had an id or an idempotency key.
    pub fingerprint: Option<Fingerprint>,
    /// The job.
    pub job: J,
}

/// Whether an existing job answers a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deduplication<J> {
    /// No: the submission creates a job.
    New,
    /// Yes: the same submission was accepted before.
    Replayed(J),
    /// Yes: it carries the unique key. If the submission has an idempotency key, the store keeps it for this job, so
    /// that a repeat gets the same answer after the job has ended.
    UniqueExists(J),
    /// The submission is refused: one with the same idempotency key or id had another body.
    Conflict {
        /// What the submissions have in common: `Idempotency-Key` or `id`.
        what: &'static str,
        /// The job that answered the earlier one.
        existing: JobId,
    },
}

/// Decides whether an existing job answers a submission: first by its idempotency key, then by its id, then by its unique
/// key.
///
/// # Errors
/// When a lookup fails.
pub fn deduplicate<E: ExistingJobs>(
    new: &NewJob,
    existing: &mut E,
) -> Result<Deduplication<E::Job>, E::Error> {
    if let Some(fingerprint) = new.fingerprint
        && let Some((earlier, what)) = find_submission(new, existing)?
    {
        return Ok(match earlier.fingerprint == Some(fingerprint) {
            true => Deduplication::Replayed(earlier.job),
            false => Deduplication::Conflict {
                what,
                existing: earlier.id,
            },
        });
    }
    let Some(key) = &new.unique_key else {
        return Ok(Deduplication::New);
    };
    let carrier = existing.by_unique_key(key)?;
    Ok(carrier.map_or(Deduplication::New, Deduplication::UniqueExists))
}

/// A found submission, and what the new one has in common with it.
type Found<J> = Option<(Submission<J>, &'static str)>;

fn find_submission<E: ExistingJobs>(
    new: &NewJob,
    existing: &mut E,
) -> Result<Found<E::Job>, E::Error> {
    if let Some(key) = &new.idempotency_key
        && let Some(earlier) = existing.by_idempotency_key(key)?
    {
        return Ok(Some((earlier, "Idempotency-Key")));
    }
    let earlier = existing.by_id(new.id)?;
    Ok(earlier.map(|earlier| (earlier, "id")))
}
