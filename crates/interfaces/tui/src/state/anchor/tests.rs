use odd_contracts::{JobList, JobStatus};

use crate::effect::Effect;
use crate::message::{Loaded, Message};
use crate::state::{Overlay, State};
use crate::trial::job;
use crate::update::tests::{now, pressed, state, updated};
use crate::view::View;

fn load(state: &mut State, numbers: &[u32]) {
    let list = JobList {
        stopped_at_bound: false,
        jobs: numbers.iter().map(|number| job(*number)).collect(),
        next_cursor: None,
    };
    let answer = Loaded::DeadLetters(Ok(list));
    updated(state, Message::Loaded(Box::new(answer)));
}

fn dead_letters() -> State {
    let mut state = state();
    state.view = View::Queues;
    load(&mut state, &[3, 2, 1]);
    state
}

#[test]
fn dead_letter_stays_selected_when_newer_ones_arrive() {
    let mut state = dead_letters();
    pressed(&mut state, "down");
    assert_eq!(state.selected_job(), Some(job(2).id));
    load(&mut state, &[5, 4, 3, 2, 1]);
    assert_eq!(state.selected_job(), Some(job(2).id));
    // Its row is gone: the row after it has its place.
    load(&mut state, &[5, 4, 3, 1]);
    assert_eq!(state.selected_job(), Some(job(1).id));
}

#[test]
fn change_is_confirmed_when_the_selection_has_just_moved() {
    let is_change = |effects: &[Effect]| effects.iter().any(|it| matches!(it, Effect::Change(_)));
    let mut state = dead_letters();
    assert!(is_change(&pressed(&mut state, "t")));
    load(&mut state, &[2, 1]);
    assert!(!is_change(&pressed(&mut state, "t")));
    let Some(Overlay::Confirm(question)) = state.overlays.last() else {
        panic!("no question");
    };
    assert_eq!(question.question, "Replay email.send 0193a1b2~0002?");
    pressed(&mut state, "n");
    let later = crate::state::Now {
        elapsed: now().elapsed + std::time::Duration::from_secs(5),
        ..now()
    };
    crate::update::update(&mut state, later, Message::Tick);
    let key = crossterm::event::KeyCode::Char('t').into();
    assert!(is_change(&crate::update::update(
        &mut state,
        later,
        Message::Key(key)
    )));
}

#[test]
fn newest_job_stays_selected_at_the_top_of_the_jobs() {
    let mut state = state();
    state.view = View::Jobs;
    for numbers in [&[1][..], &[2, 1]] {
        let list = JobList {
            stopped_at_bound: false,
            jobs: numbers.iter().map(|number| job(*number)).collect(),
            next_cursor: None,
        };
        assert_eq!(list.jobs[0].status, JobStatus::Failed);
        let page = Box::new(state.jobs.first_page(now().wall));
        let answer = Loaded::Jobs(page, Ok(list));
        updated(&mut state, Message::Loaded(Box::new(answer)));
    }
    assert_eq!(state.selected_job(), Some(job(2).id));
}
