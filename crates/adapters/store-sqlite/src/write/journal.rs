use std::sync::Arc;

use odd_contracts::{Producer, Timestamp};
use odd_core::ports::Hint;
use rusqlite::{Connection, params};

use super::DbResult;
use super::leases::Leases;
use crate::SqliteConfig;
use crate::running::Running;

/// A producer and its row.
pub(crate) struct Signer {
    pub(super) row: i64,
    pub(super) producer: Arc<Producer>,
}

/// What the writer knows from transaction to transaction.
pub(crate) struct Journal {
    pub(super) next_seq: i64,
    pub(super) next_job: i64,
    pub(super) last_now: Timestamp,
    pub(super) hint: Hint,
    /// The row up to which the present round of pruning has looked.
    pub(super) pruned_to: i64,
    pub(super) leases: Leases,
    pub(super) gateway: Signer,
    pub(super) processor: Signer,
}

/// Where the journal stood, to go back to when a transaction is given up.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    next_seq: i64,
    next_job: i64,
    pruned_to: i64,
}

impl Journal {
    /// Reads where the file ends and makes sure that the producers have their rows.
    pub(crate) fn load(
        connection: &Connection,
        config: &SqliteConfig,
        running: Running,
    ) -> DbResult<Self> {
        let newest = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
        let last_event = newest(
            "SELECT max(at) FROM (SELECT at FROM event_segments ORDER BY last_seq DESC LIMIT 1)",
        )?;
        Ok(Self {
            next_seq: newest("SELECT max(last_seq) FROM event_segments")?.unwrap_or(0) + 1,
            next_job: newest("SELECT max(job) FROM jobs")?.unwrap_or(0) + 1,
            last_now: Timestamp::from_micros(last_event.unwrap_or(0)),
            hint: Hint::default(),
            pruned_to: 0,
            leases: Leases::new(
                newest("SELECT max(claim) FROM claims")?.unwrap_or(0),
                running,
            ),
            gateway: signer(connection, &config.producers.gateway)?,
            processor: signer(connection, &config.producers.processor)?,
        })
    }

    pub(crate) fn hint(&self) -> Hint {
        self.hint
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            next_seq: self.next_seq,
            next_job: self.next_job,
            pruned_to: self.pruned_to,
        }
    }

    pub(crate) fn reset(&mut self, mark: Mark) {
        self.next_seq = mark.next_seq;
        self.next_job = mark.next_job;
        self.pruned_to = mark.pruned_to;
    }
}

fn signer(connection: &Connection, producer: &Producer) -> DbResult<Signer> {
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
    Ok(Signer {
        row,
        producer: Arc::new(producer.clone()),
    })
}
