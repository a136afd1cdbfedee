//! One file per overlay.

mod address;
mod attach;
mod confirm;
mod detail;
mod form;
mod form_messages;
mod health;
mod help;
mod labels;
mod links;
mod palette;
mod scrolled;
mod setup;

pub(crate) use attach::attach_cursor;
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
            Overlay::Health { scroll } => health::draw_health(canvas, area, *scroll),
            Overlay::Confirm(confirmation) => {
                confirm::draw_confirmation(canvas, area, confirmation)
            }
            Overlay::Form(form) => form::draw_form(canvas, area, form),
            Overlay::Palette(palette) => palette::draw_palette(canvas, area, palette),
            Overlay::Links => links::draw_links(canvas, area),
            Overlay::Setup => setup::draw_setup(canvas, area),
            Overlay::Address { url, why } => address::draw_address(canvas, area, url, why),
            Overlay::Attach(prompt) => attach::draw_attach(canvas, area, prompt),
            Overlay::Jump { .. } => {}
        }
    }
}
