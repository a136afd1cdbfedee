use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response, Sse};
use odd_contracts::FieldError;
use odd_core::ports::Position;
use odd_service_kit::{ProblemCode, ProblemResponse, QueryParams};

use crate::error::ReadError;
use crate::query::EventPosition;
use crate::state::AppState;
use crate::stream::{EventFilter, Follower};

const LAST_EVENT_ID: &str = "last-event-id";
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(super) async fn stream_events(
    State(app): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let filter = EventFilter {
        job_id: params.parsed("jobId"),
        event_type: params.parsed("type"),
    };
    let requested = params.parsed::<EventPosition>("lastEventId");
    params.finish()?;
    // The header is sent on reconnecting, so it is newer than the query of the original address.
    let resume = last_event_id(&headers)?.or(requested.map(|position| position.0));
    let start = start_position(&app, resume).await?;

    let permit = app.streams.acquire().ok_or_else(|| {
        ProblemResponse::new(
            ProblemCode::TooManyRequests,
            "too many event streams are open; close one, or retry later",
        )
    })?;
    let events = app.ports.bus.subscribe(start).await?;
    let follower = Follower::new(events, start, filter, permit, app.shutdown.clone());
    // Asks reverse proxies not to buffer the stream.
    let unbuffered = [(ACCEL_BUFFERING, "no")];
    Ok((unbuffered, Sse::new(follower.into_messages())).into_response())
}

/// Returns the position to resume after, from the `Last-Event-ID` header.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Position>, ProblemResponse> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    match text.parse::<EventPosition>() {
        Ok(position) => Ok(Some(position.0)),
        Err(error) => Err(ProblemResponse::contract_violation(vec![FieldError {
            pointer: "Last-Event-ID".to_owned(),
            message: error.to_owned(),
        }])),
    }
}

/// Returns `resume`, or the end of the log. A position beyond the end belongs to another log: waiting for it would silently
/// skip events.
async fn start_position(app: &AppState, resume: Option<Position>) -> Result<Position, ReadError> {
    let head = app.ports.log.head().await?;
    match resume {
        Some(position) if position > head => Err(ProblemResponse::new(
            ProblemCode::Conflict,
            "the event id to resume after is beyond the end of the log, so it belongs to another log; \
             connect without it",
        )
        .into()),
        Some(position) => Ok(position),
        None => Ok(head),
    }
}
