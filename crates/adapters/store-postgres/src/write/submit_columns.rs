use odd_core::{NewJob, StartAt};
use uuid::Uuid;

use crate::append::signed;
use crate::codec::{At, JsonText};
use crate::options::Options;
use crate::transaction::Param;

/// Writes new jobs and their `job.created`, all at the time of the transaction. Answers with that time as ordinal 0, and
/// with the start of each job that starts later.
pub(super) const INSERT_JOBS: &str = "\
WITH new_commit AS MATERIALIZED (SELECT nextval('event_commit_ids') AS id), \
present AS MATERIALIZED (SELECT coalesce($1::timestamptz, now()) AS now), \
new AS MATERIALIZED ( \
    SELECT u.*, present.now, CASE \
        WHEN u.start_at > present.now THEN u.start_at \
        WHEN u.delay_ms > 0 THEN present.now + u.delay_ms * interval '1 millisecond' END AS starts_at \
    FROM present, unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::bigint[], \
        $9::timestamptz[], $10::bigint[], $11::uuid[], $12::text[], $13::bytea[], $14::text[], $15::json[], $16::text[]) \
        WITH ORDINALITY AS u (id, job_type, queue, priority, max_attempts, timeout_ms, start_at, delay_ms, \
        correlation_id, idempotency_key, fingerprint, unique_key, options, payload, ordinal)), \
stored AS ( \
    INSERT INTO jobs (id, job_type, queue, status, version, priority, attempt, attempt_limit, max_attempts, run, \
        timeout_ms, created_at, updated_at, due_at, correlation_id, idempotency_key, fingerprint, unique_key, options, \
        payload) \
    SELECT n.id, n.job_type, n.queue, CASE WHEN n.starts_at IS NULL THEN 'PENDING' ELSE 'SCHEDULED' END, 1, n.priority, \
        0, n.max_attempts, n.max_attempts, 1, n.timeout_ms, n.now, n.now, coalesce(n.starts_at, n.now), \
        n.correlation_id, n.idempotency_key, n.fingerprint, n.unique_key, n.options, n.payload \
    FROM new n ORDER BY n.ordinal), \
told AS ( \
    INSERT INTO job_events (commit_id, ordinal, occurred_at, job_id, version, event_type, job_type, queue, \
        correlation_id, producer, detail) \
    SELECT new_commit.id, n.ordinal - 1, n.now, n.id, 1, 'job.created', n.job_type, n.queue, n.correlation_id, $2, \
        CASE WHEN n.starts_at IS NOT NULL OR n.priority <> 0 THEN json_strip_nulls(json_build_object('priority', \
        n.priority, 'run_at', (extract(epoch FROM n.starts_at) * 1000000)::bigint)) END \
    FROM new_commit, new n) \
SELECT 0::bigint AS ordinal, now AS at FROM present \
UNION ALL SELECT ordinal, starts_at FROM new WHERE starts_at IS NOT NULL";

/// The parameters of [`INSERT_JOBS`], column by column.
#[derive(Default)]
pub(super) struct NewJobColumns<'a> {
    id: Vec<Uuid>,
    job_type: Vec<&'a str>,
    queue: Vec<&'a str>,
    priority: Vec<i32>,
    max_attempts: Vec<i32>,
    timeout_ms: Vec<i64>,
    start_at: Vec<Option<At>>,
    delay_ms: Vec<i64>,
    correlation_id: Vec<Uuid>,
    idempotency_key: Vec<Option<&'a str>>,
    fingerprint: Vec<Option<Vec<u8>>>,
    unique_key: Vec<Option<&'a str>>,
    options: Vec<Option<JsonText>>,
    payload: Vec<Option<&'a str>>,
}

impl<'a> NewJobColumns<'a> {
    pub(super) fn of(jobs: &[&'a NewJob]) -> Self {
        let mut columns = Self::default();
        for job in jobs {
            let (start_at, delay_ms) = match job.start_at {
                StartAt::Now => (None, 0),
                StartAt::At(at) => (Some(At(at)), 0),
                StartAt::AfterMillis(millis) => (None, i64::try_from(millis).unwrap_or(i64::MAX)),
            };
            columns.id.push(job.id.0);
            columns.job_type.push(job.job_type.as_str());
            columns.queue.push(job.queue.as_str());
            columns.priority.push(job.priority);
            columns.max_attempts.push(signed(job.max_attempts));
            columns
                .timeout_ms
                .push(i64::try_from(job.timeout_ms).unwrap_or(i64::MAX));
            columns.start_at.push(start_at);
            columns.delay_ms.push(delay_ms);
            columns.correlation_id.push(job.correlation_id.0);
            columns.idempotency_key.push(job.idempotency_key.as_deref());
            columns
                .fingerprint
                .push(job.fingerprint.map(|fingerprint| fingerprint.0.to_vec()));
            columns.unique_key.push(job.unique_key.as_deref());
            columns
                .options
                .push(Options::of(job).map(|options| JsonText::of(&options)));
            columns
                .payload
                .push(job.payload.as_ref().map(|json| json.get()));
        }
        columns
    }

    pub(super) fn params<'p>(&'p self, now: &'p Option<At>, producer: &'p i32) -> [Param<'p>; 16] {
        [
            now,
            producer,
            &self.id,
            &self.job_type,
            &self.queue,
            &self.priority,
            &self.max_attempts,
            &self.timeout_ms,
            &self.start_at,
            &self.delay_ms,
            &self.correlation_id,
            &self.idempotency_key,
            &self.fingerprint,
            &self.unique_key,
            &self.options,
            &self.payload,
        ]
    }
}
