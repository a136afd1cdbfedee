use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use odd_client::JobFilter;

use super::navigation;
use crate::effect::Effect;
use crate::state::{FilterLine, State};
use crate::view::View;

/// Opens the line, with the filter of the jobs in it.
pub(super) fn open(state: &mut State) {
    state.filter_line = Some(FilterLine::of(&state.jobs.filter_text));
}

/// Handles a key while the filter is edited.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => state.filter_line = None,
        KeyCode::Enter => submit(state),
        KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            state.filter_line = Some(FilterLine::of(""));
        }
        _ => {
            if let Some(line) = &mut state.filter_line {
                line.input.input(*key);
            }
            check(state);
        }
    }
    Vec::new()
}

/// Checks what has been typed so far.
pub(super) fn check(state: &mut State) {
    if let Some(line) = &mut state.filter_line {
        line.error = line.text().parse::<JobFilter>().err();
    }
}

fn submit(state: &mut State) {
    check(state);
    let Some(line) = state.filter_line.take() else {
        return;
    };
    if line.error.is_some() {
        state.filter_line = Some(line);
        return;
    }
    apply(state, line.text().trim());
}

/// Shows the jobs that a valid filter selects.
pub(super) fn apply(state: &mut State, text: &str) {
    let Ok(filter) = text.parse::<JobFilter>() else {
        return;
    };
    if text == state.jobs.filter_text && state.view == View::Jobs {
        return;
    }
    navigation::leave(state);
    state.view = View::Jobs;
    state.jobs.set_filter(text, filter);
}
