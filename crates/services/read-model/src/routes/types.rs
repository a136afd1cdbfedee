use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::schema::Schemas;
use odd_contracts::{JobType, TimeseriesWindow, TypeDetail, TypeList};
use odd_service_kit::{Json, QueryParams};
use serde_json::Value;

use super::failures::with_jobs;
use crate::error::ReadError;
use crate::figures;
use crate::state::AppState;

/// Most kinds of failure that are shown with a type: the latest.
const MAX_FAILURES: usize = 20;

pub(super) async fn list_types(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<TypeList>, ReadError> {
    let window = window(&uri)?;
    let totals = app.types.totals(window).await?;
    let by_type = totals.by_type.iter();
    let by_type = by_type.map(|(job_type, bucket)| (job_type.as_str(), bucket));
    Ok(Json(TypeList {
        types: figures::type_summaries(by_type.collect(), totals.seconds),
        window,
        as_of: app.freshness.as_of(&totals.snapshot).await,
    }))
}

pub(super) async fn get_type(
    State(app): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
) -> Result<Json<TypeDetail>, ReadError> {
    let window = window(&uri)?;
    let job_type: Result<JobType, _> = name.parse();
    let job_type = job_type.map_err(|_| ReadError::type_not_found())?;
    let totals = app.types.totals(window).await?;
    let schema = payload_schema(&job_type);
    let history = app.failures.known().await?;
    let failures = history.by_kind.groups.iter();
    let failures = failures.filter(|tally| tally.job_type == job_type);
    let failures = failures.take(MAX_FAILURES).cloned().collect();
    let failures = with_jobs(&app, failures).await?;
    let oldest = std::cmp::min_by_key(&totals.snapshot, &history.snapshot, |it| it.position);
    let known = totals.by_type.get(&job_type);
    if known.is_none() && schema.is_none() && failures.is_empty() {
        return Err(ReadError::type_not_found());
    }
    let bucket = known.map_or_else(|| figures::empty_bucket(&job_type), Clone::clone);
    Ok(Json(TypeDetail {
        summary: figures::type_summary(job_type.as_str(), &bucket, totals.seconds),
        statuses: figures::statuses_of(&totals.snapshot, &job_type),
        run_histogram: figures::histogram(&bucket.run),
        wait_histogram: figures::histogram(&bucket.wait),
        versions: figures::type_versions(&bucket),
        failures,
        schema,
        window,
        as_of: app.freshness.as_of(oldest).await,
    }))
}

fn window(uri: &Uri) -> Result<TimeseriesWindow, ReadError> {
    let mut params = QueryParams::parse(uri);
    let window = params.parsed("window");
    params.finish()?;
    Ok(window.unwrap_or_default())
}

/// Returns the schema of the payload of a built-in type.
fn payload_schema(job_type: &JobType) -> Option<Value> {
    let schema = Schemas::embedded().get(&format!("payloads/{job_type}"))?;
    Some(schema.document().clone())
}
