//! The cursor of each section of the detail.

use crate::state::{Section, State};

/// Moves the cursor of the section, or scrolls the summary.
pub(super) fn move_by(state: &mut State, rows: isize, height: usize) {
    let last_start = state.hits.text_rows.saturating_sub(height);
    let detail = &mut state.detail;
    if let Some(tree) = detail.tree_mut() {
        tree.move_by(rows, height);
        return;
    }
    match detail.section {
        Section::Summary | Section::Payload | Section::Result => {
            let line = detail.scroll.min(last_start).saturating_add_signed(rows);
            detail.scroll = line.min(last_start);
        }
        Section::Log => detail.log.move_by(rows, height),
        Section::Events => {
            let len = detail.events.value().map_or(0, |events| events.all().len());
            detail.events_cursor.move_by(rows, len, height);
        }
    }
}

/// Moves the cursor of the section to a row.
pub(super) fn select_row(state: &mut State, row: usize, height: usize) {
    let detail = &mut state.detail;
    if let Some(tree) = detail.tree_mut() {
        tree.select_row(row, height);
        return;
    }
    match detail.section {
        Section::Log => detail.log.select_row(row, height),
        Section::Events => {
            let len = detail.events.value().map_or(0, |events| events.all().len());
            detail.events_cursor.select(row, len, height);
        }
        Section::Summary | Section::Payload | Section::Result => {}
    }
}
