use odd_contracts::JobId;
use odd_core::ports::LogRecord;
use tokio_postgres::{GenericClient, Row};

use crate::codec::{self, JsonText};
use crate::error::{DbResult, damaged};
use crate::packed::{EventRow, ProducersById};
use crate::shared::Shared;

/// The columns that [`decode`] expects, from `event_commits c` and `commit_events e`.
pub(super) const COLUMNS: &str =
    "c.last_position - c.event_count + 1 + e.first AS first, e.occurred_at, e.events";

/// Reads the events of rows after `after`, in their order, until there are `limit`; with `job`, its own alone.
pub(super) async fn decode(
    shared: &Shared,
    client: &impl GenericClient,
    rows: &[Row],
    wanted: &Wanted,
) -> DbResult<Vec<LogRecord>> {
    let rows: Vec<EventRow> = rows.iter().map(read).collect::<DbResult<_>>()?;
    if let Some(entries) = wanted.read(&rows, &shared.producer_names.known())? {
        return Ok(entries);
    }
    let all = shared.producer_names.load(client).await?;
    let entries = wanted.read(&rows, &all)?;
    entries.ok_or_else(|| damaged("events: nobody knows who signed one"))
}

/// Which events of rows.
pub(super) struct Wanted {
    pub(super) after: i64,
    pub(super) job: Option<JobId>,
    pub(super) limit: usize,
}

impl Wanted {
    /// Nothing when `producers` lacks somebody.
    fn read(
        &self,
        rows: &[EventRow],
        producers: &ProducersById,
    ) -> DbResult<Option<Vec<LogRecord>>> {
        let mut entries = Vec::new();
        for row in rows {
            if !row.read(self.after, self.job, producers, &mut entries)? {
                return Ok(None);
            }
            if entries.len() >= self.limit {
                break;
            }
        }
        Ok(Some(entries))
    }
}

fn read(row: &Row) -> DbResult<EventRow> {
    let JsonText(events) = row.try_get("events")?;
    Ok(EventRow {
        first: row.try_get("first")?,
        occurred_at: codec::time(row, "occurred_at")?,
        events,
    })
}
