use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{Producer, Timestamp};
use odd_core::ports::Hint;
use odd_core::{Clock, ClockJump, Producers, SavedClock, StoreClock, WallOffset};
use rusqlite::{Connection, OptionalExtension, params};

use super::running_attempts::RunningAttempts;
use crate::codec::get_optional_time;
use crate::error::DbResult;
use crate::running::PublishedAttempts;
use crate::time::SharedClock;

/// A producer of events and its row in the file.
pub(super) struct ProducerRef {
    pub(super) row: i64,
    pub(super) producer: Arc<Producer>,
}

/// The part of the system that caused an event; each has its producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Gateway,
    Processor,
}

/// The writer's memory from transaction to transaction.
pub(super) struct WriterState {
    pub(super) next_seq: i64,
    pub(super) next_job: i64,
    pub(super) clock: SharedClock,
    /// The clock after a jump, until a transaction has saved it.
    pub(super) unsaved_clock: Option<SavedClock>,
    pub(super) hint: Hint,
    /// The last row that the current round of pruning has read; 0 before a new round.
    pub(super) pruned_to: i64,
    pub(super) running: RunningAttempts,
    gateway: ProducerRef,
    processor: ProducerRef,
}

/// The counters of a [`WriterState`] before a transaction, restored when it is rolled back.
#[derive(Clone, Copy)]
pub(super) struct Counters {
    next_seq: i64,
    next_job: i64,
    pruned_to: i64,
}

impl WriterState {
    /// Reads the counters from the file and inserts the rows of the producers unless they exist.
    pub(super) fn load(
        connection: &Connection,
        producers: &Producers,
        published: PublishedAttempts,
        machine: Arc<dyn Clock>,
        longest_lease_step: Duration,
    ) -> DbResult<Self> {
        let newest = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
        let last_event = newest(
            "SELECT max(at) FROM (SELECT at FROM event_segments ORDER BY last_seq DESC LIMIT 1)",
        )?;
        let last_change = last_event.map(Timestamp::from_micros);
        let saved = load_clock(connection)?;
        let (clock, jump) = StoreClock::resume(saved, last_change, machine.read());
        if let Some(jump) = jump {
            tracing::warn!(
                by_seconds = jump.seconds(),
                "the clock of this machine was set back while the store was closed; delays continue from where they were"
            );
        }
        let last_claim = newest("SELECT max(claim) FROM claims")?;
        Ok(Self {
            next_seq: newest("SELECT max(last_seq) FROM event_segments")?.unwrap_or(0) + 1,
            next_job: newest("SELECT max(job) FROM jobs")?.unwrap_or(0) + 1,
            unsaved_clock: (clock.saved() != saved).then_some(clock.saved()),
            clock: SharedClock::new(machine, clock, longest_lease_step),
            hint: Hint::default(),
            pruned_to: 0,
            running: RunningAttempts::new(last_claim.unwrap_or(0), published),
            gateway: producer_ref(connection, &producers.gateway)?,
            processor: producer_ref(connection, &producers.processor)?,
        })
    }

    /// Advances the clock to the present. Returns the jump if the wall clock was set since the last call.
    pub(super) fn advance_clock(&mut self) -> Option<ClockJump> {
        let jump = self.clock.advance()?;
        self.unsaved_clock = Some(self.clock.saved());
        tracing::warn!(
            by_seconds = jump.seconds(),
            "the clock of this machine was set; delays, retries and leases are not affected"
        );
        Some(jump)
    }

    pub(super) fn producer(&self, role: Role) -> &ProducerRef {
        match role {
            Role::Gateway => &self.gateway,
            Role::Processor => &self.processor,
        }
    }

    pub(super) fn counters(&self) -> Counters {
        Counters {
            next_seq: self.next_seq,
            next_job: self.next_job,
            pruned_to: self.pruned_to,
        }
    }

    pub(super) fn restore(&mut self, counters: Counters) {
        self.next_seq = counters.next_seq;
        self.next_job = counters.next_job;
        self.pruned_to = counters.pruned_to;
    }
}

/// Reads what was saved of the clock.
fn load_clock(connection: &Connection) -> DbResult<SavedClock> {
    let saved = connection.query_row("SELECT wall_offset, distrusted_at FROM clock", [], |row| {
        Ok(SavedClock {
            offset: WallOffset(row.get(0)?),
            distrusted_at: get_optional_time(row, 1)?,
        })
    });
    Ok(saved.optional()?.unwrap_or_default())
}

fn producer_ref(connection: &Connection, producer: &Producer) -> DbResult<ProducerRef> {
    let values = params![producer.service, producer.instance_id, producer.version];
    connection.execute(
        "INSERT OR IGNORE INTO producers (service, instance_id, version) VALUES (?1, ?2, ?3)",
        values,
    )?;
    let row = connection.query_row(
        "SELECT producer FROM producers WHERE service = ?1 AND instance_id = ?2 AND version = ?3",
        values,
        |row| row.get(0),
    )?;
    Ok(ProducerRef {
        row,
        producer: Arc::new(producer.clone()),
    })
}
