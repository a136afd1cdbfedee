use odd_contracts::Timestamp;
use odd_core::{JobOptions, NewJob};
use uuid::Uuid;

use super::dedup_index::SharedKey;
use crate::codec::{JsonText, SqlTimestamp, signed};
use crate::transaction::Param;

/// Inserts new jobs, at the given time or that of the transaction, after their events.
pub(super) const INSERT_JOBS: &str = "\
WITH stored AS ( \
INSERT INTO jobs (id, job_type, queue, status, version, priority, attempt, attempt_limit, max_attempts, run, timeout_ms, \
    created_at, updated_at, due_at, correlation_id, idempotency_key, fingerprint, unique_key, options, commits, payload, \
    live_key, delayed_until, listed_status) \
SELECT n.id, n.job_type, n.queue, CASE WHEN n.starts_at IS NULL THEN 'PENDING' ELSE 'SCHEDULED' END, 1, n.priority, 0, \
    n.max_attempts, n.max_attempts, 1, n.timeout_ms, present.now, present.now, coalesce(n.starts_at, present.steady), \
    n.correlation_id, n.idempotency_key, n.fingerprint, n.unique_key, n.options, present.commits, n.payload, \
    n.unique_key, n.starts_at, CASE WHEN n.starts_at IS NOT NULL THEN 'SCHEDULED' END \
FROM (SELECT coalesce($1::timestamptz, now()) AS now, steady_time(coalesce($1::timestamptz, now()), $15, $16) AS steady, \
        ARRAY[currval('event_commit_ids')] AS commits OFFSET 0) present, \
    unnest($2::uuid[], $3::text[], $4::text[], $5::integer[], $6::integer[], $7::bigint[], $8::timestamptz[], \
        $9::uuid[], $10::text[], $11::bytea[], $12::text[], $13::json[], $14::text[]) WITH ORDINALITY \
        AS n (id, job_type, queue, priority, max_attempts, timeout_ms, starts_at, correlation_id, idempotency_key, \
        fingerprint, unique_key, options, payload, ordinal) \
ORDER BY n.ordinal RETURNING status, job_type, priority, due_at, job, queue) \
INSERT INTO ready_jobs SELECT job_type, priority, due_at, job, queue FROM stored WHERE status = 'PENDING'";

/// The parameters of [`INSERT_JOBS`], column by column.
#[derive(Default)]
pub(super) struct NewJobColumns<'a> {
    id: Vec<Uuid>,
    job_type: Vec<&'a str>,
    queue: Vec<&'a str>,
    priority: Vec<i32>,
    max_attempts: Vec<i32>,
    timeout_ms: Vec<i64>,
    starts_at: Vec<Option<SqlTimestamp>>,
    correlation_id: Vec<Uuid>,
    idempotency_key: Vec<Option<&'a str>>,
    fingerprint: Vec<Option<Vec<u8>>>,
    unique_key: Vec<Option<&'a str>>,
    options: Vec<Option<JsonText>>,
    payload: Vec<Option<&'a str>>,
}

impl<'a> NewJobColumns<'a> {
    /// `starts` has the steady time of the start of each job that does not start at once.
    pub(super) fn of(jobs: &[&'a NewJob], starts: &[Option<Timestamp>]) -> Self {
        let mut columns = Self::default();
        for (job, starts_at) in jobs.iter().zip(starts) {
            columns.id.push(job.id.0);
            columns.job_type.push(job.job_type.as_str());
            columns.queue.push(job.queue.as_str());
            columns.priority.push(job.priority);
            columns.max_attempts.push(signed(job.max_attempts));
            columns
                .timeout_ms
                .push(i64::try_from(job.timeout_ms).unwrap_or(i64::MAX));
            columns.starts_at.push(starts_at.map(SqlTimestamp));
            columns.correlation_id.push(job.correlation_id.0);
            columns.idempotency_key.push(job.idempotency_key.as_deref());
            columns
                .fingerprint
                .push(job.fingerprint.map(|fingerprint| fingerprint.0.to_vec()));
            columns.unique_key.push(job.unique_key.as_deref());
            columns.options.push(options_of(job));
            columns
                .payload
                .push(job.payload.as_ref().map(|json| json.get()));
        }
        columns
    }

    /// `steady` has the offset of the wall clock and the present as steady time.
    pub(super) fn params<'p>(
        &'p self,
        now: &'p Option<SqlTimestamp>,
        steady: &'p (i64, SqlTimestamp),
    ) -> [Param<'p>; 16] {
        [
            now,
            &self.id,
            &self.job_type,
            &self.queue,
            &self.priority,
            &self.max_attempts,
            &self.timeout_ms,
            &self.starts_at,
            &self.correlation_id,
            &self.idempotency_key,
            &self.fingerprint,
            &self.unique_key,
            &self.options,
            &self.payload,
            &steady.0,
            &steady.1,
        ]
    }
}

/// Returns the JSON of a job's options, or `None` if it uses none.
fn options_of(job: &NewJob) -> Option<JsonText> {
    let options = JobOptions::of(job);
    (options != JobOptions::default()).then(|| JsonText::of(&options))
}

/// What a submission's transaction writes in addition to jobs and events, column by column.
pub(super) struct AuxiliaryColumns<'a> {
    pub(super) tags: Vec<&'a str>,
    pub(super) tagged: Vec<Uuid>,
    pub(super) keys: Vec<&'a str>,
    pub(super) key_jobs: Vec<Uuid>,
    pub(super) fingerprints: Vec<&'a [u8]>,
}

impl<'a> AuxiliaryColumns<'a> {
    pub(super) fn of(new: &[&'a NewJob], shared_keys: &'a [SharedKey]) -> Self {
        let tags = new
            .iter()
            .flat_map(|job| job.tags.iter().map(|tag| (&**tag, job.id.0)));
        let (tags, tagged) = tags.unzip();
        let keys = shared_keys.iter();
        Self {
            tags,
            tagged,
            keys: keys.clone().map(|key| &*key.idempotency_key).collect(),
            key_jobs: keys.clone().map(|key| key.job.0).collect(),
            fingerprints: keys.map(|key| &key.fingerprint[..]).collect(),
        }
    }
}
