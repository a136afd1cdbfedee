use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;

/// Draws a URL that could not be opened, and why.
pub(crate) fn draw_address(canvas: &mut Canvas<'_>, area: Rect, url: &str, why: &str) {
    let window = Canvas::centred(area, 76, 8);
    let inner = canvas.window(window, "Open this in your browser");
    let inner = Rect::new(
        inner.x + 1,
        inner.y,
        inner.width.saturating_sub(2),
        inner.height,
    );
    let theme = canvas.theme();
    let lines = vec![
        Line::default(),
        Line::styled(url.to_owned(), theme.accent()),
        Line::default(),
        Line::from(vec![
            Span::styled("It was not opened: ", theme.dim()),
            Span::raw(why.to_owned()),
        ]),
    ];
    canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
}
