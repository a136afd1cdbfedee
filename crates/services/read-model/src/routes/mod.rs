//! The HTTP routes, one file for each resource.

mod alerts;
mod attempt_log;
mod event_stream;
mod events;
mod explain;
mod failures;
mod health;
mod integrity;
mod job_history;
mod jobs;
mod metrics;
mod overview;
mod path;
mod queues;
mod services;
mod stats;
mod timeseries;
mod types;
mod ui_registry;
mod workers;

use odd_service_kit::{Access, Produces, Route, Routes};

use crate::state::AppState;

/// Returns every route of the role.
pub(crate) fn all() -> Routes<AppState> {
    let read = |path| Route::get(path, Access::Read);
    let follow = |path| Route::get(path, Access::ReadOrSubmit);
    let operate = |new: fn(&'static str, Access) -> Route, path| new(path, Access::Operate);
    Routes::new()
        .add(read("/overview"), overview::get_overview)
        .add(read("/stats"), stats::get_stats)
        .add(read("/jobs"), jobs::list_jobs)
        .add(read("/jobs/recent"), jobs::list_recent_jobs)
        .add(follow("/jobs/{id}"), jobs::get_job)
        .add(
            follow("/jobs/{id}/attempts/{attempt}/log"),
            attempt_log::list_attempt_log,
        )
        .add(follow("/jobs/{id}/events"), job_history::list_job_events)
        .add(read("/events"), events::list_events)
        .add(
            read("/events/stream").produces(Produces::EventStream),
            event_stream::stream_events,
        )
        .add(read("/alerts"), alerts::list_alerts)
        .add(read("/alerts/history"), alerts::list_alert_history)
        .add(
            operate(Route::post, "/alerts/{id}/silence"),
            alerts::silence_alert,
        )
        .add(
            operate(Route::delete, "/alerts/{id}/silence"),
            alerts::unsilence_alert,
        )
        .add(
            operate(Route::post, "/alerts/{id}/acknowledge"),
            alerts::acknowledge_alert,
        )
        .add(read("/metrics/snapshot"), metrics::get_metrics_snapshot)
        .add(read("/timeseries"), timeseries::get_timeseries)
        .add(read("/queues"), queues::list_queues)
        .add(read("/queues/{name}/scale"), queues::get_queue_scale)
        .add(read("/workers"), workers::list_workers)
        .add(read("/services"), services::list_services)
        .add(read("/health/summary"), health::get_health_summary)
        .add(read("/ui-registry"), ui_registry::get_ui_registry)
        .add(follow("/explain/{jobId}"), explain::explain_job)
        .add(read("/failures"), failures::list_failures)
        .add(read("/failures/{fingerprint}"), failures::get_failure)
        .add(read("/types"), types::list_types)
        .add(read("/types/{type}"), types::get_type)
        .add(read("/integrity"), integrity::get_integrity)
}
