use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use odd_contracts::{JobId, JobStatus, Producer, RawJson, Timestamp};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{JobEvent, machine};
use rusqlite::{OptionalExtension, Statement, params};

use super::DbResult;
use super::journal::{Journal, Signer};
use super::leases::{Held, Leases};
use super::pending::{Pending, PendingJob};
use super::ranges::{CompletedRange, ReadyRange};
use super::statements::Statements;
use crate::codec::PrunedDetail;
use crate::segment::{Origin, Segment};

/// Which role signs an event.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Gateway,
    Processor,
}

/// One transaction.
pub(crate) struct Session<'a, 'c> {
    statements: &'a Statements<'c>,
    journal: &'a mut Journal,
    now: Timestamp,
    entries: Vec<LogRecord>,
    segment: Segment,
    pending: RefCell<Pending>,
    rows: usize,
}

impl<'a, 'c> Session<'a, 'c> {
    /// `now` never runs backward from transaction to transaction, even when the machine's clock does.
    pub(crate) fn new(
        statements: &'a Statements<'c>,
        journal: &'a mut Journal,
        now: Timestamp,
    ) -> Self {
        journal.last_now = journal.last_now.max(now);
        let now = journal.last_now;
        Self {
            statements,
            journal,
            now,
            entries: Vec::new(),
            segment: Segment::default(),
            pending: RefCell::default(),
            rows: 0,
        }
    }

    pub(crate) fn begin(&mut self) -> DbResult<()> {
        self.change("BEGIN IMMEDIATE", []).map(drop)
    }

    pub(crate) fn commit(&mut self) -> DbResult<()> {
        self.flush_events()?;
        self.flush()?;
        self.change("COMMIT", []).map(drop)
    }

    /// The time of everything in this transaction.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Hints that a job is due at `at`.
    pub(crate) fn note_due(&mut self, at: Timestamp) {
        let due = &mut self.journal.hint.next_due;
        *due = Some(due.map_or(at, |earlier| earlier.min(at)));
    }

    /// Hints when the next job is due, now that the earlier ones are not waiting any more.
    pub(crate) fn set_next_due(&mut self, next: Option<Timestamp>) {
        self.journal.hint.next_due = next;
    }

    /// Hints that a running job was asked to stop.
    pub(crate) fn note_cancel_request(&mut self) {
        self.journal.hint.cancel_requests += 1;
    }

    /// The row up to which the present round of pruning has looked.
    pub(crate) fn pruned_to(&self) -> i64 {
        self.journal.pruned_to
    }

    /// Notes up to where pruning has looked; 0 begins a new round.
    pub(crate) fn set_pruned_to(&mut self, job: i64) {
        self.journal.pruned_to = job;
    }

