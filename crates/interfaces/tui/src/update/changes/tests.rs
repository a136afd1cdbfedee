use odd_client::BulkSummary;
use odd_contracts::JobId;

use super::*;
use crate::message::{ChangedJobs, Message, NoticeKind};
use crate::trial::job;
use crate::update::tests::{pressed, state, updated};

fn ids(count: u32) -> Vec<JobId> {
    (1..=count).map(|number| job(number).id).collect()
}

/// Returns a change of these jobs that was answered for each of them.
fn answered(action: BulkAction, summary: BulkSummary, jobs: Vec<JobId>) -> ChangedJobs {
    ChangedJobs {
        action,
        summary,
        answered: jobs,
        unchanged: 0,
        why: None,
    }
}

/// Ends a change of the marked jobs 1 to 3. Returns the notice.
fn ended(state: &mut State, change: ChangedJobs) -> (NoticeKind, String) {
    state.jobs.marks.extend(ids(3));
    updated(state, Message::Changed(Changed::Jobs(change)));
    let (notice, _) = state.notice.clone().expect("a notice");
    (notice.kind, notice.text)
}

#[test]
fn changed_jobs_lose_their_marks_and_failed_ones_keep_them() {
    let mut state = state();
    let outcome = ended(
        &mut state,
        ChangedJobs {
            action: BulkAction::Retry,
            summary: BulkSummary {
                changed: 1,
                conflicts: 1,
                failed: 1,
                ..BulkSummary::default()
            },
            answered: ids(2),
            unchanged: 1,
            why: Some("the disk is full".to_owned()),
        },
    );
    let text =
        "1 job retried, 1 in another status by now, 1 failed; these stay marked: the disk is full";
    assert_eq!(outcome, (NoticeKind::Failed, text.to_owned()));
    assert_eq!(state.jobs.chosen(), ids(3)[2..]);
}

#[test]
fn marks_made_meanwhile_stay() {
    let mut state = state();
    let summary = BulkSummary {
        changed: 1,
        ..BulkSummary::default()
    };
    let outcome = ended(&mut state, answered(BulkAction::Cancel, summary, ids(1)));
    let text = "1 job cancelled or asked to stop".to_owned();
    assert_eq!(outcome, (NoticeKind::Done, text));
    assert_eq!(state.jobs.chosen(), ids(3)[1..]);
}

#[test]
fn refused_change_of_one_job_tells_the_reason() {
    let mut state = state();
    let summary = BulkSummary {
        conflicts: 1,
        ..BulkSummary::default()
    };
    let outcome = ended(
        &mut state,
        ChangedJobs {
            why: Some("the job has finished".to_owned()),
            ..answered(BulkAction::Cancel, summary, ids(1))
        },
    );
    let text = "could not cancel the job: the job has finished".to_owned();
    assert_eq!(outcome, (NoticeKind::Failed, text));
}

#[test]
fn change_of_several_jobs_is_confirmed_with_their_number() {
    let mut state = state();
    state.view = View::Jobs;
    state.jobs.marks.extend(ids(3));
    let is_change = |effects: &[Effect]| effects.iter().any(|it| matches!(it, Effect::Change(_)));
    assert!(!is_change(&pressed(&mut state, "t")));
    let Some(Overlay::Confirm(question)) = state.overlays.last() else {
        panic!("no question");
    };
    assert_eq!(question.question, "Retry 3 jobs?");
    let effects = pressed(&mut state, "y");
    assert!(matches!(
        &effects[0],
        Effect::Change(Change::Jobs { action: BulkAction::Retry, ids: changed }) if *changed == ids(3)
    ));
}

#[test]
fn interface_ends_after_the_changes_that_are_under_way() {
    let mut state = state();
    let ends = |effects: &[Effect]| effects.iter().any(|it| matches!(it, Effect::Quit { .. }));
    state.view = View::Jobs;
    state.jobs.marks.extend(ids(3));
    pressed(&mut state, "X");
    pressed(&mut state, "y");
    assert!(!ends(&pressed(&mut state, "q")));
    let summary = BulkSummary {
        changed: 3,
        ..BulkSummary::default()
    };
    let changed = answered(BulkAction::Cancel, summary, ids(3));
    assert!(ends(&updated(
        &mut state,
        Message::Changed(Changed::Jobs(changed))
    )));
    state.pending_changes = 1;
    state.quits_after_changes = None;
    pressed(&mut state, "q");
    pressed(&mut state, "1");
    assert_eq!(state.quits_after_changes, None, "another key stays");
    pressed(&mut state, "q");
    assert!(ends(&pressed(&mut state, "q")), "the second time at once");
}

#[test]
fn keys_do_not_change_what_a_window_or_a_small_terminal_hides() {
    let mut state = state();
    state.view = View::Jobs;
    state.jobs.marks.extend(ids(1));
    let is_change = |effects: &[Effect]| effects.iter().any(|it| matches!(it, Effect::Change(_)));
    for key in ["?", "h"] {
        pressed(&mut state, key);
        assert!(!is_change(&pressed(&mut state, "t")), "below {key}");
        pressed(&mut state, "esc");
    }
    updated(
        &mut state,
        Message::Resized {
            width: 59,
            height: 15,
        },
    );
    assert!(!is_change(&pressed(&mut state, "t")));
    updated(
        &mut state,
        Message::Resized {
            width: 80,
            height: 24,
        },
    );
    assert!(is_change(&pressed(&mut state, "t")));
}

#[test]
fn interface_stays_to_show_that_a_change_has_failed() {
    let mut state = state();
    state.pending_changes = 1;
    pressed(&mut state, "q");
    let changed = ChangedJobs {
        action: BulkAction::Retry,
        summary: BulkSummary {
            failed: 1,
            ..BulkSummary::default()
        },
        answered: Vec::new(),
        unchanged: 1,
        why: Some("the disk is full".to_owned()),
    };
    let effects = updated(&mut state, Message::Changed(Changed::Jobs(changed)));
    assert!(effects.iter().all(|it| !matches!(it, Effect::Quit { .. })));
    assert_eq!(state.quits_after_changes, None);
}

#[test]
fn marked_jobs_whose_status_does_not_allow_it_are_not_asked_for() {
    let mut state = state();
    state.view = View::Jobs;
    let list = odd_contracts::JobList {
        stopped_at_bound: false,
        jobs: vec![job(2), job(1)],
        next_cursor: None,
    };
    let page = Box::new(state.jobs.first_page(state.now.wall));
    let answer = crate::message::Loaded::Jobs(page, Ok(list));
    updated(&mut state, Message::Loaded(Box::new(answer)));
    // Jobs 1 and 2 have failed; job 3 is not loaded.
    state.jobs.marks.extend(ids(3));
    pressed(&mut state, "X");
    let Some(Overlay::Confirm(question)) = state.overlays.last() else {
        panic!("no question");
    };
    assert_eq!(question.question, "Cancel 1 of 3 marked jobs?");
    let effects = pressed(&mut state, "y");
    assert!(matches!(
        &effects[0],
        Effect::Change(Change::Jobs { ids: changed, .. }) if *changed == ids(3)[2..]
    ));
    state.jobs.marks.retain(|id| *id != ids(3)[2]);
    pressed(&mut state, "X");
    assert!(state.overlays.is_empty());
    let (notice, _) = state.notice.as_ref().expect("a notice");
    assert_eq!(
        notice.text,
        "the status of none of the 2 marked jobs allows to cancel it"
    );
}
