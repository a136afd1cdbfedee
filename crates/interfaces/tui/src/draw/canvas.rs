use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use crate::format;
use crate::state::{Hits, State};
use crate::theme::{Symbols, Theme};

/// The frame that is being drawn, the state that it shows, and what is drawn where.
pub(crate) struct Canvas<'a> {
    pub(crate) buffer: &'a mut Buffer,
    pub(crate) state: &'a State,
    pub(crate) hits: &'a mut Hits,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(buffer: &'a mut Buffer, state: &'a State, hits: &'a mut Hits) -> Self {
        Self {
            buffer,
            state,
            hits,
        }
    }

    pub(crate) fn theme(&self) -> &'a Theme {
        &self.state.theme
    }

    pub(crate) fn symbols(&self) -> &'static Symbols {
        self.state.theme.symbols
    }

    pub(crate) fn widget(&mut self, area: Rect, widget: impl Widget) {
        widget.render(area, self.buffer);
    }

    /// Draws a line, and marks its end when it is too long.
    pub(crate) fn line(&mut self, area: Rect, line: Line<'_>) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() || text_width(&line) <= usize::from(area.width) {
            line.render(area, self.buffer);
            return;
        }
        line.left_aligned().render(area, self.buffer);
        let end = (area.right() - 1, area.y);
        let before = (end.0.saturating_sub(1), area.y);
        // A wide character would reach into the mark.
        if area.width > 1 && format::width(self.buffer[before].symbol()) > 1 {
            self.buffer[before].set_symbol(" ");
        }
        let mark = self.symbols().cut;
        self.buffer[end].set_symbol(mark);
    }

    pub(crate) fn text(&mut self, area: Rect, text: &str, style: Style) {
        let text = self.cut(text, area.width.into());
        Span::styled(text, style).render(area, self.buffer);
    }

    /// Cuts text that is too wide.
    pub(crate) fn cut<'t>(&self, text: &'t str, max: usize) -> Cow<'t, str> {
        format::cut(text, max, self.symbols().cut)
    }

    /// Draws a frame with a title, which may be empty, and returns the area inside.
    pub(crate) fn panel(&mut self, area: Rect, title: &str) -> Rect {
        let title = match title {
            "" => Span::default(),
            title => Span::styled(format!(" {title} "), self.theme().heading()),
        };
        let block = Block::bordered()
            .border_set(self.symbols().borders)
            .border_style(self.theme().border())
            .title(title);
        let inner = block.inner(area);
        block.render(area, self.buffer);
        inner
    }

    /// Draws a frame above everything that was drawn before, which cannot be reached there any more, and returns the area inside.
    pub(crate) fn window(&mut self, area: Rect, title: &str) -> Rect {
        self.hits.cover(area);
        Clear.render(area, self.buffer);
        self.panel(area, title)
    }

    /// Returns an area in the middle of another, no larger than it.
    pub(crate) fn centred(outer: Rect, width: u16, height: u16) -> Rect {
        let (width, height) = (width.min(outer.width), height.min(outer.height));
        Rect::new(
            outer.x + (outer.width - width) / 2,
            outer.y + (outer.height - height) / 2,
            width,
            height,
        )
    }

    /// Returns the frame of an animation that has the time of the state; the first one without motion.
    pub(crate) fn frame(&self) -> usize {
        match self.state.has_motion {
            true => usize::try_from(self.state.now.elapsed.as_millis() / 100).unwrap_or(0),
            false => 0,
        }
    }
}

/// Returns the columns of a line without the blanks at its end.
fn text_width(line: &Line<'_>) -> usize {
    let mut blanks = 0;
    for span in line.spans.iter().rev() {
        let text = span.content.trim_end_matches(' ');
        blanks += span.content.len() - text.len();
        if !text.is_empty() {
            break;
        }
    }
    line.width() - blanks
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::screenshot::to_text;
    use crate::trial::Trial;

    fn drawn(text: &'static str, width: u16) -> String {
        let trial = Trial::open((80, 24));
        let area = Rect::new(0, 0, width, 1);
        let (mut buffer, mut hits) = (Buffer::empty(area), Hits::default());
        let mut canvas = Canvas::new(&mut buffer, &trial.state, &mut hits);
        canvas.line(area, Line::raw(text));
        to_text(&buffer).trim_end().to_owned()
    }

    #[test]
    fn lines_that_are_too_long_end_with_a_mark() {
        assert_eq!(drawn("abc", 3), "abc");
        assert_eq!(drawn("abcd", 3), "ab…");
        assert_eq!(drawn("abc   ", 4), "abc");
        assert_eq!(drawn("日本語", 5), "日本…");
        assert_eq!(drawn("日本語", 4), "日 …");
    }
}
