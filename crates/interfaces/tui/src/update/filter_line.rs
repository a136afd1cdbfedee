use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::navigation;
use crate::effect::Effect;
use crate::state::{Choices, FilterLine, FilterTarget, RowFilter, State};
use crate::view::View;

/// Opens the line, with the filter of the view in it.
pub(super) fn open(state: &mut State) {
    let target = FilterTarget::of_view(state.view);
    state.filter_line = Some(FilterLine::of(state.filter_text(), target));
}

/// Handles a key while the filter is edited.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let Some(line) = &mut state.filter_line else {
        return Vec::new();
    };
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc if !line.choices.is_closed() => line.choices = Choices::default(),
        KeyCode::Esc => state.filter_line = None,
        KeyCode::Enter => enter(state),
        KeyCode::Tab => complete(state),
        KeyCode::BackTab => line.choices.move_by(-1),
        KeyCode::Up if line.choices.is_closed() => show_earlier(state, 1),
        KeyCode::Down if line.choices.is_closed() => show_earlier(state, -1),
        KeyCode::Up => line.choices.move_by(-1),
        KeyCode::Down => line.choices.move_by(1),
        KeyCode::Char('u') if is_control => {
            line.set_text("", 0);
            line.choices = Choices::default();
        }
        KeyCode::Char('m' | 'j') if is_control => enter(state),
        _ => edit(state, key),
    }
    Vec::new()
}

/// Handles pasted text.
pub(super) fn paste(state: &mut State, text: &str) {
    if let Some(line) = &mut state.filter_line {
        line.input.insert_str(text.replace(['\r', '\n'], " "));
        line.keep_short();
        line.earlier = None;
        line.choices = Choices::default();
        line.check();
    }
}

/// Clears the filter of the view.
pub(super) fn clear(state: &mut State) {
    if !state.filter_text().is_empty() {
        apply(state, FilterTarget::of_view(state.view), "");
    }
}

fn edit(state: &mut State, key: &KeyEvent) {
    let known = state.known_values();
    let Some(line) = &mut state.filter_line else {
        return;
    };
    if line.input.input(*key) {
        line.keep_short();
        line.earlier = None;
        line.check();
        line.complete(&known);
    } else {
        line.choices = Choices::default();
    }
}

/// Accepts the chosen text, or applies the filter.
fn enter(state: &mut State) {
    let known = state.known_values();
    let Some(line) = &mut state.filter_line else {
        return;
    };
    match line.choices.chosen().cloned() {
        Some(choice) => line.accept(&choice, &known),
        None => submit(state),
    }
}

/// Accepts the likeliest text, corrects a spelling, or offers texts.
fn complete(state: &mut State) {
    let known = state.known_values();
    let Some(line) = &mut state.filter_line else {
        return;
    };
    if let Some(choice) = line.choices.likeliest().cloned() {
        line.accept(&choice, &known);
    } else if !line.correct() {
        line.complete(&known);
    }
}

/// Shows an earlier filter, or a later one, and at last what was typed.
fn show_earlier(state: &mut State, step: isize) {
    let Some(line) = &mut state.filter_line else {
        return;
    };
    let (position, typed) = match line.earlier.take() {
        None => (None, line.text().to_owned()),
        Some((index, typed)) => (Some(index), typed),
    };
    let next = match position {
        None => usize::try_from(step - 1).ok(),
        Some(index) => index.checked_add_signed(step),
    };
    let earlier = next.and_then(|next| {
        let text = state.filter_history.get(line.target, next)?;
        Some((next, text.to_owned()))
    });
    match (earlier, position) {
        (Some((index, text)), _) => {
            line.set_text(&text, text.len());
            line.earlier = Some((index, typed));
        }
        // There is nothing before the oldest one.
        (None, Some(index)) if step > 0 => line.earlier = Some((index, typed)),
        (None, Some(_)) => line.set_text(&typed, typed.len()),
        (None, None) => {}
    }
}

fn submit(state: &mut State) {
    let Some(mut line) = state.filter_line.take() else {
        return;
    };
    line.check();
    line.choices = Choices::default();
    if line.error.is_some() {
        state.filter_line = Some(line);
        return;
    }
    let text = line.text().trim();
    state.filter_history.remember(line.target, text);
    apply(state, line.target, text);
}

/// Shows the rows that a valid filter selects.
pub(super) fn apply(state: &mut State, target: FilterTarget, text: &str) {
    let now = state.now.wall;
    match target {
        FilterTarget::Jobs => apply_to_jobs(state, text),
        FilterTarget::Events => {
            if let Ok(filter) = RowFilter::parse(text, target, now) {
                state.events.set_filter(filter);
            }
        }
        FilterTarget::DeadLetters => {
            if let Ok(filter) = RowFilter::parse(text, target, now) {
                state.dead_letters_filter = filter;
                state.queues_cursor = crate::state::Cursor::default();
            }
        }
    }
}

fn apply_to_jobs(state: &mut State, text: &str) {
    let Ok(filter) = FilterTarget::Jobs.parse(text) else {
        return;
    };
    if text == state.jobs.filter_text && state.view == View::Jobs {
        return;
    }
    navigation::leave(state);
    state.view = View::Jobs;
    state.jobs.set_filter(text, filter);
}

#[cfg(test)]
mod tests;
