use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_textarea::TextArea;

use super::answer::as_answer;
use super::form_outcome;
use crate::effect::{Change, Effect};
use crate::keymap::{Action, Chord, Scope};
use crate::message::Notice;
use crate::state::{Field, JobForm, Overlay, Phase, Sent, State};

/// Opens an empty form.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let form = JobForm::new(&state.theme);
    show(state, form)
}

/// Opens a form with a copy of the job whose detail is shown.
pub(super) fn open_copy(state: &mut State) -> Vec<Effect> {
    let Some(job) = state.detail.job.value() else {
        state.notify(Notice::hint("the job is not loaded yet"));
        return Vec::new();
    };
    let form = JobForm::copy_of(job, &state.theme);
    show(state, form)
}

fn show(state: &mut State, mut form: JobForm) -> Vec<Effect> {
    form.focus_on(form.focus, &state.known_values());
    state.open(Overlay::Form(Box::new(form)));
    vec![Effect::CreateKey]
}

/// Handles a key while the form is open.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let chord = Chord::of(key);
    let bound = state.keymap.binding(chord, &[Scope::Form]);
    let is_restricted = state.is_restricted;
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    if form.is_asking {
        return answer(state, chord);
    }
    if let Phase::Accepted { id, .. } = form.phase {
        return form_outcome::press(state, chord, id);
    }
    let is_sending = matches!(form.phase, Phase::Sending { .. });
    match bound.map(|binding| binding.action) {
        Some(Action::LeaveForm) => leave(state),
        _ if is_sending => Vec::new(),
        Some(Action::SubmitJob) => submit(state),
        Some(Action::NextField) => {
            form.choose_completion();
            move_focus(state, 1)
        }
        Some(Action::PreviousField) => move_focus(state, -1),
        Some(Action::EditPayload) if is_restricted => Vec::new(),
        Some(Action::EditPayload) => vec![Effect::Edit {
            text: form.text(Field::Payload),
        }],
        _ => type_into(state, key),
    }
}

/// Handles pasted text.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = state.form_mut().filter(|form| is_editable(form)) else {
        return Vec::new();
    };
    let text = match form.focus {
        Field::Payload => odd_client::inert_json(text).into_owned(),
        _ => text.replace(['\r', '\n'], " "),
    };
    let has_changed = form.edit(
        |input| {
            input.insert_str(&text);
        },
        text.len(),
    );
    if !has_changed && !text.is_empty() {
        state.notify(Notice::failed("the pasted text is too long for this field"));
    }
    after_edit(state, has_changed)
}

/// Takes the payload back from the editor.
pub(super) fn take_edited(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = state.form_mut().filter(|form| is_editable(form)) else {
        return Vec::new();
    };
    let before = form.text(Field::Payload);
    if !form.replace(Field::Payload, text.trim_end()) {
        state.notify(Notice::failed(
            "the edited payload has more than 1 MiB; the one before was kept",
        ));
        return Vec::new();
    }
    let has_changed = form.text(Field::Payload) != before;
    after_edit(state, has_changed)
}

/// Takes the key that makes it safe to send the job again.
pub(super) fn take_key(state: &mut State, key: String) {
    if let Some(form) = state.any_form_mut() {
        form.key.get_or_insert(key);
    }
}

fn is_editable(form: &JobForm) -> bool {
    let is_waiting = matches!(form.phase, Phase::Sending { .. } | Phase::Accepted { .. });
    !is_waiting && !form.is_asking
}

/// Closes the list of texts, or the form; asks first when something would be lost.
fn leave(state: &mut State) -> Vec<Effect> {
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    if form.choices.chosen().is_some() {
        form.choices = crate::state::Choices::default();
    } else if form.is_changed() {
        form.is_asking = true;
    } else {
        state.overlays.pop();
    }
    Vec::new()
}

fn answer(state: &mut State, chord: Chord) -> Vec<Effect> {
    match as_answer(chord) {
        Some(true) => {
            state.overlays.pop();
        }
        Some(false) => {
            if let Some(form) = state.form_mut() {
                form.is_asking = false;
            }
        }
        None => {}
    }
    Vec::new()
}

fn move_focus(state: &mut State, step: isize) -> Vec<Effect> {
    let known = state.known_values();
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    let before = form.texts();
    if let Some(choice) = form.choices.chosen().cloned() {
        form.accept(&choice);
    }
    if form.focus == Field::Type {
        form.fill_example();
    }
    let has_changed = form.texts() != before;
    form.focus_on(form.focus.moved_by(step), &known);
    match has_changed {
        true => as_another_job(state),
        false => Vec::new(),
    }
}

