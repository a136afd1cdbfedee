use std::sync::Arc;

use odd_contracts::{CorrelationId, JobStatus, Timestamp};
use odd_core::{JobEvent, Refusal, StoreTime, VersionedChange};

use crate::codec::SqlTimestamp;
use crate::columns::{AttemptColumns, CompletedColumns, SavedColumns};
use crate::error::DbResult;
use crate::listener::{NOTIFY, Notice};
use crate::packed::{EventRows, INSERT_EVENTS, event_records};
use crate::row::{AttemptRow, CompletedRow, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::{Param, Step, Transaction, pipeline};

/// The values that a claim writes to every row that it starts.
pub(crate) struct Start {
    pub(crate) worker_id: Arc<str>,
    pub(crate) lease_expires_at: Timestamp,
}

/// The time of a transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommitTime {
    /// The present.
    pub(crate) now: StoreTime,
    /// The time of the commit in the log: the present, but not before the last change of any job that the transaction
    /// changes, because the server's clock may have been set back.
    pub(crate) committed_at: Timestamp,
}

/// Everything that one transaction changes, decided before any of it is written.
pub(crate) struct ChangeSet<'a> {
    shared: &'a Shared,
    time: CommitTime,
    events: Vec<JobEvent>,
    event_rows: EventRows,
    start: Option<Start>,
    started: Vec<i64>,
    completed: Vec<CompletedRow>,
    saved: Vec<JobRow>,
    attempts: Vec<AttemptRow>,
    notice: Notice,
    makes_ready: bool,
    /// Jobs that are no longer PENDING and that no claim removed from `ready_jobs`.
    withdrawn: Vec<i64>,
    /// Jobs whose status contradicts the row that selected them.
    skipped: Vec<i64>,
}

