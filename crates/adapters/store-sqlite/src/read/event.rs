use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::Arc;

use odd_contracts::{
    CorrelationId, EventType, JobId, JobStatus, JobType, Producer, QueueName, Timestamp,
    TraceContext,
};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{JobEvent, decode_change};
use rusqlite::{Connection, params};
use serde::Deserialize;

use crate::codec::{
    PrunedDetail, damaged, get_correlation, get_job_id, get_json, get_name, unreadable,
};
use crate::segment::{Entry, KIND_PRUNED};

/// What events do not repeat about their job.
struct Subject {
    id: JobId,
    job_type: JobType,
    queue: QueueName,
    correlation: CorrelationId,
    trace: Option<TraceContext>,
}

/// The part of the column `options` that events have.
#[derive(Deserialize)]
struct EventOptions {
    #[serde(default)]
    trace: Option<TraceContext>,
}

/// Decodes entries into events; queries their jobs and producers.
pub(super) struct Decoder<'c> {
    connection: &'c Connection,
    producers: HashMap<i64, Arc<Producer>>,
    /// The last job that was queried: events of one job are often adjacent.
    last: Option<(i64, Subject)>,
}

impl<'c> Decoder<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            producers: HashMap::new(),
            last: None,
        }
    }

    pub(super) fn decode(
        &mut self,
        seq: i64,
        at: i64,
        entry: &Entry<'_>,
    ) -> rusqlite::Result<LogRecord> {
        let position = Position(u64::try_from(seq).map_err(|_| damaged(0, "position"))?);
        let entry = if entry.kind == KIND_PRUNED {
            pruned(entry)?
        } else {
            LogEntry::Event(Arc::new(self.event(at, entry)?))
        };
        Ok(LogRecord { position, entry })
    }

    fn event(&mut self, at: i64, entry: &Entry<'_>) -> rusqlite::Result<JobEvent> {
        let kind = usize::try_from(entry.kind)
            .ok()
            .and_then(|kind| EventType::ALL.get(kind))
            .ok_or_else(|| damaged(0, "kind of event"))?;
        let previous_status = match entry.previous {
            None => None,
            Some(code) => Some(
                *JobStatus::ALL
                    .get(code)
                    .ok_or_else(|| damaged(0, "status"))?,
            ),
        };
        let producer = self.producer(entry.producer)?;
        let change =
            decode_change(*kind, entry.millis, entry.detail(), &producer).map_err(unreadable)?;
        let subject = self.subject(entry.job)?;
        Ok(JobEvent {
            job_id: subject.id,
            job_type: subject.job_type.clone(),
            queue: subject.queue.clone(),
            version: entry.version,
            attempt: entry.attempt,
            occurred_at: Timestamp::from_micros(at + entry.later_by.unwrap_or(0)),
            correlation_id: entry.correlation.map_or(subject.correlation, CorrelationId),
            trace: subject.trace,
            producer,
            previous_status,
            change,
        })
    }

    fn producer(&mut self, number: i64) -> rusqlite::Result<Arc<Producer>> {
        let slot = match self.producers.entry(number) {
            Slot::Occupied(known) => return Ok(known.get().clone()),
            Slot::Vacant(slot) => slot,
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT service, instance_id, version FROM producers WHERE producer = ?1",
        )?;
        let producer = statement.query_row(params![number], |row| {
            Ok(Producer {
                service: row.get(0)?,
                instance_id: row.get(1)?,
                version: row.get(2)?,
            })
        })?;
        Ok(slot.insert(Arc::new(producer)).clone())
    }

    fn subject(&mut self, job: i64) -> rusqlite::Result<&Subject> {
        if self.last.as_ref().is_none_or(|(number, _)| *number != job) {
            let mut statement = self.connection.prepare_cached(
                "SELECT id, type, queue, correlation, options FROM jobs WHERE job = ?1",
            )?;
            let subject = statement.query_row(params![job], |row| {
                let options: Option<EventOptions> = get_json(row, 4)?;
                Ok(Subject {
                    id: get_job_id(row, 0)?,
                    job_type: get_name(row, 1)?,
                    queue: get_name(row, 2)?,
                    correlation: get_correlation(row, 3)?,
                    trace: options.and_then(|options| options.trace),
                })
            })?;
            self.last = Some((job, subject));
        }
        let (_, subject) = self.last.as_ref().expect("queried above");
        Ok(subject)
    }
}

fn pruned(entry: &Entry<'_>) -> rusqlite::Result<LogEntry> {
    let detail = entry.detail().unwrap_or("null");
    let detail: PrunedDetail = serde_json::from_str(detail).map_err(unreadable)?;
    let status = usize::try_from(detail.status)
        .ok()
        .and_then(|i| JobStatus::ALL.get(i))
        .copied();
    let name = |_| damaged(0, "name");
    Ok(LogEntry::Pruned {
        job_type: detail.job_type.parse().map_err(name)?,
        queue: detail.queue.parse().map_err(name)?,
        status: status.ok_or_else(|| damaged(0, "status"))?,
        count: detail.count,
        before: Timestamp::from_micros(detail.before),
    })
}
