use odd_contracts::UiRegistryAnswer;

use crate::effect::Effect;
use crate::message::LoadResult;
use crate::state::{Overlay, State};

/// Opens the list of user interfaces.
pub(super) fn open(state: &mut State) {
    if !matches!(state.overlays.last(), Some(Overlay::Links)) {
        state.links.reload();
        state.overlays.push(Overlay::Links);
    }
}

/// Takes the list, and asks each interface whether it answers.
pub(super) fn take(state: &mut State, result: LoadResult<UiRegistryAnswer>) -> Vec<Effect> {
    state.links.take(result, state.now.elapsed);
    let entries = state.links.entries.iter();
    let urls = entries.map(|link| link.url.clone()).collect();
    vec![Effect::CheckLinks(urls)]
}

/// Opens the selected interface in the browser.
pub(super) fn browse(state: &State) -> Vec<Effect> {
    let link = state.links.selected();
    link.map(|link| Effect::Browse(link.url.clone()))
        .into_iter()
        .collect()
}

/// Copies the URL of the selected interface.
pub(super) fn copy(state: &State) -> Vec<Effect> {
    let link = state.links.selected();
    link.map(|link| Effect::Copy {
        what: "URL",
        text: link.url.clone(),
    })
    .into_iter()
    .collect()
}
