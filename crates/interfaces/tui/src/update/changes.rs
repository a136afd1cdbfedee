use odd_contracts::counted;

use super::answer::as_answer;
use super::{form_outcome, launch};
use crate::effect::{Change, Effect, Verb};
use crate::keymap::Chord;
use crate::message::{Changed, Notice, Submitted};
use crate::state::{Confirmation, Overlay, State};
use crate::view::View;

/// Number of jobs from which every change is confirmed.
const CONFIRM_FROM: usize = 2;

/// Changes the selected or marked jobs, after a confirmation where it cannot be undone or concerns several jobs.
pub(super) fn request(state: &mut State, verb: Verb) -> Vec<Effect> {
    let ids = match (state.overlays.last(), state.view) {
        (None, View::Jobs) => state.jobs.chosen(),
        _ => state.selected_job().into_iter().collect(),
    };
    if ids.is_empty() {
        state.notify(Notice::hint("select a job first"));
        return Vec::new();
    }
    let is_confirmed_first = matches!(verb, Verb::Cancel | Verb::Drop) || ids.len() >= CONFIRM_FROM;
    let change = Change::Jobs { verb, ids };
    if !is_confirmed_first {
        return vec![Effect::Change(change)];
    }
    let question = confirmation(change);
    state.open(Overlay::Confirm(question));
    Vec::new()
}

fn confirmation(change: Change) -> Confirmation {
    let (verb, count) = match &change {
        Change::Jobs { verb, ids } => (*verb, ids.len()),
        _ => (Verb::Retry, 0),
    };
    let noun = match verb {
        Verb::Retry | Verb::Cancel => "job",
        Verb::Replay | Verb::Drop => "dead letter",
    };
    let detail = match verb {
        Verb::Cancel => "Waiting jobs end at once; running ones are asked to stop.",
        Verb::Drop => "The job stays FAILED, and leaves the list of dead letters.",
        Verb::Retry | Verb::Replay => "Each starts a new run.",
    };
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let mut verb = verb.as_str().to_owned();
    verb[..1].make_ascii_uppercase();
    Confirmation {
        question: format!("{verb} {}?", counted(count, noun)),
        detail: detail.to_owned(),
        effect: Effect::Change(change),
    }
}

/// Handles the answer to the question that is open.
pub(super) fn answer(state: &mut State, chord: Chord) -> Vec<Effect> {
    let Some(is_yes) = as_answer(chord) else {
        return Vec::new();
    };
    match state.overlays.pop() {
        Some(Overlay::Confirm(confirmation)) if is_yes => {
            if matches!(confirmation.effect, Effect::StopObservatory) {
                launch::stopping(state);
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
    let alert = selected_alert(state);
    let change = alert.map(|(id, is_silenced)| match is_silenced {
        true => Change::Unsilence(id),
        false => Change::Silence(id),
    });
    change.map(Effect::Change).into_iter().collect()
}

/// Acknowledges the selected alert.
pub(super) fn acknowledge(state: &mut State) -> Vec<Effect> {
    let alert = selected_alert(state);
    let change = alert.map(|(id, _)| Change::Acknowledge(id));
    change.map(Effect::Change).into_iter().collect()
}

fn selected_alert(state: &State) -> Option<(String, bool)> {
    let alerts = &state.alerts.value()?.alerts;
    let alert = alerts.get(state.alerts_cursor.selected())?;
    Some((alert.id.clone(), alert.silenced_until.is_some()))
}

/// Tells the outcome of a change, and loads what it may have changed.
pub(super) fn finish(state: &mut State, outcome: Changed) -> Vec<Effect> {
    let notice = match outcome {
        Changed::Submitted { key, outcome } => match form_outcome::take(state, &key, &outcome) {
            true => None,
            false => Some(submission(outcome)),
        },
        Changed::Jobs { verb, done, failed } => Some(jobs(state, verb, done, &failed)),
        Changed::Alert(Ok(done)) => Some(Notice::done(done)),
        Changed::Alert(Err(why)) => Some(Notice::failed(format!("{}: {}", why.what, why.cause))),
    };
    if let Some(notice) = notice {
        state.notify(notice);
    }
    super::schedule::outdate_lists(state);
    state.detail.outdate();
    state.alerts.outdate();
    Vec::new()
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
            "unknown whether it was accepted ({}); sending it again is safe",
            why.what
        )),
    }
}

fn jobs(
    state: &mut State,
    verb: Verb,
    done: usize,
    failed: &[(odd_contracts::JobId, crate::data::LoadFailure)],
) -> Notice {
    let count = |count: usize| counted(u64::try_from(count).unwrap_or(u64::MAX), "job");
    state.jobs.marks = failed.iter().map(|(id, _)| *id).collect();
    let Some((_, why)) = failed.first() else {
        return Notice::done(format!("{} {}", count(done), verb.done()));
    };
    if failed.len() == 1 && done == 0 {
        state.jobs.marks.clear();
        return Notice::failed(format!("not {}: {}", verb.done(), why.what));
    }
    Notice::failed(format!(
        "{} {}; {} not, and stay marked: {}",
        count(done),
        verb.done(),
        failed.len(),
        why.what
    ))
}
