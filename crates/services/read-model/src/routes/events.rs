use axum::extract::State;
use axum::http::Uri;
use odd_contracts::{EventEnvelope, EventList};
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position};
use odd_service_kit::{Json, ProblemResponse, QueryParams};

use crate::error::ReadError;
use crate::query::{EventsCursor, Instant, PAGE};
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 50;

pub(super) async fn list_events(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<EventList>, ReadError> {
    let query = events_query(&uri)?;
    let (page, next) = app.ports.log.query(query).await?;
    Ok(Json(EventList {
        events: envelopes(page),
        next_cursor: next.map(|at| EventsCursor::new(at.0).to_string()),
    }))
}

/// Returns the public events among `entries`.
pub(super) fn envelopes(entries: Vec<LogRecord>) -> Vec<EventEnvelope> {
    let events = entries.into_iter().filter_map(|entry| match entry.entry {
        LogEntry::Event(event) => Some(event.to_envelope()),
        LogEntry::Pruned { .. } => None,
    });
    events.collect()
}

fn events_query(uri: &Uri) -> Result<EventQuery, ProblemResponse> {
    let mut params = QueryParams::parse(uri);
    let query = EventQuery {
        job_id: params.parsed("jobId"),
        event_type: params.parsed("type"),
        since: params.parsed::<Instant>("since").map(|at| at.0),
        before: params
            .parsed::<EventsCursor>("cursor")
            .map(|cursor| Position(cursor.position())),
        limit: params.number("limit", PAGE).unwrap_or(DEFAULT_LIMIT) as usize,
    };
    params.finish().map(|()| query)
}
