use std::sync::Arc;

use odd_contracts::{CorrelationId, JobId, Producer, Timestamp};
use odd_core::ports::{LogEntry, Recorded};
use odd_core::{JobEvent, decode_change};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use super::position;
use crate::codec::{self, JsonText};
use crate::error::{DbResult, damaged};

/// The columns that [`read`] expects, from `job_events e`, `event_commits c` and `producers p`.
pub(super) const COLUMNS: &str = "c.last_position - c.event_count + 1 + e.ordinal AS position, e.occurred_at, e.job_id, \
     e.version, e.event_type, e.previous_status, e.attempt, e.job_type, e.queue, e.correlation_id, e.millis, e.detail, \
     p.service, p.instance_id, p.version AS producer_version";

/// Reads an event and its place.
pub(super) fn read(row: &Row) -> DbResult<Recorded> {
    let producer = Arc::new(Producer {
        service: row.try_get("service")?,
        instance_id: row.try_get("instance_id")?,
        version: row.try_get("producer_version")?,
    });
    let detail: Option<JsonText> = row.try_get("detail")?;
    let detail = detail.as_ref().map(|text| &*text.0);
    let change = decode_change(
        codec::event_type(row, "event_type")?,
        row.try_get("millis")?,
        detail,
        &producer,
    )
    .map_err(|error| damaged(format!("detail: {error}")))?;
    let previous: Option<&str> = row.try_get("previous_status")?;
    let attempt: Option<i32> = row.try_get("attempt")?;
    let event = JobEvent {
        job_id: JobId(row.try_get::<_, Uuid>("job_id")?),
        job_type: codec::name(row, "job_type")?,
        queue: codec::name(row, "queue")?,
        version: codec::number(row, "version")?,
        attempt: attempt.and_then(|attempt| u32::try_from(attempt).ok()),
        occurred_at: codec::time(row, "occurred_at")?,
        correlation_id: CorrelationId(row.try_get("correlation_id")?),
        producer,
        previous_status: previous.map(codec::status_named).transpose()?,
        change,
    };
    Ok(Recorded {
        position: position(row.try_get("position")?),
        entry: LogEntry::Event(Arc::new(event)),
    })
}

/// Pruned jobs of one kind, as the column `pruned` has them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrunedJobs {
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: String,
    pub(crate) count: u64,
    pub(crate) before: i64,
}

impl PrunedJobs {
    pub(crate) fn to_entry(&self) -> DbResult<LogEntry> {
        let name = |_| damaged("pruned: a name");
        Ok(LogEntry::Pruned {
            job_type: self.job_type.parse().map_err(name)?,
            queue: self.queue.parse().map_err(name)?,
            status: codec::status_named(&self.status)?,
            count: self.count,
            before: Timestamp::from_micros(self.before),
        })
    }
}
