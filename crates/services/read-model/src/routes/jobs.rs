use std::collections::BTreeSet;
use std::str::FromStr;

use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{Job, JobList, JobStatus};
use odd_core::ports::{JobQuery, SortOrder};
use odd_service_kit::{Json, ProblemResponse, QueryParams};

use super::path::job_id;
use crate::error::ReadError;
use crate::query::{Instant, JobsCursor, PAGE, Text};
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 50;
const DEFAULT_RECENT: u64 = 20;

pub(super) async fn list_jobs(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<JobList>, ReadError> {
    list(&app, jobs_query(&uri)?).await
}

pub(super) async fn list_recent_jobs(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<JobList>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let limit = params.number("limit", PAGE).unwrap_or(DEFAULT_RECENT);
    params.finish()?;
    let newest = JobQuery {
        limit: limit as usize,
        ..JobQuery::default()
    };
    list(&app, newest).await
}

pub(super) async fn get_job(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<Job>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let id = job_id(&id)?;
    let job = app.ports.jobs.job(id).await?;
    job.map(Json).ok_or_else(|| ReadError::job_not_found(id))
}

async fn list(app: &AppState, query: JobQuery) -> Result<Json<JobList>, ReadError> {
    let page = app.ports.jobs.jobs(query).await?;
    Ok(Json(JobList {
        jobs: page.jobs,
        next_cursor: page.next.map(|at| JobsCursor::new(at).to_string()),
    }))
}

fn jobs_query(uri: &Uri) -> Result<JobQuery, ProblemResponse> {
    let mut params = QueryParams::parse(uri);
    let query = JobQuery {
        statuses: statuses(&mut params),
        job_type: params.parsed("type"),
        queue: params.parsed("queue"),
        tag: params.parsed::<Text<50>>("tag").map(|text| text.0),
        text: params.parsed::<Text<200>>("q").map(|text| text.0),
        since: params.parsed::<Instant>("since").map(|at| at.0),
        until: params.parsed::<Instant>("until").map(|at| at.0),
        dead_letters: false,
        order: params
            .parsed::<Sort>("sort")
            .map_or(SortOrder::Newest, |sort| sort.0),
        cursor: params.parsed("cursor").map(JobsCursor::position),
        limit: params.number("limit", PAGE).unwrap_or(DEFAULT_LIMIT) as usize,
    };
    params.finish().map(|()| query)
}

/// Returns the statuses to filter by, without repeats.
fn statuses(params: &mut QueryParams) -> Vec<JobStatus> {
    let distinct: BTreeSet<JobStatus> = params.parsed_list("status").into_iter().collect();
    distinct.into_iter().collect()
}

/// The value of `sort`.
struct Sort(SortOrder);

impl FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "createdAt" => Ok(Self(SortOrder::Oldest)),
            "-createdAt" => Ok(Self(SortOrder::Newest)),
            _ => Err("must be createdAt or -createdAt"),
        }
    }
}
