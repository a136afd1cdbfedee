use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{movement, navigation};
use crate::effect::Effect;
use crate::keymap::{Action, Chord};
use crate::state::{Overlay, State, Target};

/// Handles a click or the wheel.
pub(super) fn use_mouse(state: &mut State, event: MouseEvent) -> Vec<Effect> {
    // The user continues to work.
    state.quits_after_changes = None;
    match event.kind {
        MouseEventKind::ScrollUp => movement::move_by(state, Action::MoveUp),
        MouseEventKind::ScrollDown => movement::move_by(state, Action::MoveDown),
        MouseEventKind::Down(MouseButton::Left) if !ignores_clicks(state) => {
            if let Some(target) = state.hits.at(event.column, event.row) {
                return reach(state, target);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Whether something is open that a click elsewhere must not discard.
fn ignores_clicks(state: &State) -> bool {
    state.filter_line.is_some()
        || matches!(
            state.overlays.last(),
            Some(Overlay::Form(_) | Overlay::Confirm(_) | Overlay::Attach(_) | Overlay::Palette(_))
        )
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

/// Selects a row, or shows a view, a section or the health.
fn reach(state: &mut State, target: Target) -> Vec<Effect> {
    match target {
        Target::View(view) => navigation::show(state, view),
        Target::Health => state.open(Overlay::Health { scroll: 0 }),
        Target::Section(section) => state.detail.show_section(section),
        Target::Row(row) => movement::select(state, row),
    }
    Vec::new()
}
