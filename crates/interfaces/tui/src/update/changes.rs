use std::time::Duration;

use odd_client::{BulkAction, inert, short_id};
use odd_contracts::{Alert, JobId};

use super::answer::as_answer;
use super::{form_outcome, launch};
use crate::effect::{Change, Effect};
use crate::format;
use crate::keymap::Chord;
use crate::message::{Changed, ChangedJobs, Notice, NoticeKind, Submitted};
use crate::state::{Confirmation, Overlay, State};
use crate::view::View;

/// Number of jobs from which every change is confirmed.
const CONFIRM_FROM: usize = 2;

/// How long after the selection has moved by itself a change is confirmed.
const MOVED_RECENTLY: Duration = Duration::from_secs(2);

/// Changes the selected or marked jobs, after a confirmation where it cannot be undone or concerns several jobs.
pub(super) fn request(state: &mut State, action: BulkAction) -> Vec<Effect> {
    // What is still looked for is not part of this change.
    state.jobs.is_selecting = false;
    let ids = match (state.overlays.last(), state.view) {
        (None, View::Jobs) => state.jobs.chosen(),
        _ => state.selected_job().into_iter().collect(),
    };
    if ids.is_empty() {
        state.notify(Notice::hint("select a job first"));
        return Vec::new();
    }
    let marked = ids.len();
    let ids: Vec<JobId> = ids
        .into_iter()
        .filter(|id| marked == 1 || can_apply(state, action, *id))
        .collect();
    if ids.is_empty() {
        let (verb, count) = (action.as_str(), format::count(marked as u64));
        state.notify(Notice::hint(format!(
            "the status of none of the {count} marked jobs allows to {verb} it"
        )));
        return Vec::new();
    }
    let is_confirmed_first = has_moved(state)
        || matches!(action, BulkAction::Cancel | BulkAction::Drop)
        || ids.len() >= CONFIRM_FROM;
    if !is_confirmed_first {
        return vec![Effect::Change(Change::Jobs { action, ids })];
    }
    let question = confirmation(state, action, ids, marked);
    state.open(Overlay::Confirm(question));
    Vec::new()
}

/// Whether an action can change a job, as far as its status is known.
fn can_apply(state: &State, action: BulkAction, id: JobId) -> bool {
    let row = state.jobs.row(id);
    row.is_none_or(|row| action.applies_to(row.status))
}

fn confirmation(state: &State, action: BulkAction, ids: Vec<JobId>, marked: usize) -> Confirmation {
    let mut detail = match action {
        BulkAction::Cancel => "Waiting jobs end at once; running ones are asked to stop.",
        BulkAction::Drop => "The job stays FAILED, and leaves the list of dead letters.",
        BulkAction::Retry | BulkAction::Replay => "Each starts a new run.",
    }
    .to_owned();
    if ids.len() >= CONFIRM_FROM {
        detail.push_str(" Jobs in another status are left as they are.");
    }
    let mut verb = action.as_str().to_owned();
    verb[..1].make_ascii_uppercase();
    Confirmation {
        question: match ids.len() == marked {
            true => format!("{verb} {}?", named(state, action, &ids)),
            false => {
                let (some, all) = (ids.len() as u64, marked as u64);
                let (some, all) = (format::count(some), format::count(all));
                format!("{verb} {some} of {all} marked jobs?")
            }
        },
        detail,
        effect: Effect::Change(Change::Jobs { action, ids }),
    }
}

/// Names a single job, and counts several.
fn named(state: &State, action: BulkAction, ids: &[JobId]) -> String {
    let &[id] = ids else {
        let count = format::count(ids.len() as u64);
        return format!("{count} {}s", action.noun());
    };
    let job_type = match state.jobs.row(id) {
        Some(row) => Some(row.job_type.clone()),
        None => state
            .selection()
            .job_type
            .filter(|_| state.selected_job() == Some(id)),
    };
    let job_type = job_type.as_deref().unwrap_or(action.noun());
    format!("{} {}", inert(job_type), short_id(id))
}

/// Handles the answer to the question that is open.
pub(super) fn answer(state: &mut State, chord: Chord) -> Vec<Effect> {
    let Some(is_yes) = as_answer(chord) else {
        return Vec::new();
    };
    match state.overlays.pop() {
        Some(Overlay::Confirm(confirmation)) if is_yes => {
            let is_stop = matches!(confirmation.effect, Effect::StopObservatory);
            if is_stop && !launch::stopping(state) {
                return Vec::new();
            }
            vec![confirmation.effect]
        }
        _ => {
            state.notify(Notice::hint("nothing was changed"));
            Vec::new()
        }
    }
}

