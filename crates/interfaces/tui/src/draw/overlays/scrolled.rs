use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::draw::Canvas;

/// Draws a window with the lines that are visible when it is scrolled by `scroll`. When there are more, its title has their
/// numbers.
pub(super) fn draw_scrolled(
    canvas: &mut Canvas<'_>,
    window: Rect,
    title: &str,
    lines: Vec<Line<'static>>,
    scroll: u16,
) {
    let height = usize::from(window.height.saturating_sub(2));
    let first = usize::from(scroll).min(lines.len().saturating_sub(height));
    canvas.hits.page_rows = height;
    canvas.hits.text_rows = lines.len();
    let title = match lines.len() > height {
        true => format!(
            "{title}  {}-{} of {}",
            first + 1,
            first + height,
            lines.len()
        ),
        false => title.to_owned(),
    };
    let inner = canvas.window(window, &title);
    for (y, line) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(first)) {
        canvas.line(Rect::new(inner.x, y, inner.width, 1), line);
    }
}
