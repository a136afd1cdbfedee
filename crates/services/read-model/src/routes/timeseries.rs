use axum::extract::State;
use axum::http::Uri;
use odd_contracts::{Timeseries, TimeseriesMetric, TimeseriesWindow, UnknownMetric};
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::state::AppState;

pub(super) async fn get_timeseries(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Timeseries>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let metric = required_metric(&mut params);
    let window = params.parsed::<TimeseriesWindow>("window");
    let job_type = params.parsed("type");
    params.finish()?;
    let metric = metric.expect("a missing or bad metric was refused");
    let window = window.unwrap_or_default();

    let (steps, as_of) = app.series.steps(window, job_type.clone()).await?;
    Ok(Json(figures::series(
        metric,
        window,
        job_type,
        &steps.totals,
        as_of,
    )))
}

fn required_metric(params: &mut QueryParams) -> Option<TimeseriesMetric> {
    let Some(text) = params.text("metric") else {
        params.refuse("metric", "is required, once");
        return None;
    };
    text.parse()
        .map_err(|error: UnknownMetric| params.refuse("metric", error.to_string()))
        .ok()
}
