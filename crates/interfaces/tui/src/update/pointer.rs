use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{movement, navigation};
use crate::effect::Effect;
use crate::keymap::{Action, Chord};
use crate::state::{Overlay, State, Target};

/// Handles a click or the wheel.
pub(super) fn use_mouse(state: &mut State, event: MouseEvent) -> Vec<Effect> {
    match event.kind {
        MouseEventKind::ScrollUp => movement::move_by(state, Action::MoveUp),
        MouseEventKind::ScrollDown => movement::move_by(state, Action::MoveDown),
        MouseEventKind::Down(MouseButton::Left) => {
            if let Some(target) = state.hits.at(event.column, event.row) {
                return reach(state, target);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Handles a letter of a label; a complete one selects its element.
pub(super) fn type_label(state: &mut State, chord: Chord) -> Vec<Effect> {
    let Some(Overlay::Jump { mut typed }) = state.overlays.pop() else {
        return Vec::new();
    };
    let Some(letter) = chord.typed() else {
        return Vec::new();
    };
    typed.push(letter);
    let labels = state.hits.labels();
    if let Some((_, _, target)) = labels.iter().find(|(label, ..)| *label == typed) {
        return reach(state, *target);
    }
    if labels.iter().any(|(label, ..)| label.starts_with(&typed)) {
        state.open(Overlay::Jump { typed });
    }
    Vec::new()
}

/// Selects a row, and opens it when it was selected already; shows a view.
fn reach(state: &mut State, target: Target) -> Vec<Effect> {
    match target {
        Target::View(view) => navigation::show(state, view),
        Target::Health => state.open(Overlay::Health),
        Target::Section(section) => state.detail.show_section(section),
        Target::Row(row) => movement::select(state, row),
    }
    Vec::new()
}
