use axum::extract::State;
use axum::http::Uri;
use odd_contracts::{Timeseries, TimeseriesMetric, TimeseriesWindow, UnknownMetric};
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::history::QueueFigure;
use crate::state::AppState;

pub(super) async fn get_timeseries(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Timeseries>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let metric = required_metric(&mut params);
    let window = params.parsed::<TimeseriesWindow>("window");
    let job_type = params.parsed("type");
    let queue = params.parsed("queue");
    let figure = metric.and_then(queue_figure);
    if figure.is_some() && job_type.is_some() {
        params.refuse("type", "does not apply to metrics of queues");
    }
    if metric.is_some() && figure.is_none() && queue.is_some() {
        params.refuse(
            "queue",
            "applies to queue_depth and queue_oldest_seconds only",
        );
    }
    params.finish()?;
    let metric = metric.expect("a missing or bad metric was refused");
    let window = window.unwrap_or_default();

    if let Some(figure) = figure {
        let history = &app.queue_history;
        let (points, as_of) = history.points(figure, window, queue.as_ref(), app.now());
        return Ok(Json(Timeseries {
            metric,
            window,
            job_type: None,
            queue,
            unit: figures::unit(metric),
            step_seconds: window.step_seconds(),
            points,
            as_of,
        }));
    }
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

/// Returns the figure of queues that a metric shows, unless it is computed from the buckets of jobs.
fn queue_figure(metric: TimeseriesMetric) -> Option<QueueFigure> {
    match metric {
        TimeseriesMetric::QueueDepth => Some(QueueFigure::Depth),
        TimeseriesMetric::QueueOldestSeconds => Some(QueueFigure::OldestSeconds),
        _ => None,
    }
}
