//! The window with the detail of a job.

use super::detail_search;
use crate::data::JobEvents;
use crate::keymap::Action;
use crate::state::{JsonPart, JsonView, OpenEvent, Section, State};

/// Performs an action of the detail. Returns `false` for any other action.
pub(super) fn run(state: &mut State, action: Action) -> bool {
    let height = state.page_rows();
    match action {
        Action::NextSection => show_neighbour(state, 1),
        Action::PreviousSection => show_neighbour(state, -1),
        Action::Fold => toggle(state, height),
        Action::FoldAll => {
            if let Some(tree) = state.detail.tree_mut() {
                tree.toggle_all(height);
            }
        }
        Action::GoLeft => go_left(state, height),
        Action::GoRight => go_right(state, height),
        Action::Search => detail_search::open(state),
        Action::NextMatch => detail_search::step(state, 1),
        Action::PreviousMatch => detail_search::step(state, -1),
        _ => return false,
    }
    true
}

/// Reads the JSON of the section that is shown, and arranges its lines for the width of the screen.
pub(super) fn arrange(state: &mut State) {
    let (width, height) = (state.detail_width(), state.page_rows());
    let detail = &mut state.detail;
    if let Some(job) = detail.job.value() {
        let (part, json) = match detail.section {
            Section::Payload => (&mut detail.payload, &job.payload),
            Section::Result => (&mut detail.result, &job.result),
            Section::Summary | Section::Log | Section::Events => {
                return arrange_others(state, width, height);
            }
        };
        if matches!(part, JsonPart::Unread) {
            *part = JsonPart::of(json.as_ref().map(|json| json.get()));
        }
    }
    arrange_others(state, width, height);
}

fn arrange_others(state: &mut State, width: usize, height: usize) {
    let detail = &mut state.detail;
    if detail.section == Section::Log {
        detail.log.fit(width, height);
    }
    if let Some(tree) = detail.tree_mut() {
        tree.fit(width, height);
    }
}

/// Closes the search, or the event that is shown as JSON. Returns `false` if neither is open.
pub(super) fn close_inner(state: &mut State) -> bool {
    let detail = &mut state.detail;
    if detail.search.take().is_some() {
        return true;
    }
    detail.section == Section::Events && detail.open_event.take().is_some()
}

fn show_neighbour(state: &mut State, step: isize) {
    let section = state.detail.section.moved_by(step);
    state.detail.show_section(section);
}

fn toggle(state: &mut State, height: usize) {
    if let Some(tree) = state.detail.tree_mut() {
        tree.toggle(height);
    } else if state.detail.section == Section::Events {
        open_event(state);
    }
}

fn go_left(state: &mut State, height: usize) {
    let detail = &mut state.detail;
    let is_at_root = detail.tree().is_some_and(|tree| tree.selected() == 0);
    match detail.section {
        Section::Log => show_attempt(state, -1),
        Section::Events if is_at_root => detail.open_event = None,
        _ => {
            if let Some(tree) = detail.tree_mut() {
                tree.go_left(height);
            }
        }
    }
}

fn go_right(state: &mut State, height: usize) {
    match (state.detail.section, state.detail.tree_mut()) {
        (Section::Log, _) => show_attempt(state, 1),
        (_, Some(tree)) => tree.go_right(height),
        (Section::Events, None) => open_event(state),
        _ => {}
    }
}

fn show_attempt(state: &mut State, step: isize) {
    let detail = &mut state.detail;
    let attempts = detail.attempts();
    let shown = detail.log_attempt();
    let index = attempts.iter().position(|attempt| Some(*attempt) == shown);
    let other = index.and_then(|index| index.checked_add_signed(step));
    if let Some(attempt) = other.and_then(|index| attempts.get(index)) {
        detail.choose_attempt(*attempt);
        detail.search = None;
    }
}

/// Shows the JSON of the event under the cursor.
fn open_event(state: &mut State) {
    let detail = &mut state.detail;
    let events = detail.events.value().map_or(&[][..], JobEvents::all);
    let Some(event) = events.get(detail.events_cursor.selected()) else {
        return;
    };
    let json = serde_json::to_string(event).unwrap_or_default();
    detail.open_event = JsonView::of(&json).map(|view| OpenEvent {
        title: format!("{} version {}", event.event_type, event.payload.version),
        view,
    });
    detail.search = None;
}
