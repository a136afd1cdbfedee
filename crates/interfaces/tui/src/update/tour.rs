use odd_client::BulkAction;
use odd_contracts::{JobId, JobStatus, JobSubmission};
use serde_json::json;

use super::{filter_line, navigation};
use crate::effect::{Change, Effect};
use crate::keymap::Chord;
use crate::message::{Notice, Submitted};
use crate::state::{FilterTarget, Overlay, State, Tour, TourStep};
use crate::view::View;

/// The delay of the job that shows why a job waits, longer than the tour.
const WAIT_MS: u64 = 600_000;

/// The filter of the last step.
const FAILURES: &str = "status:FAILED";

/// Begins the tour on request.
pub(super) fn open(state: &mut State) {
    if state.is_read_only {
        state.notify(Notice::hint("read-only: the tour submits jobs"));
    } else if state.shows_start() {
        state.notify(Notice::hint(
            "the tour needs an observatory: start one first",
        ));
    } else if state.tour.is_none() {
        state.overlays.clear();
        state.tour = Some(Tour::begin());
    }
}

/// Offers the tour to a new user, once, as soon as there is something to see.
pub(super) fn offer(state: &mut State) -> Option<Effect> {
    let is_time = state.has_new_user
        && state.tour.is_none()
        && state.overview.figures.value().is_some()
        && !state.is_too_small();
    if !is_time {
        return None;
    }
    state.has_new_user = false;
    state.tour = Some(Tour::begin());
    Some(Effect::RememberTour)
}

/// Handles the keys of the tour, unless something is open that needs them.
pub(super) fn press(state: &mut State, chord: Chord) -> Option<Vec<Effect>> {
    let is_covered = !matches!(state.overlays.last(), None | Some(Overlay::Detail));
    let tour = state.tour.as_ref().filter(|_| !is_covered)?;
    let is_done = tour.is_done;
    match chord.to_string().as_str() {
        "esc" => Some(end(state)),
        "enter" if is_done => Some(proceed(state)),
        "enter" => Some(do_it(state)),
        _ => None,
    }
}

/// Notes that a step is done when the user has done it.
pub(super) fn observe(state: &mut State) {
    let Some(tour) = &state.tour else {
        return;
    };
    let is_done = match tour.step {
        TourStep::Welcome | TourStep::Done => true,
        TourStep::Submit => tour.job.is_some(),
        TourStep::Watch => tour
            .job
            .and_then(|id| status_of(state, id))
            .is_some_and(JobStatus::is_terminal),
        TourStep::Open => shows_detail(state),
        TourStep::Explain => shows_waiting_job(state),
        TourStep::Filter => state.view == View::Jobs && state.jobs.filter_text.contains(FAILURES),
    };
    if let Some(tour) = &mut state.tour {
        tour.is_done |= is_done;
    }
}

/// Takes the outcome of a submission: that of the tour, or that of the user.
pub(super) fn submitted(state: &mut State, key: &str, outcome: &Submitted) {
    let Some(tour) = &mut state.tour else {
        return;
    };
    let is_own = tour.key.as_deref() == Some(key);
    if is_own {
        tour.is_sending = false;
    }
    if is_own && !matches!(outcome, Submitted::Unknown(_)) {
        tour.key = None;
    }
    let Submitted::Accepted { id, .. } = outcome else {
        return;
    };
    match tour.step {
        TourStep::Submit => tour.job = Some(*id),
        TourStep::Explain if is_own => {
            tour.waiting = Some(*id);
            state.overlays.clear();
            navigation::open_job(state, *id);
        }
        _ => {}
    }
}

/// Does the step for the user.
fn do_it(state: &mut State) -> Vec<Effect> {
    let Some(tour) = &state.tour else {
        return Vec::new();
    };
    match (tour.step, tour.job) {
        (TourStep::Submit, _) => submit(state, json!({"type": "sleep", "payload": {"ms": 2_000}})),
        (TourStep::Open, Some(id)) => {
            navigation::open_job(state, id);
            Vec::new()
        }
        (TourStep::Explain, _) => submit(state, json!({"type": "echo", "delayMs": WAIT_MS})),
        (TourStep::Filter, _) => {
            state.overlays.clear();
            filter_line::apply(state, FilterTarget::of_view(View::Jobs), FAILURES);
            let message = "failed for the tour";
            submit(
                state,
                json!({"type": "fail", "payload": {"message": message, "permanent": true}}),
            )
        }
        // Without a worker the job may never end, and the tour continues.
        _ => proceed(state),
    }
}

/// Submits a job, unless the last one is not answered.
fn submit(state: &mut State, mut job: serde_json::Value) -> Vec<Effect> {
    let micros = state.now.wall.as_micros();
    let Some(tour) = state.tour.as_mut().filter(|tour| !tour.is_sending) else {
        return Vec::new();
    };
    tour.is_sending = true;
    let key = tour.key.get_or_insert_with(|| format!("tour-{micros}"));
    let key = key.clone();
    job["tags"] = json!(["tour"]);
    let submission: JobSubmission = serde_json::from_value(job).expect("a valid submission");
    vec![Effect::Change(Change::Submit {
        submission: Box::new(submission),
        key,
    })]
}

/// Begins the next step.
fn proceed(state: &mut State) -> Vec<Effect> {
    let Some(tour) = &mut state.tour else {
        return Vec::new();
    };
    if tour.step == TourStep::Done {
        return end(state);
    }
    tour.step = tour.step.next();
    tour.is_done = false;
    tour.key = None;
    match tour.step {
        TourStep::Watch => navigation::show(state, View::Jobs),
        TourStep::Explain | TourStep::Filter | TourStep::Done => state.overlays.clear(),
        _ => {}
    }
    Vec::new()
}

/// Ends the tour, removes its filter, and cancels its job that would run later.
fn end(state: &mut State) -> Vec<Effect> {
    let tour = state.tour.take();
    let has_filter = tour
        .as_ref()
        .is_some_and(|tour| matches!(tour.step, TourStep::Filter | TourStep::Done));
    if has_filter && state.jobs.filter_text == FAILURES {
        state.jobs.set_filter("", odd_client::JobFilter::default());
    }
    let waiting = tour.and_then(|tour| tour.waiting);
    let cancel = waiting.map(|id| {
        Effect::Change(Change::Jobs {
            action: BulkAction::Cancel,
            ids: vec![id],
        })
    });
    cancel.into_iter().collect()
}

fn shows_detail(state: &State) -> bool {
    matches!(state.overlays.last(), Some(Overlay::Detail)) && state.detail.job.value().is_some()
}

fn shows_waiting_job(state: &State) -> bool {
    let job = state.detail.job.value();
    let waits = job.is_some_and(|job| !job.status.is_terminal());
    let is_explained = state.detail.explanation.value().is_some();
    shows_detail(state) && waits && is_explained
}

/// Returns the status of a job in what is loaded.
fn status_of(state: &State, id: JobId) -> Option<JobStatus> {
    let row = state.jobs.rows().iter().find(|row| row.id == id);
    let mut events = (0..state.events.len()).filter_map(|index| state.events.row(index));
    let ended = events.find(|event| event.job_id == id && event.status.is_terminal());
    ended
        .map(|event| event.status)
        .or(row.map(|row| row.status))
}

#[cfg(test)]
mod tests;
