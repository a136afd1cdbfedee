//! One file per overlay.

mod confirm;
mod detail;
mod form;
mod form_messages;
mod health;
mod help;
mod labels;
mod palette;

pub(crate) use detail::draw_detail;
pub(crate) use labels::draw_labels;

use ratatui::layout::Rect;

use super::Canvas;
use crate::state::Overlay;

/// Draws what is open above the view, the last one on top.
pub(crate) fn draw_overlays(canvas: &mut Canvas<'_>, area: Rect) {
    for overlay in &canvas.state.overlays {
        match overlay {
            Overlay::Detail => detail::draw_detail_window(canvas, area),
            Overlay::Help { scroll } => help::draw_help(canvas, area, *scroll),
            Overlay::Health => health::draw_health(canvas, area),
            Overlay::Confirm(confirmation) => {
                confirm::draw_confirmation(canvas, area, confirmation)
            }
            Overlay::Form(form) => form::draw_form(canvas, area, form),
            Overlay::Palette(palette) => palette::draw_palette(canvas, area, palette),
            Overlay::Jump { .. } => {}
        }
    }
}
