use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use odd_contracts::JobList;
use odd_core::ports::JobQuery;
use odd_service_kit::{Correlation, Cursor, Json, ProblemResponse, QueryParams};

use crate::commands::retry_job;
use crate::job_path::JobPath;
use crate::problems::{Command, command_problem, store_problem};
use crate::state::SharedState;

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

/// Continues `/dead-letters`.
type DeadLettersCursor = Cursor<'d'>;

/// `GET /dead-letters`
pub(crate) async fn list_dead_letters(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    uri: Uri,
) -> Result<Json<JobList>, ProblemResponse> {
    let query = read_query(&uri)?;
    let page = gateway.reader.jobs(query).await;
    let page = page.map_err(|error| store_problem(&error, request))?;
    Ok(Json(JobList {
        jobs: page.jobs,
        next_cursor: page
            .next
            .map(|position| DeadLettersCursor::new(position).to_string()),
        stopped_at_bound: page.stopped_at_bound,
    }))
}

/// `POST /dead-letters/{id}/replay`: the same as a retry.
pub(crate) async fn replay_dead_letter(
    state: State<SharedState>,
    request: Correlation,
    path: JobPath,
) -> Result<Response, ProblemResponse> {
    retry_job(state, request, path).await
}

/// `DELETE /dead-letters/{id}`
pub(crate) async fn drop_dead_letter(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    JobPath(id): JobPath,
) -> Result<StatusCode, ProblemResponse> {
    let answer = gateway.jobs.drop_dead_letter(id).await;
    answer
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| command_problem(error, Command::Drop, request))
}

fn read_query(uri: &Uri) -> Result<JobQuery, ProblemResponse> {
    let mut query = QueryParams::parse(uri);
    let limit = query
        .number("limit", 1..=MAX_LIMIT)
        .unwrap_or(DEFAULT_LIMIT);
    let cursor = query.parsed("cursor").map(DeadLettersCursor::position);
    query.finish()?;
    Ok(JobQuery {
        dead_letters: true,
        cursor,
        limit: usize::try_from(limit).expect("the limit is small"),
        ..JobQuery::default()
    })
}