/// Handles a key that is none of the form: it chooses an offered text, moves, or types.
fn type_into(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    let is_multiline = form.focus == Field::Payload;
    let is_control = key.modifiers == KeyModifiers::CONTROL;
    match key.code {
        KeyCode::Up | KeyCode::Down if !form.choices.is_closed() => {
            let step = if key.code == KeyCode::Up { -1 } else { 1 };
            form.choices.move_by(step);
            Vec::new()
        }
        KeyCode::Up if !is_multiline => move_focus(state, -1),
        KeyCode::Down | KeyCode::Enter if !is_multiline => move_focus(state, 1),
        KeyCode::Char('m') if !is_multiline && is_control => move_focus(state, 1),
        KeyCode::Char('z') if is_control => edit(state, TextArea::undo),
        KeyCode::Char('u') if is_control && !is_multiline => edit(state, TextArea::clear),
        KeyCode::Enter => {
            let has_changed = form.edit(break_line, 1);
            after_edit(state, has_changed)
        }
        _ => {
            let added = usize::from(matches!(key.code, KeyCode::Char(_)));
            let has_changed = form.edit(
                |input| {
                    input.input(*key);
                },
                added,
            );
            after_edit(state, has_changed)
        }
    }
}

fn edit(state: &mut State, change: fn(&mut TextArea<'static>) -> bool) -> Vec<Effect> {
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    let has_changed = form.edit(
        |input| {
            change(input);
        },
        0,
    );
    after_edit(state, has_changed)
}

/// Begins a line with the indentation of the one before, and more after an opening bracket.
fn break_line(input: &mut TextArea<'static>) {
    let (row, column) = (input.cursor().0, input.cursor().1);
    let line = input.lines().get(row).cloned().unwrap_or_default();
    let before: String = line.chars().take(column).collect();
    let indent = before.len() - before.trim_start_matches(' ').len();
    let deeper = if before.trim_end().ends_with(['{', '[']) {
        2
    } else {
        0
    };
    input.insert_newline();
    input.insert_str(" ".repeat(indent + deeper));
}

/// Offers texts for what was typed, and notes that the job is another one now.
fn after_edit(state: &mut State, has_changed: bool) -> Vec<Effect> {
    if !has_changed {
        return Vec::new();
    }
    let known = state.known_values();
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    form.complete(&known);
    as_another_job(state)
}

/// Ends what the outcome of the last submission was about.
fn as_another_job(state: &mut State) -> Vec<Effect> {
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    match std::mem::replace(&mut form.phase, Phase::Editing) {
        Phase::Unknown { .. } => {
            form.key = None;
            form.may_be_stored = false;
            state.notify(Notice::hint(
                "this is another job now; the one before may have been stored",
            ));
            vec![Effect::CreateKey]
        }
        _ => Vec::new(),
    }
}

/// Sends the job, or sends it again with the same key.
fn submit(state: &mut State) -> Vec<Effect> {
    let since = state.now.elapsed;
    let Some(form) = state.form_mut() else {
        return Vec::new();
    };
    let sent = match &form.phase {
        Phase::Unknown { sent, .. } => sent.clone(),
        _ => {
            let (submission, key) = (form.submission(), form.key.clone());
            match (submission, key) {
                (Ok(submission), Some(key)) => Sent { submission, key },
                (Ok(_), None) => return vec![Effect::CreateKey],
                (Err(problems), _) => return refuse(form, problems),
            }
        }
    };
    form.has_tried = true;
    form.choices = crate::state::Choices::default();
    form.phase = Phase::Sending {
        sent: sent.clone(),
        since,
    };
    let Sent { submission, key } = sent;
    vec![Effect::Change(Change::Submit { submission, key })]
}

/// Shows what is wrong, and moves to the first field that is.
fn refuse(form: &mut JobForm, problems: Vec<crate::state::Problem>) -> Vec<Effect> {
    form.has_tried = true;
    form.phase = Phase::Editing;
    let field = problems.iter().find_map(|problem| problem.field);
    form.problems = problems;
    if let Some(field) = field {
        form.focus_on(field, &odd_client::KnownValues::default());
        form.choices = crate::state::Choices::default();
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
