use odd_contracts::{FieldError, JobId};

use super::navigation;
use crate::data::LoadFailure;
use crate::effect::Effect;
use crate::keymap::Chord;
use crate::message::Submitted;
use crate::state::{Field, JobForm, Phase, Problem, Sent, State};

/// Shows the outcome of a submission in the form that has sent it. Returns `false` if that form is closed.
pub(super) fn take(state: &mut State, key: &str, outcome: &Submitted) -> bool {
    let Some(form) = state.any_form_mut() else {
        return false;
    };
    let Phase::Sending { sent, .. } = &form.phase else {
        return false;
    };
    if sent.key != key {
        return false;
    }
    let sent = sent.clone();
    form.is_asking = false;
    form.phase = match outcome {
        Submitted::Accepted { id, is_repeat } => Phase::Accepted {
            id: *id,
            is_repeat: *is_repeat,
        },
        // What was not answered before may be stored, although it could not be sent again.
        Submitted::Refused { why, fields } if form.may_be_stored && fields.is_empty() => {
            unknown(sent, why)
        }
        Submitted::Refused { why, fields } => {
            show_problems(form, fields);
            Phase::Refused(why.clone())
        }
        Submitted::Unknown(why) => unknown(sent, why),
    };
    form.may_be_stored = matches!(form.phase, Phase::Unknown { .. });
    true
}

fn unknown(sent: Sent, why: &LoadFailure) -> Phase {
    Phase::Unknown {
        sent,
        why: why.clone(),
    }
}

fn show_problems(form: &mut JobForm, fields: &[(String, String)]) {
    let problems = fields.iter().map(|(pointer, message)| {
        Problem::at(&FieldError {
            pointer: pointer.clone(),
            message: message.clone(),
        })
    });
    form.problems = problems.collect();
    let mut wrong = form.problems.iter().filter_map(|problem| problem.field);
    if let Some(field) = wrong.next() {
        form.focus_on(field, &odd_client::KnownValues::default());
    }
}

/// Handles a key after the job was accepted: opens it, closes the form, or prepares another job.
pub(super) fn press(state: &mut State, chord: Chord, id: JobId) -> Vec<Effect> {
    match chord.to_string().as_str() {
        "enter" => {
            state.overlays.pop();
            navigation::open_job(state, id);
        }
        "esc" | "q" => {
            state.overlays.pop();
        }
        "n" | "N" => {
            if let Some(form) = state.form_mut() {
                form.phase = Phase::Editing;
                form.key = None;
                form.has_tried = false;
                form.focus_on(Field::Payload, &odd_client::KnownValues::default());
            }
            return vec![Effect::CreateKey];
        }
        _ => {}
    }
    Vec::new()
}
