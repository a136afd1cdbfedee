use std::ops::RangeInclusive;

use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{
    FailureAnswer, FailureFingerprint, FailureGroup, FailureList, JobType, QueueName, Timestamp,
};
use odd_core::{FailureTally, MAX_FAILURE_GROUPS};
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::query::Instant;
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 50;

/// Numbers of groups that may be asked for: up to all that there are.
const LIMITS: RangeInclusive<u64> = 1..=MAX_FAILURE_GROUPS as u64;

/// The store counts the jobs of at most this number of kinds at once: one query must not take long.
const COUNTED_AT_ONCE: usize = 200;

pub(super) async fn list_failures(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<FailureList>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let filter = Filter {
        job_type: params.parsed("type"),
        queue: params.parsed("queue"),
        since: params.parsed::<Instant>("since").map(|at| at.0),
    };
    let limit = params.number("limit", LIMITS).unwrap_or(DEFAULT_LIMIT) as usize;
    params.finish()?;
    let failures = app.failures.known().await?;
    let selected = failures.by_kind.groups.iter();
    let selected = selected.filter(|tally| filter.selects(tally)).take(limit);
    Ok(Json(FailureList {
        groups: with_jobs(&app, selected.cloned().collect()).await?,
        unlisted: failures.by_kind.unlisted,
        as_of: app.freshness.as_of(&failures.snapshot).await,
    }))
}

pub(super) async fn get_failure(
    State(app): State<AppState>,
    Path(fingerprint): Path<String>,
    uri: Uri,
) -> Result<Json<FailureAnswer>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let fingerprint: Result<FailureFingerprint, _> = fingerprint.parse();
    let fingerprint = fingerprint.map_err(|_| ReadError::failure_not_found())?;
    let failures = app.failures.known().await?;
    let mut groups = failures.by_kind.groups.iter();
    let group = groups.find(|tally| tally.fingerprint == fingerprint);
    let group = with_jobs(&app, group.into_iter().cloned().collect()).await?;
    Ok(Json(FailureAnswer {
        group: group
            .into_iter()
            .next()
            .ok_or_else(ReadError::failure_not_found)?,
        as_of: app.freshness.as_of(&failures.snapshot).await,
    }))
}

/// Adds to each group the number of jobs that are FAILED now.
pub(super) async fn with_jobs(
    app: &AppState,
    tallies: Vec<FailureTally>,
) -> Result<Vec<FailureGroup>, ReadError> {
    let fingerprints: Vec<_> = tallies.iter().map(|tally| tally.fingerprint).collect();
    let mut jobs = Vec::new();
    for part in fingerprints.chunks(COUNTED_AT_ONCE) {
        jobs.extend(app.ports.jobs.count_failed(part).await?);
    }
    let groups = tallies.into_iter().zip(jobs);
    Ok(groups
        .map(|(tally, jobs)| figures::failure_group(tally, jobs))
        .collect())
}

/// Which groups are listed.
struct Filter {
    job_type: Option<JobType>,
    queue: Option<QueueName>,
    since: Option<Timestamp>,
}

impl Filter {
    fn selects(&self, tally: &FailureTally) -> bool {
        let has_type = |job_type: &JobType| *job_type == tally.job_type;
        let has_queue = |queue: &QueueName| tally.may_concern(queue);
        self.job_type.as_ref().is_none_or(has_type)
            && self.queue.as_ref().is_none_or(has_queue)
            && self.since.is_none_or(|since| tally.last_at >= since)
    }
}
