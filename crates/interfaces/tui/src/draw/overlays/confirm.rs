use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::state::Confirmation;

/// Draws a question before a change.
pub(crate) fn draw_confirmation(canvas: &mut Canvas<'_>, area: Rect, confirmation: &Confirmation) {
    let window = Canvas::centred(area, 56, 7);
    let inner = canvas.window(window, "Confirm");
    let theme = canvas.theme();
    let lines = vec![
        Line::styled(confirmation.question.clone(), theme.heading()),
        Line::styled(confirmation.detail.clone(), theme.dim()),
        Line::default(),
        Line::from(vec![
            Span::styled("y", theme.accent()),
            Span::raw(" yes    "),
            Span::styled("n", theme.accent()),
            Span::raw(" no"),
        ]),
    ];
    canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
}
