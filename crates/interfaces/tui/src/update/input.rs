use crossterm::event::{KeyEvent, KeyEventKind};

use super::{
    actions, attach, changes, detail_search, filter_line, form, palette, pointer, tour,
    user_command,
};
use crate::effect::Effect;
use crate::keymap::{Action, Chord};
use crate::message::Notice;
use crate::state::{Overlay, State};

/// Handles a key: what is open takes it first, then the table of keys.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let chord = Chord::of(key);
    let scopes = state.scopes();
    let bound = state.keymap.binding(chord, &scopes);
    let action = bound.map(|binding| binding.action);
    let is_typed = takes_text(state) && !state.is_too_small() && chord.typed().is_some();
    if is_typed || !matches!(action, Some(Action::Quit | Action::QuitKeepingScreen)) {
        // The user continues to work.
        state.quits_after_changes = None;
    }
    match action {
        Some(Action::QuitAtOnce) if !is_typed => return vec![Effect::Interrupt],
        Some(Action::Screenshot) if !is_typed && !state.is_restricted => {
            return vec![Effect::Screenshot];
        }
        Some(quit @ (Action::Quit | Action::QuitKeepingScreen)) if state.is_too_small() => {
            return actions::run(state, quit);
        }
        // What is not shown is not changed.
        _ if state.is_too_small() => return Vec::new(),
        _ => {}
    }
    if state.filter_line.is_some() {
        return filter_line::press(state, key);
    }
    if detail_search::is_typing(state) {
        return detail_search::press(state, key);
    }
    if let Some(effects) = tour::press(state, chord) {
        return effects;
    }
    match state.overlays.last_mut() {
        Some(Overlay::Confirm(_)) => return changes::answer(state, chord),
        Some(Overlay::Attach(_)) => return attach::press(state, key),
        Some(Overlay::Jump { .. }) => return pointer::type_label(state, chord),
        Some(Overlay::Form(_)) => return form::press(state, key),
        Some(Overlay::Palette(_)) => return palette::press(state, key),
        Some(_) | None => {}
    }
    match bound {
        Some(binding) if binding.is_change && state.is_read_only => {
            state.notify(Notice::failed(format!(
                "read-only: `{}` is not available here",
                binding.name
            )));
            Vec::new()
        }
        Some(binding) if !state.offers(binding) => {
            let name = binding.name;
            state.notify(Notice::failed(format!(
                "`{name}` is not available in this terminal"
            )));
            Vec::new()
        }
        Some(binding) => actions::run(state, binding.action),
        None => match user_command::of_key(state, chord) {
            Some(index) => user_command::start(state, index),
            None => Vec::new(),
        },
    }
}

/// Whether characters go to an input.
fn takes_text(state: &State) -> bool {
    let has_input = matches!(
        state.overlays.last(),
        Some(Overlay::Form(_) | Overlay::Attach(_) | Overlay::Palette(_) | Overlay::Jump { .. })
    );
    has_input || state.filter_line.is_some() || detail_search::is_typing(state)
}

/// Handles pasted text: only inputs take it.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    state.quits_after_changes = None;
    if state.filter_line.is_some() {
        filter_line::paste(state, text);
        return Vec::new();
    }
    if matches!(state.overlays.last(), Some(Overlay::Attach(_))) {
        attach::paste(state, text);
        return Vec::new();
    }
    if detail_search::is_typing(state) {
        detail_search::paste(state, text);
        return Vec::new();
    }
    if let Some(Overlay::Palette(palette)) = state.overlays.last_mut() {
        palette::paste(palette, text);
        return Vec::new();
    }
    form::paste(state, text)
}
