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

    pub(crate) fn line(&mut self, area: Rect, line: Line<'_>) {
        line.render(area, self.buffer);
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

    /// Draws a frame above everything that was drawn before, and returns the area inside.
    pub(crate) fn window(&mut self, area: Rect, title: &str) -> Rect {
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
