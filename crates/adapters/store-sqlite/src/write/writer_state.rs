use std::sync::Arc;

use odd_contracts::{Producer, Timestamp};
use odd_core::Producers;
use odd_core::ports::Hint;
use rusqlite::{Connection, params};

use super::running_attempts::RunningAttempts;
use crate::error::DbResult;
use crate::running::PublishedAttempts;

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
    /// The time of the last transaction.
    pub(super) last_now: Timestamp,
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
    ) -> DbResult<Self> {
        let newest = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
        let last_event = newest(
            "SELECT max(at) FROM (SELECT at FROM event_segments ORDER BY last_seq DESC LIMIT 1)",
        )?;
        let last_claim = newest("SELECT max(claim) FROM claims")?;
        Ok(Self {
            next_seq: newest("SELECT max(last_seq) FROM event_segments")?.unwrap_or(0) + 1,
            next_job: newest("SELECT max(job) FROM jobs")?.unwrap_or(0) + 1,
            last_now: Timestamp::from_micros(last_event.unwrap_or(0)),
            hint: Hint::default(),
            pruned_to: 0,
            running: RunningAttempts::new(last_claim.unwrap_or(0), published),
            gateway: producer_ref(connection, &producers.gateway)?,
            processor: producer_ref(connection, &producers.processor)?,
        })
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
