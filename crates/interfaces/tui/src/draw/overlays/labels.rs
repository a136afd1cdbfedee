use ratatui::layout::Rect;

use crate::draw::Canvas;
use crate::state::Overlay;

/// Draws the letters that jump to each element, on that element.
pub(crate) fn draw_labels(canvas: &mut Canvas<'_>) {
    let Some(Overlay::Jump { typed }) = canvas.state.overlays.last() else {
        return;
    };
    for (label, area, _) in canvas.hits.labels() {
        let Some(rest) = label.strip_prefix(typed.as_str()) else {
            continue;
        };
        let width = u16::try_from(rest.len()).unwrap_or(0);
        let place = Rect::new(area.x, area.y, width.min(area.width), 1);
        canvas.text(place, rest, canvas.theme().jump_label());
    }
}
