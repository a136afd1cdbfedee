use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use odd_contracts::{CorrelationId, JobId, JobStatus, RawJson, Timestamp};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{AttemptResult, JobEvent, StoreTime, VersionedChange};
use rusqlite::{Params, Row, params};

use super::prepared::PreparedStatements;
use super::ranges::CompletedRange;
use super::tables;
use super::transaction::Transaction;
use super::write_buffer::{AcceptedJob, WriteBuffer};
use super::writer_state::{Role, WriterState};
use crate::codec::PrunedDetail;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::running::RunningAttempt;
use crate::segment::{Origin, Segment};

/// The longest result that the event of a completion contains. A longer one has a row of its own, so that readers of the
/// log skip it.
const SMALL_RESULT_BYTES: usize = 1_024;

static JOB_BY_ID: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM jobs j WHERE j.id = ?1"));

/// A transaction with the events and rows that it writes. Operations decide what changes; the session writes it.
pub(crate) struct Session<'a, 'c> {
    pub(super) tx: Transaction<'a, 'c>,
    pub(super) state: &'a mut WriterState,
    time: StoreTime,
    lease_time: Timestamp,
    records: Vec<LogRecord>,
    segment: Segment,
    pub(super) buffer: WriteBuffer,
    events: usize,
}

impl<'a, 'c> Session<'a, 'c> {
    /// Creates the session of a transaction that has not begun, at the time to which the clock of `state` was advanced.
    pub(super) fn new(statements: &'a PreparedStatements<'c>, state: &'a mut WriterState) -> Self {
        let (time, lease_time) = state.clock.time();
        Self {
            tx: Transaction::new(statements),
            state,
            time,
            lease_time,
            records: Vec::new(),
            segment: Segment::default(),
            buffer: WriteBuffer::new(time.wall),
            events: 0,
        }
    }

    pub(super) fn begin(&mut self) -> DbResult<()> {
        self.tx.begin()
    }

    pub(super) fn commit(&mut self) -> DbResult<()> {
        self.flush_events()?;
        self.buffer.flush(&self.tx)?;
        self.tx.commit()
    }

    /// The wall-clock time of this transaction.
    pub(super) fn now(&self) -> Timestamp {
        self.time.wall
    }

    /// The time by which leases expire. It hardly advances while the process is paused.
    pub(super) fn lease_time(&self) -> Timestamp {
        self.lease_time
    }

    /// The time of this transaction, by both clocks.
    pub(super) fn time(&self) -> StoreTime {
        self.time
    }

    /// The number of events that the transaction has written: a measure of its size.
    pub(super) fn events(&self) -> usize {
        self.events
    }

    /// Returns what the transaction added to the log.
    pub(super) fn into_records(self) -> Vec<LogRecord> {
        self.records
    }

    pub(super) fn next_job(&mut self) -> i64 {
        self.state.next_job += 1;
        self.state.next_job - 1
    }

    /// Returns the current state of a job, running or not.
    pub(super) fn job(&mut self, id: JobId) -> DbResult<Option<JobRow>> {
        match self.state.running.get(id) {
            Some(attempt) => Ok(Some(attempt.row.clone())),
            None => self.find(&JOB_BY_ID, params![id.0], JobRow::read),
        }
    }

    /// Ends a running attempt: `row` is its job after `change`, which `result` led to. Removes the lease.
    pub(super) fn end_attempt(
        &mut self,
        attempt: &RunningAttempt,
        row: JobRow,
        change: VersionedChange,
        result: &AttemptResult,
    ) -> DbResult<()> {
        if let Some(claim) = self.state.running.end(row.id) {
            tables::delete_claim(&self.tx, claim)?;
        }
        let output = result.output();
        let is_complete = row.state.status == JobStatus::Completed;
        let is_plain = attempt.row.is_in_plain_first_attempt() && row.updated_at <= self.now();
        if is_complete && is_plain && is_small(output) {
            return self.complete_plainly(row, change, output);
        }
        let ended_at = self.now().max(row.updated_at);
        tables::insert_attempt(&self.tx, &attempt.row, &attempt.worker, result, ended_at)?;
        self.save_change(row, Role::Processor, None, change)
    }

    /// Completes a job whose events describe its only attempt completely.
    fn complete_plainly(
        &mut self,
        mut row: JobRow,
        change: VersionedChange,
        output: Option<&RawJson>,
    ) -> DbResult<()> {
        let cause = row.correlation;
        self.record(&mut row, Role::Processor, cause, change, output)?;
        let range = CompletedRange::of(&row);
        self.buffer.complete_jobs(&self.tx, range)?;
        tables::delete_unique_key(&self.tx, &row)
    }

    /// Records a change of a job and writes its row, its index entry and its unique key. `cause` is the request that asked
    /// for the change, if it is not the job's own. The index entry of the state before must have been removed.
    pub(super) fn save_change(
        &mut self,
        mut row: JobRow,
        role: Role,
        cause: Option<CorrelationId>,
        change: VersionedChange,
    ) -> DbResult<()> {
        let cause = cause.unwrap_or(row.correlation);
        self.record(&mut row, role, cause, change, None)?;
        tables::update_job(&self.tx, &row)?;
        self.insert_index(&row)?;
        match row.state.status.is_terminal() {
            true => tables::delete_unique_key(&self.tx, &row),
            false => Ok(()),
        }
    }

