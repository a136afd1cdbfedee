use crate::effect::Effect;
use crate::message::Notice;
use crate::state::{Overlay, State};

/// Opens the prerequisites, and checks them, unless they are being checked.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlays.last(), Some(Overlay::Setup)) {
        return Vec::new();
    }
    state.overlays.push(Overlay::Setup);
    check(state)
}

/// Checks everything again.
pub(super) fn check(state: &mut State) -> Vec<Effect> {
    if state.setup.is_running || !state.setup.is_available {
        return Vec::new();
    }
    let run = state.setup.begin();
    vec![Effect::CheckSetup(run)]
}

/// Copies the command that fixes the selected check.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    match state.setup.command().map(str::to_owned) {
        Some(text) => vec![Effect::Copy {
            what: "command",
            text,
        }],
        None => {
            state.notify(Notice::hint("there is no command for this check"));
            Vec::new()
        }
    }
}
