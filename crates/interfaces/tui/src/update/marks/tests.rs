use odd_contracts::{JobId, JobList};

use super::*;
use crate::message::{Loaded, Message};
use crate::trial::job;
use crate::update::tests::{pressed, state, updated};
use crate::view::View;

fn id(number: u32) -> JobId {
    job(number).id
}

/// Shows two loaded jobs.
fn two_jobs(has_more: bool) -> State {
    let mut state = state();
    state.view = View::Jobs;
    let list = JobList {
        stopped_at_bound: false,
        jobs: vec![job(2), job(1)],
        next_cursor: has_more.then(|| "more".to_owned()),
    };
    let page = Box::new(state.jobs.first_page(state.now.wall));
    updated(
        &mut state,
        Message::Loaded(Box::new(Loaded::Jobs(page, Ok(list)))),
    );
    state
}

/// Returns the query for every job, if it is among the effects.
fn all_jobs(effects: &[Effect]) -> Option<Box<JobsPage>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Load(Query::AllJobs(page)) => Some(page.clone()),
        _ => None,
    })
}

fn found(state: &mut State, page: Box<JobsPage>, jobs: Vec<JobId>, has_more: bool) {
    let selection = Selection { jobs, has_more };
    let answer = Loaded::AllJobs(page, Ok(selection));
    updated(state, Message::Loaded(Box::new(answer)));
}

fn notice(state: &State) -> &str {
    state
        .notice
        .as_ref()
        .map_or("", |(notice, _)| notice.text.as_str())
}

#[test]
fn second_press_marks_every_job_that_the_filter_selects() {
    let mut state = two_jobs(true);
    assert!(all_jobs(&pressed(&mut state, "a")).is_none());
    assert_eq!(state.jobs.marks.len(), 2);
    assert_eq!(
        notice(&state),
        "2 loaded jobs marked; a marks all that the filter selects"
    );
    let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
    assert_eq!(page.query.cursor, None);
    found(&mut state, page, (1..=5).map(id).collect(), false);
    assert_eq!(state.jobs.chosen(), (1..=5).map(id).collect::<Vec<_>>());
    assert_eq!(notice(&state), "5 jobs marked: all that the filter selects");
    pressed(&mut state, "a");
    assert!(state.jobs.marks.is_empty());
}

#[test]
fn limited_selection_says_that_there_are_more() {
    let mut state = two_jobs(true);
    pressed(&mut state, "a");
    let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
    found(&mut state, page, (1..=3).map(id).collect(), true);
    assert_eq!(
        notice(&state),
        "3 jobs marked, the newest; the filter selects more"
    );
}

#[test]
fn without_more_jobs_the_second_press_removes_the_marks() {
    let mut state = two_jobs(false);
    pressed(&mut state, "a");
    assert_eq!(state.jobs.marks.len(), 2);
    assert!(all_jobs(&pressed(&mut state, "a")).is_none());
    assert!(state.jobs.marks.is_empty());
}

#[test]
fn jobs_found_after_the_marks_were_removed_are_not_marked() {
    for key in ["a", "esc"] {
        let mut state = two_jobs(true);
        pressed(&mut state, "a");
        let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
        pressed(&mut state, key);
        found(&mut state, page, vec![id(7)], false);
        assert!(state.jobs.marks.is_empty(), "after {key}");
    }
}

#[test]
fn jobs_of_an_earlier_filter_are_not_marked() {
    let mut state = two_jobs(true);
    pressed(&mut state, "a");
    let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
    state.jobs.set_filter("", Default::default());
    found(&mut state, page, vec![id(7)], false);
    assert!(state.jobs.marks.is_empty());
}

#[test]
fn job_that_is_marked_or_unmarked_meanwhile_ends_the_search() {
    let mut state = two_jobs(true);
    pressed(&mut state, "a");
    let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
    pressed(&mut state, " ");
    found(&mut state, page, vec![id(1), id(2), id(7)], false);
    assert_eq!(state.jobs.chosen(), [id(1)]);
}

#[test]
fn frozen_screen_takes_the_marks_too() {
    let mut state = two_jobs(true);
    pressed(&mut state, "p");
    pressed(&mut state, "a");
    let page = all_jobs(&pressed(&mut state, "a")).expect("a query");
    found(&mut state, page, vec![id(1), id(2), id(7)], false);
    assert_eq!(state.jobs.marks.len(), 3);
}

#[test]
fn jobs_that_a_window_covers_are_not_marked() {
    let mut state = two_jobs(true);
    pressed(&mut state, "enter");
    pressed(&mut state, "a");
    assert!(state.jobs.marks.is_empty());
}