    /// Writes the row of a running job whose state changed without a change of its status.
    pub(super) fn save_running(&mut self, attempt: RunningAttempt) -> DbResult<()> {
        tables::update_job(&self.tx, &attempt.row)?;
        self.state.running.update(attempt);
        Ok(())
    }

    /// Writes the row of a job whose status stays.
    pub(super) fn save_row(&mut self, row: &JobRow) -> DbResult<()> {
        tables::update_job(&self.tx, row)
    }

    /// Appends the event of a change that was applied to `row`, and updates the row's position and time. The event of a
    /// completion contains `output`. Its time is not before that of the job's last event: the wall clock may have been set
    /// back.
    pub(super) fn record(
        &mut self,
        row: &mut JobRow,
        role: Role,
        cause: CorrelationId,
        change: VersionedChange,
        output: Option<&RawJson>,
    ) -> DbResult<()> {
        let occurred_at = self.now().max(row.updated_at);
        let producer = self.state.producer(role);
        let event = JobEvent {
            job_id: row.id,
            job_type: row.job_type.clone(),
            queue: row.queue.clone(),
            version: change.version,
            attempt: change.attempt,
            occurred_at,
            correlation_id: cause,
            trace: row.trace,
            producer: producer.producer.clone(),
            previous_status: change.previous_status,
            change: change.change,
        };
        let origin = Origin {
            producer: producer.row,
            job: row.job,
            prev: Some(row.last_seq),
            own: row.correlation,
        };
        row.last_seq = self.append(&origin, event, output)?;
        row.updated_at = occurred_at;
        Ok(())
    }

    /// Appends an event and returns its sequence number.
    pub(super) fn append(
        &mut self,
        origin: &Origin,
        event: JobEvent,
        output: Option<&RawJson>,
    ) -> DbResult<i64> {
        self.segment.push(self.time.wall, origin, &event, output);
        self.append_record(LogEntry::Event(Arc::new(event)))
    }

    /// Appends the entry that tells views about removed jobs.
    pub(super) fn append_pruned(&mut self, detail: &PrunedDetail, entry: LogEntry) -> DbResult<()> {
        let producer = self.state.producer(Role::Processor).row;
        self.segment.push_pruned(producer, detail);
        self.append_record(entry).map(drop)
    }

    fn append_record(&mut self, entry: LogEntry) -> DbResult<i64> {
        let seq = self.state.next_seq;
        self.state.next_seq += 1;
        self.events += 1;
        let position = Position(u64::try_from(seq).expect("sequence numbers count up from 1"));
        self.records.push(LogRecord { position, entry });
        if self.segment.is_full() {
            self.flush_events()?;
        }
        Ok(seq)
    }

    /// Writes the events that were appended so far.
    pub(super) fn flush_events(&mut self) -> DbResult<()> {
        if self.segment.is_empty() {
            return Ok(());
        }
        let events = self.segment.take();
        let last_seq = self.state.next_seq - 1;
        let inserted = self.tx.execute(
            "INSERT INTO event_segments (last_seq, at, events) VALUES (?1, ?2, ?3)",
            params![last_seq, self.now().as_micros(), events],
        );
        inserted.map(drop)
    }

    /// Inserts a new job; its index entry follows separately.
    pub(super) fn insert_job(&mut self, job: AcceptedJob) -> DbResult<()> {
        self.buffer.insert_job(&self.tx, job)
    }

    /// Runs `work` so that an `Err` in its result undoes its changes. `work` must not start or end attempts: they would
    /// not be undone.
    pub(super) fn atomic<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> DbResult<Result<T, E>>,
    ) -> DbResult<Result<T, E>> {
        self.flush_events()?;
        self.buffer.flush(&self.tx)?;
        let counters = self.state.counters();
        let records = self.records.len();
        self.tx.set_savepoint()?;
        let outcome = work(self)?;
        if outcome.is_err() {
            self.segment = Segment::default();
            self.buffer.clear();
            self.tx.roll_back_to_savepoint()?;
            self.state.restore(counters);
            self.records.truncate(records);
        }
        self.tx.release_savepoint()?;
        Ok(outcome)
    }

    /// Returns the first row of a query, read by `read`.
    pub(super) fn find<T>(
        &mut self,
        sql: &'static str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> DbResult<Option<T>> {
        self.buffer.flush(&self.tx)?;
        self.tx.find(sql, values, read)
    }

    /// Reads the rows of a query in order until `read` breaks.
    pub(super) fn each(
        &mut self,
        sql: &'static str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<ControlFlow<()>>,
    ) -> DbResult<()> {
        self.buffer.flush(&self.tx)?;
        self.tx.each(sql, values, read)
    }

    /// Runs a statement and returns how many rows it changed. It does not see the write buffer: use it for rows that a
    /// query of this transaction has found, and for tables that the buffer does not contain.
    pub(super) fn execute(&mut self, sql: &'static str, values: impl Params) -> DbResult<usize> {
        self.tx.execute(sql, values)
    }
}

/// Returns `true` if the event of a completion may contain the result. A null would be read as no result.
fn is_small(result: Option<&RawJson>) -> bool {
    result.is_none_or(|json| json.get().len() <= SMALL_RESULT_BYTES && json.get() != "null")
}
