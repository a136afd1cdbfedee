use std::sync::Arc;

use odd_contracts::{CorrelationId, JobStatus, Producer, Timestamp};
use odd_core::{Change, JobEvent};

use crate::codec::At;
use crate::columns::{AttemptColumns, CompletedColumns, SavedColumns};
use crate::error::DbResult;
use crate::listener::{NOTIFY, Notice};
use crate::packed::{EventRows, INSERT_EVENTS, recorded};
use crate::row::{AttemptRow, CompletedRow, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::{Param, Params, Sent, Transaction, flight};

/// What a claim writes to the rows that it took.
pub(crate) struct Start {
    pub(crate) worker_id: Arc<str>,
    pub(crate) lease_expires_at: Timestamp,
}

/// Everything that one transaction changes, decided before any of it is written.
pub(crate) struct ChangeSet<'a> {
    shared: &'a Shared,
    now: Timestamp,
    events: Vec<JobEvent>,
    rows: EventRows,
    start: Option<Start>,
    started: Vec<i64>,
    completed: Vec<CompletedRow>,
    saved: Vec<JobRow>,
    attempts: Vec<AttemptRow>,
    notice: Notice,
    makes_ready: bool,
    /// Jobs that are no longer PENDING, and that no claim took.
    withdrawn: Vec<i64>,
}

impl<'a> ChangeSet<'a> {
    /// Nothing yet, at `now`.
    pub(crate) fn new(shared: &'a Shared, now: Timestamp) -> Self {
        Self {
            shared,
            now,
            events: Vec::new(),
            rows: EventRows::default(),
            start: None,
            started: Vec::new(),
            completed: Vec::new(),
            saved: Vec::new(),
            attempts: Vec::new(),
            notice: Notice::default(),
            makes_ready: false,
            withdrawn: Vec::new(),
        }
    }

    /// The time of everything in it.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Records that `change` happens to the job, and moves its row on.
    pub(crate) fn advance(&mut self, row: &mut JobRow, role: Role, change: Change) {
        self.advance_for(row, role, row.correlation, change);
    }

    /// The same for a change that the request `cause` asks for.
    pub(crate) fn advance_for(
        &mut self,
        row: &mut JobRow,
        role: Role,
        cause: CorrelationId,
        change: Change,
    ) {
        let status = change.status();
        let (producer, producer_id) = self.shared.producer(role);
        let event = JobEvent {
            job_id: row.id,
            job_type: row.job_type.clone(),
            queue: row.queue.clone(),
            version: row.version + 1,
            attempt: (row.attempt > 0).then_some(row.attempt),
            occurred_at: self.now,
            correlation_id: cause,
            producer: Arc::<Producer>::clone(producer),
            previous_status: Some(row.status),
            change,
        };
        self.rows.push(&event, producer_id);
        self.events.push(event);
        row.version += 1;
        row.status = status;
    }

    /// How the attempts of this claim stand in their rows.
    pub(crate) fn begin_attempts(&mut self, start: Start) {
        self.start = Some(start);
    }

    /// Writes the beginning of an attempt: two versions and one attempt on.
    pub(crate) fn save_started(&mut self, job: i64) {
        self.started.push(job);
    }

    /// Writes a successful end: one version on.
    pub(crate) fn save_completed(&mut self, completed: CompletedRow) {
        self.completed.push(completed);
    }

    /// Writes whatever can change.
    pub(crate) fn save(&mut self, row: JobRow) {
        match row.status {
            JobStatus::Scheduled | JobStatus::Retrying => self.notice.due(row.due_at),
            JobStatus::Pending => self.makes_ready = true,
            _ => {}
        }
        self.saved.push(row);
    }

    /// Takes a PENDING job out of the line, before it is saved otherwise.
    pub(crate) fn withdraw(&mut self, job: i64) {
        self.withdrawn.push(job);
    }

    /// Writes an attempt that is over without success.
    pub(crate) fn save_attempt(&mut self, attempt: AttemptRow) {
        self.attempts.push(attempt);
    }

    /// Tells processors that a running job is to stop.
    pub(crate) fn request_stop(&mut self) {
        self.notice.stop();
    }

