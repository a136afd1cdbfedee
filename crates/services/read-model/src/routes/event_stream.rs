use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response};
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
    let asked = params.parsed::<EventPosition>("lastEventId");
    params.finish()?;
    // What the client reports on reconnecting is newer than the address it was once given.
    let resume = last_event_id(&headers)?.or(asked.map(|position| position.0));
    let start = start_position(&app, resume).await?;

    let place = app.streams.take().ok_or_else(|| {
        ProblemResponse::new(
            ProblemCode::TooManyRequests,
            "too many event streams are open; close one or try again",
        )
    })?;
    let events = app.ports.bus.subscribe(start).await?;
    let follower = Follower::new(events, start, filter, place, app.shutdown.clone());
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-cache"),
        // Asks a reverse proxy to pass every event on at once.
        (ACCEL_BUFFERING, "no"),
    ];
    Ok((headers, Body::from_stream(follower.into_frames())).into_response())
}

/// The position that a client wants to resume after.
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

/// After `resume`, else after everything there is. A place beyond the end is another log's: to wait there would
/// silently leave events out.
async fn start_position(app: &AppState, resume: Option<Position>) -> Result<Position, ReadError> {
    let head = app.ports.log.head().await?;
    match resume {
        Some(position) if position > head => Err(ProblemResponse::new(
            ProblemCode::Conflict,
            "the place to resume from lies beyond the end of the log, so it comes from another one; \
             connect without it",
        )
        .into()),
        Some(position) => Ok(position),
        None => Ok(head),
    }
}