impl<'a> ChangeSet<'a> {
    /// An empty set of changes that happen at `time`.
    pub(crate) fn new(shared: &'a Shared, time: CommitTime) -> Self {
        Self {
            shared,
            time,
            events: Vec::new(),
            event_rows: EventRows::default(),
            start: None,
            started: Vec::new(),
            completed: Vec::new(),
            saved: Vec::new(),
            attempts: Vec::new(),
            notice: Notice::default(),
            makes_ready: false,
            withdrawn: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Returns the time of all changes.
    pub(crate) fn now(&self) -> StoreTime {
        self.time.now
    }

    /// Adds the event of a change that the processor made.
    pub(crate) fn record(&mut self, row: &JobRow, change: VersionedChange) {
        self.push_event(row, Role::Processor, row.correlation_id, change);
    }

    /// Adds the event of a change that the request `cause` asked the gateway for.
    pub(crate) fn record_command(
        &mut self,
        row: &JobRow,
        cause: CorrelationId,
        change: VersionedChange,
    ) {
        self.push_event(row, Role::Gateway, cause, change);
    }

    fn push_event(
        &mut self,
        row: &JobRow,
        role: Role,
        cause: CorrelationId,
        change: VersionedChange,
    ) {
        let (producer, producer_id) = self.shared.producer(role);
        let event = JobEvent {
            job_id: row.id,
            job_type: row.job_type.clone(),
            queue: row.queue.clone(),
            version: change.version,
            attempt: change.attempt,
            occurred_at: self.time.now.wall.max(row.updated_at),
            correlation_id: cause,
            trace: row.trace,
            producer: Arc::clone(producer),
            previous_status: change.previous_status,
            change: change.change,
        };
        self.event_rows
            .push(self.time.committed_at, &event, producer_id);
        self.events.push(event);
    }

    /// Sets what [`save_started`](Self::save_started) writes to every row.
    pub(crate) fn set_start(&mut self, start: Start) {
        self.start = Some(start);
    }

    /// Writes a started attempt: the version grows by two, the attempt by one.
    pub(crate) fn save_started(&mut self, job: i64) {
        self.started.push(job);
    }

    /// Writes a successful end: the version grows by one.
    pub(crate) fn save_completed(&mut self, completed: CompletedRow) {
        self.completed.push(completed);
    }

    /// Writes every column that can change, except those of a started attempt and the result.
    pub(crate) fn save(&mut self, row: JobRow) {
        match row.state.status {
            JobStatus::Scheduled | JobStatus::Retrying => self.notice.add_due(row.state.due_at),
            JobStatus::Pending => self.makes_ready = true,
            _ => {}
        }
        self.saved.push(row);
    }

    /// Removes a job that was PENDING from `ready_jobs`, before it is saved.
    pub(crate) fn withdraw(&mut self, job: i64) {
        self.withdrawn.push(job);
    }

    /// Skips a job whose status contradicts the row that selected it, and logs it. Removes its lease and due time if they
    /// contradict the status, so that they do not select the job again. A claim has removed its row already.
    pub(crate) fn skip(&mut self, row: &JobRow, refusal: Refusal) {
        tracing::error!(job = %row.id, error = %refusal, "skipped a job whose rows contradict its status");
        self.skipped.push(row.job);
    }

    /// Inserts an attempt that ended without success.
    pub(crate) fn save_attempt(&mut self, attempt: AttemptRow) {
        self.attempts.push(attempt);
    }

    /// Notifies processors that a running job is to stop.
    pub(crate) fn request_stop(&mut self) {
        self.notice.request_stop();
    }

    /// Writes everything and commits in one pipeline, then notifies this process.
    pub(crate) async fn commit(mut self, tx: Transaction) -> DbResult<()> {
        // All transactions update rows in the same order, so that they cannot deadlock.
        self.completed.sort_unstable_by_key(|row| row.job);
        self.saved.sort_unstable_by_key(|row| row.job);
        let now = SqlTimestamp(self.time.now.wall);
        let committed_at = SqlTimestamp(self.time.committed_at);
        let start = self.start.as_ref();
        let lease_expires_at = start.map(|start| SqlTimestamp(start.lease_expires_at));
        let worker_id = start.map(|start| &*start.worker_id);
        let completed = CompletedColumns::of(&self.completed);
        let saved = SavedColumns::of(&self.saved);
        let attempts = AttemptColumns::of(&self.attempts);
        let notice = self.notice.encode(&self.shared.instance);
        let has_events = !self.events.is_empty();
        let events = self.event_rows.finish();

        let events: [Param<'_>; 4] = [&committed_at, &events.events, &events.traces, &events.times];
        let started: [Param<'_>; 4] = [&self.started, &now, &lease_expires_at, &worker_id];
        let completed = completed.params(&now);
        let withdrawn: [Param<'_>; 1] = [&self.withdrawn];
        let skipped: [Param<'_>; 1] = [&self.skipped];
        let saved_jobs = saved.jobs();
        let saved = saved.params(&now);
        let attempts = attempts.params(&now);
        let notify: [Param<'_>; 1] = [&notice];
        let has_saved = !self.saved.is_empty();
        let steps: [Step<'_>; 9] = [
            // First, because the others store the commit id of their events.
            (has_events, &INSERT_EVENTS, &events),
            (!self.started.is_empty(), START, &started),
            (!self.completed.is_empty(), COMPLETE, &completed),
            (!self.withdrawn.is_empty(), WITHDRAW, &withdrawn),
            (has_saved, SAVE, &saved),
            (!self.skipped.is_empty(), CLEAR_SKIPPED, &skipped),
            (has_events && has_saved, INSERT_JOB_COMMITS, &saved_jobs),
            (!self.attempts.is_empty(), INSERT_ATTEMPTS, &attempts),
            (notice.is_some(), NOTIFY, &notify),
        ];
        let mut statements = tx.queries(&steps).await?;
        let last = if has_events {
            let (_, last) = tx
                .append_and_commit(statements, self.events.len(), Some(committed_at.0), None)
                .await?;
            last
        } else {
            statements.push(tx.commit());
            pipeline(statements).await?;
            0
        };
        tx.release();
        let entries = event_records(self.events, last);
        self.shared.notify(&entries, &self.notice, self.makes_ready);
        Ok(())
    }
}

const START: &str = "\
WITH started AS ( \
    UPDATE jobs SET status = 'EXECUTING', version = version + 2, attempt = attempt + 1, \
        updated_at = greatest(updated_at, $2), started_at = greatest(updated_at, $2), worker_id = $4, progress = NULL, commits = commits || currval('event_commit_ids') \
    WHERE job = ANY($1) RETURNING job) \
INSERT INTO running_jobs SELECT job, $3 FROM started \
ON CONFLICT (job) DO UPDATE SET lease_expires_at = excluded.lease_expires_at";

const COMPLETE: &str = "\
WITH gone AS (DELETE FROM running_jobs WHERE job = ANY($2)) \
UPDATE jobs j SET status = 'COMPLETED', version = version + 1, updated_at = greatest(updated_at, $1), \
    finished_at = greatest(updated_at, $1), \
    live_key = NULL, cancel_requested = false, result = u.result, commits = commits || currval('event_commit_ids') \
FROM unnest($2::bigint[], $3::text[]) AS u (job, result) WHERE j.job = u.job";

const WITHDRAW: &str = "\
DELETE FROM ready_jobs r USING jobs j WHERE j.job = ANY($1) \
AND r.job_type = j.job_type AND r.priority = j.priority AND r.due_at = j.due_at AND r.job = j.job";

const CLEAR_SKIPPED: &str = "\
WITH gone AS ( \
    DELETE FROM running_jobs r USING jobs j WHERE r.job = ANY($1) AND j.job = r.job AND j.status <> 'EXECUTING') \
UPDATE jobs SET delayed_until = NULL \
WHERE job = ANY($1) AND delayed_until IS NOT NULL AND status NOT IN ('SCHEDULED', 'RETRYING')";

const SAVE: &str = "\
WITH u AS MATERIALIZED ( \
    SELECT * FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::timestamptz[], \
        $8::boolean[], $9::text[], $10::boolean[], $11::boolean[], $12::json[], $13::json[], $14::bigint[]) \
        AS u (job, status, version, attempt_limit, run, due_at, is_finished, unique_key, cancel_requested, parked, \
        error, progress, fingerprint)), \
ended AS (DELETE FROM running_jobs r USING u WHERE r.job = u.job AND u.status <> 'EXECUTING'), \
repaired AS (DELETE FROM failed_jobs f USING u WHERE f.job = u.job AND u.fingerprint IS NULL), \
failed AS ( \
    INSERT INTO failed_jobs (fingerprint, job) SELECT u.fingerprint, u.job FROM u WHERE u.fingerprint IS NOT NULL \
    ON CONFLICT (job) DO UPDATE SET fingerprint = excluded.fingerprint), \
saved AS ( \
    UPDATE jobs j SET status = u.status, version = u.version, attempt_limit = u.attempt_limit, run = u.run, \
        updated_at = greatest(j.updated_at, $1::timestamptz), due_at = u.due_at, \
        finished_at = CASE WHEN u.is_finished THEN greatest(j.updated_at, $1::timestamptz) END, unique_key = u.unique_key, \
        cancel_requested = u.cancel_requested, parked = u.parked, error = u.error, progress = u.progress, \
        live_key = CASE WHEN NOT u.is_finished THEN u.unique_key END, \
        delayed_until = CASE WHEN u.status IN ('SCHEDULED', 'RETRYING') THEN u.due_at END, \
        listed_status = CASE WHEN u.status NOT IN ('PENDING', 'EXECUTING', 'COMPLETED') THEN u.status END \
    FROM u WHERE j.job = u.job RETURNING j.status, j.job_type, j.priority, j.due_at, j.job, j.queue) \
INSERT INTO ready_jobs SELECT job_type, priority, due_at, job, queue FROM saved WHERE status = 'PENDING'";

const INSERT_JOB_COMMITS: &str = "INSERT INTO job_commits (job, commit_id) \
    SELECT u.job, currval('event_commit_ids') FROM unnest($1::bigint[]) AS u (job)";

const INSERT_ATTEMPTS: &str = "\
INSERT INTO unsuccessful_attempts (job, attempt, run, worker_id, outcome, started_at, finished_at, error) \
SELECT u.job, u.attempt, u.run, u.worker_id, u.outcome, u.started_at, greatest(u.started_at, $1), u.error \
FROM unnest($2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[], $8::json[]) \
    AS u (job, attempt, run, worker_id, outcome, started_at, error)";