/// Silences the selected alert for an hour, or ends its silence.
pub(super) fn toggle_silence(state: &mut State) -> Vec<Effect> {
    change_alert(state, |alert| match alert.silenced_until {
        Some(_) => ("End the silence of", Change::Unsilence(alert.id.clone())),
        None => ("Silence", Change::Silence(alert.id.clone())),
    })
}

/// Acknowledges the selected alert.
pub(super) fn acknowledge(state: &mut State) -> Vec<Effect> {
    change_alert(state, |alert| {
        ("Acknowledge", Change::Acknowledge(alert.id.clone()))
    })
}

/// Changes the selected alert, after a confirmation if it was another one a moment ago.
fn change_alert(
    state: &mut State,
    change: impl FnOnce(&Alert) -> (&'static str, Change),
) -> Vec<Effect> {
    let alerts = state.alerts.value().map_or(&[][..], |list| &list.alerts);
    let Some(alert) = alerts.get(state.alerts_cursor.selected()) else {
        return Vec::new();
    };
    let (verb, change) = change(alert);
    let effect = Effect::Change(change);
    if !has_moved(state) {
        return vec![effect];
    }
    let confirmation = Confirmation {
        question: format!("{verb} {}?", inert(&alert.name)),
        detail: inert(&alert.summary).into_owned(),
        effect,
    };
    state.open(Overlay::Confirm(confirmation));
    Vec::new()
}

/// Whether new data has put another row under the cursor a moment ago.
fn has_moved(state: &State) -> bool {
    let moved = state.selection_moved_at;
    moved.is_some_and(|at| state.now.elapsed.saturating_sub(at) < MOVED_RECENTLY)
}

/// Ends the interface; waits for changes that are under way, unless this is the second time.
pub(super) fn quit(state: &mut State, keep_screen: bool) -> Vec<Effect> {
    if state.pending_changes == 0 || state.quits_after_changes.is_some() {
        return vec![Effect::Quit { keep_screen }];
    }
    state.quits_after_changes = Some(keep_screen);
    Vec::new()
}

/// Counts the changes that begin.
pub(super) fn count(state: &mut State, effects: &[Effect]) {
    let changes = effects.iter().filter(|it| matches!(it, Effect::Change(_)));
    state.pending_changes += changes.count();
}

/// Tells the outcome of a change, and loads what it may have changed.
pub(super) fn finish(state: &mut State, outcome: Changed) -> Vec<Effect> {
    let notice = match outcome {
        Changed::Submitted { key, outcome } => match form_outcome::take(state, &key, &outcome) {
            true => None,
            false => Some(submission(outcome)),
        },
        Changed::Jobs(change) => Some(jobs(state, change)),
        Changed::Alert(Ok(done)) => Some(Notice::done(done)),
        Changed::Alert(Err(why)) => Some(Notice::failed(format!("{}: {}", why.what, why.cause))),
    };
    let is_done = notice
        .as_ref()
        .is_some_and(|notice| notice.kind == NoticeKind::Done);
    if let Some(notice) = notice {
        state.notify(notice);
    }
    super::schedule::outdate_lists(state);
    state.detail.outdate();
    state.alerts.outdate();
    state.pending_changes = state.pending_changes.saturating_sub(1);
    if !is_done {
        // The user has to see why.
        state.quits_after_changes = None;
    }
    match state.quits_after_changes {
        Some(keep_screen) if state.pending_changes == 0 => vec![Effect::Quit { keep_screen }],
        _ => Vec::new(),
    }
}

fn submission(submitted: Submitted) -> Notice {
    match submitted {
        Submitted::Accepted {
            id,
            is_repeat: false,
        } => Notice::done(format!("accepted as {id}")),
        Submitted::Accepted {
            id,
            is_repeat: true,
        } => Notice::done(format!("accepted before as {id}")),
        Submitted::Refused { why, .. } => Notice::failed(format!("refused: {}", why.what)),
        Submitted::Unknown(why) => Notice::failed(format!(
            "unknown whether it was accepted ({}): look for it in the jobs before you submit it again",
            why.what
        )),
    }
}

/// Removes the marks of the jobs that were changed, and tells what happened to all of them.
fn jobs(state: &mut State, change: ChangedJobs) -> Notice {
    let ChangedJobs {
        action,
        summary,
        answered,
        unchanged,
        why,
    } = change;
    for id in answered {
        state.jobs.marks.remove(&id);
    }
    let sentence = summary.sentence(action);
    match (why, unchanged) {
        (None, _) => Notice::done(sentence),
        (Some(why), _) if summary.total() == 1 => {
            let (verb, noun) = (action.as_str(), action.noun());
            Notice::failed(format!("could not {verb} the {noun}: {why}"))
        }
        (Some(_), 0) => Notice::failed(sentence),
        (Some(why), _) => Notice::failed(format!("{sentence}; these stay marked: {why}")),
    }
}

#[cfg(test)]
mod tests;
