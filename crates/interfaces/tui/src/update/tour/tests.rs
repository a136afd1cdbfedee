use odd_contracts::Overview;

use super::*;
use crate::message::{Changed, Loaded, Message};
use crate::options::Options;
use crate::update::tests::{pressed, state_with, updated};

fn overview() -> Box<Overview> {
    let summary = json!({"count": 0, "p50Ms": null, "p95Ms": null, "p99Ms": null});
    let overview = json!({
        "stats": {
            "totalJobs": 0, "pendingJobs": 0, "executingJobs": 0, "completedJobs": 0,
            "failedJobs": 0, "cancelledJobs": 0, "lastEventTime": null,
            "asOf": "2026-01-01T00:00:00Z"
        },
        "statuses": {}, "submittedPerSecond": 0.0, "finishedPerSecond": 0.0,
        "wait": summary, "run": summary, "queues": [], "recentJobs": [], "alerts": []
    });
    Box::new(serde_json::from_value(overview).expect("an overview"))
}

fn new_user(read_only: bool) -> State {
    let mut state = state_with(&Options {
        tour: true,
        read_only,
        ..Options::default()
    });
    let loaded = Loaded::Overview(Ok(overview()));
    let effects = updated(&mut state, Message::Loaded(Box::new(loaded)));
    let is_remembered = effects
        .iter()
        .any(|effect| matches!(effect, Effect::RememberTour));
    assert_eq!(is_remembered, !read_only);
    state
}

fn step(state: &State) -> Option<TourStep> {
    state.tour.as_ref().map(|tour| tour.step)
}

fn accept(state: &mut State) -> JobId {
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
        .parse()
        .expect("an id");
    let accepted = Submitted::Accepted {
        id,
        is_repeat: false,
    };
    updated(
        state,
        Message::Changed(Changed::Submitted {
            key: state
                .tour
                .as_ref()
                .and_then(|tour| tour.key.clone())
                .unwrap_or_default(),
            outcome: accepted,
        }),
    );
    id
}

fn submission(effects: &[Effect]) -> Option<&JobSubmission> {
    effects.iter().find_map(|effect| match effect {
        Effect::Change(Change::Submit { submission, .. }) => Some(submission.as_ref()),
        _ => None,
    })
}

#[test]
fn tour_is_offered_once_and_not_in_read_only_mode() {
    let mut state = new_user(false);
    assert_eq!(step(&state), Some(TourStep::Welcome));
    pressed(&mut state, "esc");
    assert_eq!(step(&state), None);
    updated(&mut state, Message::Tick);
    assert_eq!(step(&state), None);
    assert_eq!(step(&new_user(true)), None);
}

#[test]
fn steps_are_done_for_the_user_with_enter() {
    let mut state = new_user(false);
    pressed(&mut state, "enter");
    let effects = pressed(&mut state, "enter");
    assert_eq!(
        submission(&effects).map(|job| job.job_type.as_str()),
        Some("sleep")
    );
    assert!(
        submission(&pressed(&mut state, "enter")).is_none(),
        "sent once"
    );
    accept(&mut state);
    pressed(&mut state, "enter");
    assert_eq!(
        (step(&state), state.view),
        (Some(TourStep::Watch), View::Jobs)
    );
    // No worker completes it here.
    pressed(&mut state, "enter");
    pressed(&mut state, "enter");
    assert!(matches!(state.overlays.last(), Some(Overlay::Detail)));
}

#[test]
fn waiting_job_of_the_tour_is_cancelled_at_its_end() {
    let mut state = new_user(false);
    if let Some(tour) = &mut state.tour {
        (tour.step, tour.is_done) = (TourStep::Explain, false);
    }
    let effects = pressed(&mut state, "enter");
    assert_eq!(
        submission(&effects).and_then(|job| job.delay_ms),
        Some(WAIT_MS)
    );
    let id = accept(&mut state);
    assert_eq!(state.detail.job_id, Some(id));
    let effects = pressed(&mut state, "esc");
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Change(Change::Jobs { action: BulkAction::Cancel, ids }) if *ids == [id]
    )));
}

#[test]
fn filter_of_the_tour_is_removed_at_its_end() {
    for step in [TourStep::Filter, TourStep::Done] {
        let mut state = new_user(false);
        if let Some(tour) = &mut state.tour {
            (tour.step, tour.is_done) = (step, true);
        }
        filter_line::apply(&mut state, FilterTarget::Jobs, FAILURES);
        pressed(&mut state, "esc");
        assert_eq!(state.jobs.filter_text, "");
    }
}

#[test]
fn filter_that_the_user_enters_completes_the_last_step() {
    let mut state = new_user(false);
    if let Some(tour) = &mut state.tour {
        (tour.step, tour.is_done) = (TourStep::Filter, false);
    }
    filter_line::apply(
        &mut state,
        FilterTarget::of_view(View::Jobs),
        "type:fail status:FAILED",
    );
    updated(&mut state, Message::Tick);
    pressed(&mut state, "enter");
    assert_eq!(step(&state), Some(TourStep::Done));
    pressed(&mut state, "enter");
    assert_eq!(step(&state), None);
}

#[test]
fn keys_of_an_open_window_are_not_those_of_the_tour() {
    let mut state = new_user(false);
    pressed(&mut state, "?");
    pressed(&mut state, "esc");
    assert_eq!(step(&state), Some(TourStep::Welcome));
}

#[test]
fn job_of_the_user_is_not_taken_for_that_of_the_tour() {
    let mut state = new_user(false);
    if let Some(tour) = &mut state.tour {
        (tour.step, tour.is_done) = (TourStep::Explain, false);
    }
    pressed(&mut state, "enter");
    let outcome = Submitted::Accepted {
        id: crate::trial::job(1).id,
        is_repeat: false,
    };
    let key = "of the form".to_owned();
    updated(
        &mut state,
        Message::Changed(Changed::Submitted { key, outcome }),
    );
    let tour = state.tour.as_ref().expect("it continues");
    assert!(tour.waiting.is_none() && tour.is_sending);
    let id = accept(&mut state);
    assert_eq!(state.tour.as_ref().and_then(|tour| tour.waiting), Some(id));
}