    /// Writes everything and commits, in one flight. Tells whoever waits in this process.
    pub(crate) async fn commit(mut self, tx: Transaction) -> DbResult<()> {
        // Transactions meet rows in one order.
        self.completed.sort_unstable_by_key(|row| row.job);
        self.saved.sort_unstable_by_key(|row| row.job);
        let now = At(self.now);
        let completed = CompletedColumns::of(&self.completed);
        let saved = SavedColumns::of(&self.saved);
        let attempts = AttemptColumns::of(&self.attempts);
        let start = self.start.as_ref();
        let lease_expires_at = start.map(|start| At(start.lease_expires_at));
        let worker_id = start.map(|start| &*start.worker_id);
        let notice = self.notice.text(&self.shared.instance);
        let has_events = !self.events.is_empty();
        let events = self.rows.finish();
        let wanted: [(bool, &str); 8] = [
            // First, as the others note under which commit their events stand.
            (has_events, &INSERT_EVENTS),
            (!self.started.is_empty(), START),
            (!self.completed.is_empty(), COMPLETE),
            (!self.withdrawn.is_empty(), WITHDRAW),
            (!self.saved.is_empty(), SAVE),
            (has_events && !self.saved.is_empty(), INSERT_JOB_COMMITS),
            (!self.attempts.is_empty(), INSERT_ATTEMPTS),
            (notice.is_some(), NOTIFY),
        ];
        for (_, sql) in wanted.iter().filter(|(wanted, _)| *wanted) {
            tx.prepare(sql).await?;
        }
        let started: [Param<'_>; 4] = [&self.started, &now, &lease_expires_at, &worker_id];
        let completed = completed.params(&now);
        let noted = saved.jobs();
        let saved = saved.params(&now);
        let attempts = attempts.params(&now);
        let events: [Param<'_>; 2] = [&now, &events];
        let notify: [Param<'_>; 1] = [&notice];
        let withdrawn: [Param<'_>; 1] = [&self.withdrawn];
        let params: [&Params<'_>; 8] = [
            &events, &started, &completed, &withdrawn, &saved, &noted, &attempts, &notify,
        ];
        let mut statements: Vec<Sent<'_>> = Vec::with_capacity(8);
        for ((wanted, sql), params) in wanted.iter().zip(params) {
            if *wanted {
                statements.push(tx.query(sql, params));
            }
        }
        let last = if !has_events {
            statements.push(tx.commit());
            flight(statements).await?;
            0
        } else {
            let (_, last) = tx
                .send_and_append(statements, self.events.len(), Some(self.now), None)
                .await?;
            last
        };
        tx.end();
        let entries = recorded(self.events, last);
        self.shared.tell(&entries, &self.notice, self.makes_ready);
        Ok(())
    }
}

const START: &str = "\
WITH started AS ( \
    UPDATE jobs SET status = 'EXECUTING', version = version + 2, attempt = attempt + 1, updated_at = $2, \
        started_at = $2, worker_id = $4, progress = NULL, commits = commits || currval('event_commit_ids') \
    WHERE job = ANY($1) RETURNING job) \
INSERT INTO running_jobs SELECT job, $3 FROM started";

const COMPLETE: &str = "\
WITH gone AS (DELETE FROM running_jobs WHERE job = ANY($2)) \
UPDATE jobs j SET status = 'COMPLETED', version = version + 1, updated_at = $1, finished_at = $1, \
    live_key = NULL, cancel_requested = false, result = u.result, commits = commits || currval('event_commit_ids') \
FROM unnest($2::bigint[], $3::text[]) AS u (job, result) WHERE j.job = u.job";

const WITHDRAW: &str = "\
DELETE FROM ready_jobs r USING jobs j WHERE j.job = ANY($1) \
AND r.job_type = j.job_type AND r.priority = j.priority AND r.due_at = j.due_at AND r.job = j.job";

const SAVE: &str = "\
WITH u AS MATERIALIZED ( \
    SELECT * FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::timestamptz[], \
        $8::boolean[], $9::text[], $10::boolean[], $11::boolean[], $12::json[], $13::json[]) \
        AS u (job, status, version, attempt_limit, run, due_at, is_finished, unique_key, cancel_requested, parked, \
        error, progress)), \
ended AS (DELETE FROM running_jobs r USING u WHERE r.job = u.job AND u.status <> 'EXECUTING'), \
saved AS ( \
    UPDATE jobs j SET status = u.status, version = u.version, attempt_limit = u.attempt_limit, run = u.run, \
        updated_at = $1::timestamptz, due_at = u.due_at, \
        finished_at = CASE WHEN u.is_finished THEN $1::timestamptz END, unique_key = u.unique_key, \
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
SELECT u.job, u.attempt, u.run, u.worker_id, u.outcome, u.started_at, $1, u.error \
FROM unnest($2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[], $8::json[]) \
    AS u (job, attempt, run, worker_id, outcome, started_at, error)";
