//! Which data is loaded when: what is visible, at an interval, and sooner after an event.

use std::time::Duration;

use odd_contracts::{JobId, JobStatus};

use crate::effect::{Effect, LogPage, Query};
use crate::state::{CHARTED, Overlay, Section, State};
use crate::view::View;

const SECOND: Duration = Duration::from_secs(1);

/// Returns the loads that are due, and notes that they begin.
pub(super) fn due_loads(state: &mut State) -> Vec<Effect> {
    let mut queries = Vec::new();
    if matches!(state.overlays.last(), Some(Overlay::Links))
        && state
            .links
            .answer
            .begins_load(state.now.elapsed, Duration::MAX)
    {
        queries.push(Query::Links);
    }
    if state.freeze.is_some() || state.is_too_small() {
        return queries.into_iter().map(Effect::Load).collect();
    }
    due_everywhere(state, &mut queries);
    match state.view {
        View::Overview => due_in_overview(state, &mut queries),
        View::Jobs => due_in_jobs(state, &mut queries),
        View::Events => due_in_events(state, &mut queries),
        View::Queues => due_in_queues(state, &mut queries),
        View::Services => due_in_services(state, &mut queries),
        View::Alerts => {}
    }
    due_in_detail(state, &mut queries);
    queries.into_iter().map(Effect::Load).collect()
}

fn due_everywhere(state: &mut State, queries: &mut Vec<Query>) {
    let now = state.now.elapsed;
    let interval = interval(state, 10);
    if state.overview.figures.begins_load(now, interval) {
        queries.push(Query::Overview);
    }
    if state.overview.health.begins_load(now, 5 * SECOND) {
        queries.push(Query::Health);
    }
    if state.alerts.begins_load(now, 5 * SECOND) {
        queries.push(Query::Alerts);
    }
    // Every view shows this one as a sparkline.
    due_series(state, queries, &CHARTED[1..2]);
}

fn due_in_overview(state: &mut State, queries: &mut Vec<Query>) {
    if state.is_large() {
        due_in_events(state, queries);
    }
    due_series(state, queries, &CHARTED);
}

fn due_series(
    state: &mut State,
    queries: &mut Vec<Query>,
    metrics: &[odd_contracts::TimeseriesMetric],
) {
    let (now, window) = (state.now.elapsed, state.overview.window);
    for metric in metrics {
        let series = state.overview.series_mut(*metric);
        if series.is_some_and(|series| series.begins_load(now, 10 * SECOND)) {
            queries.push(Query::Series(*metric, window));
        }
    }
}

fn due_in_jobs(state: &mut State, queries: &mut Vec<Query>) {
    let now = state.now;
    let interval = interval(state, 15);
    if state.jobs.table.begins_load(now.elapsed, interval) {
        queries.push(Query::Jobs(Box::new(state.jobs.first_page(now.wall))));
    }
    if let Some(page) = state.jobs.begin_following(now) {
        queries.push(Query::Jobs(Box::new(page)));
    }
}

fn due_in_events(state: &mut State, queries: &mut Vec<Query>) {
    let now = state.now.elapsed;
    // While the stream is live, the history is needed only once.
    let interval = match state.stream.is_live() {
        true => Duration::MAX,
        false => 3 * SECOND,
    };
    if state.events.history.begins_load(now, interval) {
        queries.push(Query::Events);
    }
}

fn due_in_queues(state: &mut State, queries: &mut Vec<Query>) {
    let now = state.now.elapsed;
    let interval = interval(state, 10);
    if state.queues.begins_load(now, interval) {
        queries.push(Query::Queues);
    }
    if state.dead_letters.begins_load(now, interval) {
        queries.push(Query::DeadLetters);
    }
}

fn due_in_services(state: &mut State, queries: &mut Vec<Query>) {
    let now = state.now.elapsed;
    if state.services.begins_load(now, 3 * SECOND) {
        queries.push(Query::Services);
    }
    if state.workers.begins_load(now, 3 * SECOND) {
        queries.push(Query::Workers);
    }
}

fn due_in_detail(state: &mut State, queries: &mut Vec<Query>) {
    let is_open = state.has_detail_window();
    let Some(id) = state
        .detail
        .job_id
        .filter(|_| is_open || state.has_detail_panel())
    else {
        return;
    };
    let now = state.now.elapsed;
    if !is_open && state.detail.is_just_selected(now) {
        return;
    }
    let interval = interval(state, 15);
    // While the stream is live, it adds the events of the job.
    let interval_of_events = match state.stream.is_live() {
        true => Duration::MAX,
        false => interval,
    };
    let detail = &mut state.detail;
    if detail.job.begins_load(now, interval) {
        queries.push(Query::Job(id));
    }
    if detail.explanation.begins_load(now, 5 * SECOND) {
        queries.push(Query::Explanation(id));
    }
    let needs_events = matches!(detail.section, Section::Summary | Section::Events);
    if needs_events && detail.events.begins_load(now, interval_of_events) {
        queries.push(Query::JobEvents(id));
    }
    if detail.section == Section::Log {
        due_in_log(state, id, queries);
    }
}

/// The lines of a running attempt cause no events, so that its log is loaded every second.
fn due_in_log(state: &mut State, job_id: JobId, queries: &mut Vec<Query>) {
    let now = state.now.elapsed;
    let detail = &mut state.detail;
    let Some(attempt) = detail.log_attempt() else {
        return;
    };
    let job = detail.job.value();
    let is_running =
        job.is_some_and(|job| job.status == JobStatus::Executing && job.attempt == attempt);
    let interval = SECOND * if is_running { 1 } else { 15 };
    if detail.log.newest.begins_load(now, interval) {
        queries.push(Query::Log(LogPage {
            job_id,
            attempt,
            cursor: None,
        }));
    }
    queries.extend(detail.log.begin_older(job_id, attempt, now).map(Query::Log));
}

/// Returns how often data is loaded that events mark as outdated: rarely while events arrive, every two seconds otherwise.
fn interval(state: &State, seconds_when_live: u32) -> Duration {
    match state.stream.is_live() {
        true => SECOND * seconds_when_live,
        false => 2 * SECOND,
    }
}

/// Marks every list and figure as outdated, because jobs have changed.
pub(super) fn outdate_lists(state: &mut State) {
    state.overview.figures.outdate();
    state.jobs.table.outdate();
    state.queues.outdate();
    state.dead_letters.outdate();
}

/// Makes everything load again now.
pub(super) fn reload_all(state: &mut State) {
    state.overview.figures.reload();
    state.overview.health.reload();
    for metric in CHARTED {
        if let Some(series) = state.overview.series_mut(metric) {
            series.reload();
        }
    }
    state.jobs.table.reload();
    state.events.history.reload();
    state.queues.reload();
    state.dead_letters.reload();
    state.services.reload();
    state.workers.reload();
    state.alerts.reload();
    state.detail.reload();
}
