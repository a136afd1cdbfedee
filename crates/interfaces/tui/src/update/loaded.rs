use super::{launch, links, marks};
use crate::effect::Effect;
use crate::message::Loaded;
use crate::state::State;

/// Stores data that has arrived, or the failure to load it.
pub(super) fn take(state: &mut State, answer: Loaded) -> Vec<Effect> {
    let answer = match answer {
        // A frozen screen shows these as well: the user has asked for them.
        Loaded::Links(result) => return links::take(state, result),
        Loaded::AllJobs(page, result) => {
            marks::take(state, &page, result);
            return Vec::new();
        }
        other => other,
    };
    if let Some(freeze) = &mut state.freeze {
        freeze.hold_answer(answer);
        return Vec::new();
    }
    let now = state.now.elapsed;
    if matches!(answer, Loaded::Overview(Ok(_))) {
        launch::reached(state);
    }
    match answer {
        Loaded::Overview(result) => state.overview.figures.finish(result, now),
        Loaded::Health(result) => state.overview.health.finish(result, now),
        // What was requested for an earlier range is of no use.
        Loaded::Series(metric, window, result) if window == state.overview.window => {
            if let Some(series) = state.overview.series_mut(metric) {
                series.finish(result, now);
            }
        }
        Loaded::Series(..) => {}
        Loaded::Jobs(page, result) => state.jobs.take(&page, result, now, state.page_rows()),
        Loaded::Events(result) => {
            if let Ok(list) = &result {
                state.events.add_history(&list.events);
            }
            state.events.history.finish(result.map(drop), now);
        }
        Loaded::Queues(result) => state.queues.finish(result, now),
        Loaded::DeadLetters(result) => state.dead_letters.finish(result, now),
        Loaded::Services(result) => state.services.finish(result, now),
        Loaded::Workers(result) => state.workers.finish(result, now),
        Loaded::Alerts(result) => state.alerts.finish(result, now),
        of_job => take_detail(state, of_job),
    }
    Vec::new()
}

/// Stores data of one job, unless another one is shown by now.
fn take_detail(state: &mut State, answer: Loaded) {
    let (now, height) = (state.now.elapsed, state.page_rows());
    let detail = &mut state.detail;
    match answer {
        Loaded::Job(id, result) if detail.job_id == Some(id) => detail.take_job(result, now),
        Loaded::Explanation(id, result) if detail.job_id == Some(id) => {
            detail.explanation.finish(result, now);
        }
        Loaded::JobEvents(id, result) if detail.job_id == Some(id) => {
            detail.take_events(result, now);
        }
        Loaded::Log(page, result)
            if detail.job_id == Some(page.job_id) && detail.log_attempt() == Some(page.attempt) =>
        {
            detail.log.take(&page, result, now, height);
        }
        _ => {}
    }
}
