use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::draw::Canvas;
use crate::keymap::{BINDINGS, Scope};

/// Draws every key, from the table that also drives what the keys do.
pub(crate) fn draw_help(canvas: &mut Canvas<'_>, area: Rect, scroll: u16) {
    let window = Canvas::centred(area, 90, area.height);
    let inner = canvas.window(window, "Keys");
    let theme = canvas.theme();
    let mut lines = Vec::new();
    for scope in Scope::ALL {
        lines.push(Line::styled(scope.title(), theme.heading()));
        for (index, binding) in BINDINGS.iter().enumerate() {
            let is_hidden = canvas.state.is_read_only && binding.is_change;
            if binding.scope != scope || is_hidden {
                continue;
            }
            let keys = canvas.state.keymap.keys(index).iter();
            let keys: Vec<String> = keys.map(ToString::to_string).collect();
            lines.push(Line::from(vec![
                Span::styled(format!("  {:<14}", keys.join(" ")), theme.accent()),
                Span::raw(binding.help),
            ]));
        }
        lines.push(Line::default());
    }
    let last = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let scroll = scroll.min(last.saturating_sub(inner.height));
    let text = Paragraph::new(lines).wrap(Wrap { trim: false });
    canvas.widget(inner, text.scroll((scroll, 0)));
}