    /// How much this transaction has written.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn into_entries(self) -> Vec<LogRecord> {
        self.entries
    }

    pub(crate) fn producer(&self, role: Role) -> &Arc<Producer> {
        &self.signer(role).producer
    }

    /// The row of the producer in this file.
    pub(crate) fn producer_row(&self, role: Role) -> i64 {
        self.signer(role).row
    }

    /// The running attempt of a job.
    pub(crate) fn held(&self, id: JobId) -> Option<&Arc<Held>> {
        self.journal.leases.get(id)
    }

    /// The running attempts, to be changed.
    pub(super) fn leases(&mut self) -> &mut Leases {
        &mut self.journal.leases
    }

    fn signer(&self, role: Role) -> &Signer {
        match role {
            Role::Gateway => &self.journal.gateway,
            Role::Processor => &self.journal.processor,
        }
    }

    pub(crate) fn next_job(&mut self) -> i64 {
        self.journal.next_job += 1;
        self.journal.next_job - 1
    }

    fn next_seq(&mut self) -> i64 {
        self.journal.next_seq += 1;
        self.rows += 1;
        self.journal.next_seq - 1
    }

    /// Appends an event of a job, with the result that it brought. Returns its sequence number.
    pub(crate) fn append(
        &mut self,
        origin: &Origin,
        event: JobEvent,
        result: Option<&RawJson>,
    ) -> DbResult<i64> {
        debug_assert!(
            machine::is_legal(
                event.previous_status,
                event.change.event_type(),
                event.change.status()
            ),
            "{event:?}"
        );
        let seq = self.next_seq();
        self.segment.push(origin, &event, result);
        self.record(seq, LogEntry::Event(Arc::new(event)));
        self.flush_full()?;
        Ok(seq)
    }

    /// Appends the entry that tells views of removed jobs.
    pub(crate) fn append_pruned(
        &mut self,
        detail: &PrunedDetail,
        status: JobStatus,
    ) -> DbResult<()> {
        let (Ok(job_type), Ok(queue)) = (detail.job_type.parse(), detail.queue.parse()) else {
            return Err(rusqlite::Error::InvalidQuery);
        };
        let seq = self.next_seq();
        self.segment.push_pruned(self.journal.processor.row, detail);
        self.record(
            seq,
            LogEntry::Pruned {
                job_type,
                queue,
                status,
                count: detail.count,
                before: Timestamp::from_micros(detail.before),
            },
        );
        self.flush_full()
    }

    fn flush_full(&mut self) -> DbResult<()> {
        if self.segment.is_full() {
            self.flush_events()?;
        }
        Ok(())
    }

    /// Writes the events that have been appended so far.
    pub(super) fn flush_events(&mut self) -> DbResult<()> {
        if self.segment.is_empty() {
            return Ok(());
        }
        let events = self.segment.take();
        let last_seq = self.journal.next_seq - 1;
        self.change(
            "INSERT INTO event_segments (last_seq, at, events) VALUES (?1, ?2, ?3)",
            params![last_seq, self.now.as_micros(), events],
        )
        .map(drop)
    }

    /// Stores a new job, in time.
    pub(super) fn insert_job(&self, job: PendingJob) -> DbResult<()> {
        self.pending.borrow_mut().insert_job(self, job)
    }

    /// Puts jobs in line for workers, in time.
    pub(super) fn enter_ready(&self, range: ReadyRange) -> DbResult<()> {
        self.pending.borrow_mut().enter_ready(self, range)
    }

    /// Takes what became ready in this transaction and is not written yet, when nothing else is ready.
    pub(super) fn take_only_ready(&self) -> DbResult<Option<ReadyRange>> {
        let pending = self.pending.borrow_mut().ready.take();
        let Some(range) = pending else {
            return Ok(None);
        };
        let is_only = self
            .statements
            .with("SELECT NOT EXISTS (SELECT 1 FROM ready)", |statement| {
                statement.query_row([], |row| row.get(0))
            })?;
        if is_only {
            return Ok(Some(range));
        }
        self.enter_ready(range)?;
        Ok(None)
    }

    /// Writes back a job that completed in its first attempt, in time.
    pub(super) fn save_completed(&self, range: CompletedRange) -> DbResult<()> {
        self.pending.borrow_mut().save_completed(self, range)
    }

    /// Writes what is pending. Every query does so first.
    fn flush(&self) -> DbResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        self.pending.take().flush(self)
    }

    fn record(&mut self, seq: i64, entry: LogEntry) {
        let position = Position(u64::try_from(seq).expect("sequence numbers count up from 1"));
        self.entries.push(LogRecord { position, entry });
    }

    /// Runs `work` so that an `Err` inside its result leaves no trace of it. `work` neither begins nor ends attempts:
    /// leases would stay.
    pub(crate) fn atomic<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> DbResult<Result<T, E>>,
    ) -> DbResult<Result<T, E>> {
        self.flush_events()?;
        self.flush()?;
        let mark = self.journal.mark();
        let entries = self.entries.len();
        self.change("SAVEPOINT step", [])?;
        let outcome = work(self)?;
        if outcome.is_err() {
            self.segment = Segment::default();
            self.pending.take();
            self.change("ROLLBACK TO step", [])?;
            self.journal.reset(mark);
            self.entries.truncate(entries);
        }
        self.change("RELEASE step", [])?;
        Ok(outcome)
    }

    /// The first row of a query, read by `read`.
    pub(crate) fn find<T>(
        &self,
        sql: &'static str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> DbResult<T>,
    ) -> DbResult<Option<T>> {
        self.flush()?;
        self.statements.with(sql, |statement| {
            statement.query_row(values, read).optional()
        })
    }

    /// Every row of a query, as long as `read` asks for more; `read` must not use the session.
    pub(crate) fn each(
        &self,
        sql: &'static str,
        values: impl rusqlite::Params,
        mut read: impl FnMut(&rusqlite::Row<'_>) -> DbResult<ControlFlow<()>>,
    ) -> DbResult<()> {
        self.flush()?;
        self.statements.with(sql, |statement| {
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                if read(row)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Runs a statement; returns how many rows it changed. It does not see what is pending: change only rows that a
    /// query of this transaction has found, or that stand in tables of which nothing is ever pending.
    pub(crate) fn change(
        &self,
        sql: &'static str,
        values: impl rusqlite::Params,
    ) -> DbResult<usize> {
        self.statements
            .with(sql, |statement| statement.execute(values))
    }

    /// Runs a statement whose parameters `bind` has set.
    pub(super) fn change_with(
        &self,
        sql: &'static str,
        bind: impl FnOnce(&mut Statement<'_>) -> DbResult<()>,
    ) -> DbResult<usize> {
        self.statements.with(sql, |statement| {
            bind(statement)?;
            statement.raw_execute()
        })
    }
}
