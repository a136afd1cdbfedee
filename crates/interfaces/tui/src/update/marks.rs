use odd_client::Selection;
use odd_contracts::counted;

use super::movement;
use crate::data::LoadFailure;
use crate::effect::{Effect, JobsPage, Query};
use crate::keymap::Action;
use crate::message::{LoadResult, Notice};
use crate::state::State;
use crate::view::View;

/// Marks the selected job, or removes its mark, and moves on to the next row.
pub(super) fn toggle(state: &mut State) {
    let Some(id) = state.selected_job() else {
        return;
    };
    state.jobs.is_selecting = false;
    if !state.jobs.marks.remove(&id) {
        state.jobs.marks.insert(id);
    }
    state.jobs.mark_anchor = Some(id);
    if state.overlays.is_empty() {
        movement::move_by(state, Action::MoveDown);
    }
}

/// Marks every job from the one marked last to the selected one.
pub(super) fn range(state: &mut State) {
    if !shows_table(state) {
        return;
    }
    state.jobs.is_selecting = false;
    let table = state.jobs.table.value();
    let anchor = state.jobs.mark_anchor;
    let from = anchor.and_then(|id| table.and_then(|table| table.position(id)));
    let to = state.jobs.cursor.selected();
    let from = from.unwrap_or(to);
    let rows = state.jobs.rows().get(from.min(to)..=from.max(to));
    let ids: Vec<_> = rows.into_iter().flatten().map(|row| row.id).collect();
    state.jobs.marks.extend(ids);
}

/// Marks every loaded job; when they are marked, every job that the filter selects; then removes all marks.
pub(super) fn all(state: &mut State) -> Vec<Effect> {
    if !shows_table(state) {
        return Vec::new();
    }
    if state.jobs.marks.is_empty() {
        let count = state.jobs.mark_loaded();
        if state.jobs.can_mark_more() {
            let key = state.keymap.key_of(Action::MarkAll);
            state.notify(Notice::hint(format!(
                "{count} loaded jobs marked; {key} marks all that the filter selects"
            )));
        }
    } else if state.jobs.can_mark_more() && !state.jobs.is_selecting {
        state.jobs.is_selecting = true;
        state.notify(Notice::hint("finding every job that the filter selects"));
        let page = state.jobs.first_page(state.now.wall);
        return vec![Effect::Load(Query::AllJobs(Box::new(page)))];
    } else {
        state.jobs.clear_marks();
    }
    Vec::new()
}

/// Whether nothing covers the table of jobs.
fn shows_table(state: &State) -> bool {
    state.view == View::Jobs && state.overlays.is_empty()
}

/// Marks every job that the filter selects.
pub(super) fn take(state: &mut State, page: &JobsPage, answer: LoadResult<Selection>) {
    if !state.jobs.end_selecting(page) {
        return;
    }
    let notice = match answer {
        Ok(selection) => {
            state.jobs.marks.extend(&selection.jobs);
            let count = counted(state.jobs.marks.len() as u64, "job");
            Notice::done(match selection.has_more {
                true => format!("{count} marked, the newest; the filter selects more"),
                false => format!("{count} marked: all that the filter selects"),
            })
        }
        Err(LoadFailure { what, .. }) => Notice::failed(format!("nothing more is marked: {what}")),
    };
    state.notify(notice);
}

#[cfg(test)]
mod tests;
