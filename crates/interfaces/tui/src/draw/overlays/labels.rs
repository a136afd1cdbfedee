use ratatui::layout::Rect;

use crate::draw::Canvas;
use crate::state::{Overlay, Target};

/// Draws the letters that jump to each element, before that element.
pub(crate) fn draw_labels(canvas: &mut Canvas<'_>) {
    let Some(Overlay::Jump { typed }) = canvas.state.overlays.last() else {
        return;
    };
    for (label, area, target) in canvas.hits.labels() {
        let Some(rest) = label.strip_prefix(typed.as_str()) else {
            continue;
        };
        let width = u16::try_from(rest.len()).unwrap_or(0);
        // Rows and tabs begin with a blank; the health does not.
        let x = match target {
            Target::Health => area.x.saturating_sub(width),
            _ => area.x,
        };
        let place = Rect::new(x, area.y, width.min(area.width), 1);
        canvas.text(place, rest, canvas.theme().jump_label());
    }
}
