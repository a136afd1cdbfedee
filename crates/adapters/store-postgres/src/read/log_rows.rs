use odd_contracts::JobId;
use odd_core::ports::LogRecord;
use tokio_postgres::{GenericClient, Row};

use crate::codec::{self, JsonText};
use crate::error::{DbResult, damaged};
use crate::packed::{EventRow, ProducersById};
use crate::shared::Shared;

/// The columns that [`decode`] expects, from `event_commits c` and `commit_events e`.
pub(super) const COLUMNS: &str = "c.last_position - c.event_count + 1 + e.first AS first, e.occurred_at, e.events, e.traces, e.times";

/// Decodes the events of rows that pass the filter, in order. Loads the producers again if one is missing.
pub(super) async fn decode(
    shared: &Shared,
    client: &impl GenericClient,
    rows: &[Row],
    filter: &EventFilter,
) -> DbResult<Vec<LogRecord>> {
    let rows: Vec<EventRow> = rows.iter().map(read).collect::<DbResult<_>>()?;
    if let Some(entries) = filter.apply(&rows, &shared.producers.cached())? {
        return Ok(entries);
    }
    let all = shared.producers.load(client).await?;
    let entries = filter.apply(&rows, &all)?;
    entries.ok_or_else(|| damaged("an event whose producer is missing"))
}

/// Selects events of rows.
pub(super) struct EventFilter {
    /// Only events after this position.
    pub(super) after: i64,
    /// Only events of this job.
    pub(super) job: Option<JobId>,
    /// Stops after the row that reaches this number of events.
    pub(super) limit: usize,
}

impl EventFilter {
    /// Returns the selected events, or `None` if `producers` lacks the producer of one.
    fn apply(
        &self,
        rows: &[EventRow],
        producers: &ProducersById,
    ) -> DbResult<Option<Vec<LogRecord>>> {
        let mut entries = Vec::new();
        for row in rows {
            if !row.decode(self.after, self.job, producers, &mut entries)? {
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
    let JsonText(events) = codec::get(row, "events")?;
    let traces: Option<JsonText> = codec::get(row, "traces")?;
    let times: Option<JsonText> = codec::get(row, "times")?;
    Ok(EventRow {
        first: codec::get(row, "first")?,
        occurred_at: codec::time(row, "occurred_at")?,
        events,
        traces: traces.map(|traces| traces.0),
        times: times.map(|times| times.0),
    })
}
