use super::detail_cursor;
use crate::keymap::Action;
use crate::state::{Cursor, Overlay, State};
use crate::view::View;

/// Moves the selection of the table, or scrolls what is open above it.
pub(super) fn move_by(state: &mut State, action: Action) {
    let height = state.page_rows();
    let page = height.cast_signed();
    let rows = match action {
        Action::MoveUp => -1,
        Action::MoveDown => 1,
        Action::PageUp => -page,
        Action::PageDown => page,
        Action::MoveTop => isize::MIN,
        _ => isize::MAX,
    };
    match state.overlays.last_mut() {
        Some(Overlay::Help { scroll } | Overlay::Health { scroll }) => {
            let last = state.hits.text_rows.saturating_sub(height);
            *scroll = scrolled(*scroll, rows, last);
        }
        Some(Overlay::Detail) => detail_cursor::move_by(state, rows, height),
        Some(Overlay::Links | Overlay::Setup) | None => move_selection(state, rows, height),
        Some(_) => {}
    }
}

fn move_selection(state: &mut State, rows: isize, height: usize) {
    let len = len(state);
    if let Some(cursor) = cursor(state) {
        cursor.move_by(rows, len, height);
    }
    if state.view == View::Jobs && state.jobs.cursor.is_at_top() && state.jobs.unseen > 0 {
        state.jobs.show_newest();
    }
    follow_selection(state);
}

/// Lets the detail next to the table show the selected job.
pub(super) fn follow_selection(state: &mut State) {
    if state.is_large() && state.overlays.is_empty() {
        let id = state.selected_job();
        state.detail.show(id, state.now.elapsed);
    }
}

/// Selects a row of the table.
pub(super) fn select(state: &mut State, row: usize) {
    let (len, height) = (len(state), state.page_rows());
    if matches!(state.overlays.last(), Some(Overlay::Detail)) {
        detail_cursor::select_row(state, row, height);
        return;
    }
    if let Some(cursor) = cursor(state) {
        cursor.select(row, len, height);
    }
    follow_selection(state);
}

fn cursor(state: &mut State) -> Option<&mut Cursor> {
    match state.overlays.last() {
        Some(Overlay::Links) => return Some(&mut state.links.cursor),
        Some(Overlay::Setup) => return Some(&mut state.setup.cursor),
        _ => {}
    }
    Some(match state.view {
        View::Overview => &mut state.overview.cursor,
        View::Jobs => &mut state.jobs.cursor,
        View::Events => &mut state.events.cursor,
        View::Queues => &mut state.queues_cursor,
        View::Services => &mut state.services_cursor,
        View::Alerts => &mut state.alerts_cursor,
    })
}

/// Returns the number of rows of the table of the view.
fn len(state: &State) -> usize {
    match state.overlays.last() {
        Some(Overlay::Links) => return state.links.entries.len(),
        Some(Overlay::Setup) => return state.setup.rows.len(),
        _ => {}
    }
    match state.view {
        View::Overview => state
            .overview
            .figures
            .value()
            .map_or(0, |figures| figures.recent_jobs.len()),
        View::Jobs => state.jobs.rows().len(),
        View::Events => state.events.len(),
        View::Queues => {
            let queues = state.queues.value().map_or(0, |list| list.queues.len());
            queues + state.shown_dead_letters().count()
        }
        View::Services => {
            let services = state.services.value().map_or(0, |list| list.services.len());
            services + state.workers.value().map_or(0, |list| list.workers.len())
        }
        View::Alerts => state.alerts.value().map_or(0, |list| list.alerts.len()),
    }
}

/// Returns the first line that is shown after a text was scrolled; the last one is `last`.
fn scrolled(scroll: u16, rows: isize, last: usize) -> u16 {
    let line = usize::from(scroll).min(last).saturating_add_signed(rows);
    u16::try_from(line.min(last)).unwrap_or(u16::MAX)
}
