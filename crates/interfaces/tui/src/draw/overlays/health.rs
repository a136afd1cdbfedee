use odd_client::inert;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::draw::widgets::content;
use crate::format;

/// Draws what is wrong, since when, and what to do about it.
pub(crate) fn draw_health(canvas: &mut Canvas<'_>, area: Rect) {
    let window = Canvas::centred(area, 90, area.height.min(24));
    let inner = canvas.window(window, "Health");
    let state = canvas.state;
    let Some(health) = content(canvas, inner, &state.overview.health, "the health") else {
        return;
    };
    let theme = canvas.theme();
    let mut lines = vec![
        Line::from(vec![
            Span::styled(health.status.as_str(), theme.health(health.status)),
            Span::raw(format!(": {}", inert(&health.summary))),
        ]),
        Line::default(),
    ];
    for cause in &health.causes {
        let age = format::age(cause.since, state.now.wall);
        let heading = format!("{} ", inert(&cause.summary));
        lines.push(Line::from(vec![
            Span::styled(heading, theme.health(cause.status)),
            Span::styled(format!("for {age}"), theme.dim()),
        ]));
        let rows = [
            ("do", Some(&cause.action)),
            ("alert", cause.alert.as_ref()),
            ("runbook", cause.runbook_url.as_ref()),
        ];
        for (label, text) in rows {
            if let Some(text) = text {
                lines.push(Line::from(vec![
                    Span::styled(format!("  {label:<8}"), theme.dim()),
                    Span::raw(inert(text).into_owned()),
                ]));
            }
        }
        lines.push(Line::default());
    }
    canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
}
