use std::collections::BTreeSet;
use std::str::FromStr;

use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{Job, JobList, JobStatus};
use odd_core::is_searchable;
use odd_core::ports::{JobQuery, SortOrder};
use odd_service_kit::{Json, ProblemResponse, QueryParams};

use super::path::job_id;
use crate::error::ReadError;
use crate::query::{Instant, JobsCursor, PAGE, Text};
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 50;
const DEFAULT_RECENT: u64 = 20;

/// Most types, queues and tags that a query excludes.
const MAX_EXCLUDED: usize = 20;

/// Most tags and texts that a query requires, and most texts that it excludes: each costs time for every job.
const MAX_REPEATED: usize = 5;

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
        stopped_at_bound: page.stopped_at_bound,
    }))
}

fn jobs_query(uri: &Uri) -> Result<JobQuery, ProblemResponse> {
    let mut params = QueryParams::parse(uri);
    let query = JobQuery {
        statuses: statuses(&mut params),
        job_type: params.parsed("type"),
        not_types: params.parsed_each("notType", MAX_EXCLUDED),
        queue: params.parsed("queue"),
        not_queues: params.parsed_each("notQueue", MAX_EXCLUDED),
        tags: texts::<50>(&mut params, "tag", MAX_REPEATED),
        not_tags: texts::<50>(&mut params, "notTag", MAX_EXCLUDED),
        texts: searched(&mut params, "q"),
        not_texts: searched(&mut params, "notQ"),
        id_prefix: params.parsed("idPrefix"),
        id_suffix: params.parsed("idSuffix"),
        fingerprint: params.parsed("fingerprint"),
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

/// Returns the values of a parameter that may be repeated up to `most` times.
fn texts<const LONGEST: usize>(params: &mut QueryParams, name: &str, most: usize) -> Vec<String> {
    let texts = params.parsed_each::<Text<LONGEST>>(name, most);
    texts.into_iter().map(|text| text.0).collect()
}

/// Returns the texts that are searched.
fn searched(params: &mut QueryParams, name: &str) -> Vec<String> {
    let texts = texts::<200>(params, name, MAX_REPEATED);
    if !texts.iter().all(|text| is_searchable(text)) {
        params.refuse(
            name,
            "must have more than white space and punctuation, which nearly every job contains",
        );
    }
    texts
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
