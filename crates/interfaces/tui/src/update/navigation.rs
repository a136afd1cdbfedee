use odd_contracts::JobId;

use crate::state::{Location, Overlay, State};
use crate::view::View;

/// Returns the place that is shown.
pub(super) fn present(state: &State) -> Location {
    let has_detail = matches!(state.overlays.last(), Some(Overlay::Detail));
    Location {
        view: state.view,
        filter: state.jobs.filter_text.clone(),
        job: state.detail.job_id.filter(|_| has_detail),
    }
}

/// Remembers the place that is shown, because another one follows.
pub(super) fn leave(state: &mut State) {
    let place = present(state);
    state.history.leave(place);
}

/// Shows a view, without anything above it.
pub(super) fn show(state: &mut State, view: View) {
    if state.view != view || !state.overlays.is_empty() {
        leave(state);
        state.view = view;
        state.overlays.clear();
    }
}

/// Opens the detail of a job above the view.
pub(super) fn open_job(state: &mut State, id: JobId) {
    leave(state);
    state.detail.show(Some(id), state.now.elapsed);
    state.detail.show_from_the_start();
    state.open(Overlay::Detail);
}

/// Shows the place before this one.
pub(super) fn go_back(state: &mut State) {
    let here = present(state);
    if let Some(place) = state.history.back(here) {
        visit(state, place);
    }
}

/// Shows the place that was left with [`go_back`].
pub(super) fn go_forward(state: &mut State) {
    let here = present(state);
    if let Some(place) = state.history.forward(here) {
        visit(state, place);
    }
}

fn visit(state: &mut State, place: Location) {
    state.overlays.clear();
    state.view = place.view;
    if place.filter != state.jobs.filter_text
        && let Ok(filter) = place.filter.parse()
    {
        state.jobs.set_filter(&place.filter, filter);
    }
    if let Some(id) = place.job {
        state.detail.show(Some(id), state.now.elapsed);
        state.open(Overlay::Detail);
    }
}
