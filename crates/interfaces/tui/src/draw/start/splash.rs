use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::draw::Canvas;

const NAME: &str = "distributed task observatory";

/// Letters that the light covers, and the pause between two passes.
const LIGHT: usize = 4;
const PAUSE: usize = 12;

/// Draws the name. While something starts or stops, a light moves through its letters.
pub(super) fn draw_splash(canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.theme();
    let is_moving = canvas.state.has_motion && canvas.state.launch.is_busy();
    let position = canvas.frame() % (NAME.len() + PAUSE);
    let area = Rect::new(area.x, area.y, area.width, area.height.min(1));
    let letters = NAME.chars().enumerate().map(|(index, letter)| {
        let is_lit = !is_moving || (index..index + LIGHT).contains(&position);
        let style = if is_lit { theme.accent() } else { theme.dim() };
        Span::styled(letter.to_string(), style)
    });
    canvas.line(area, Line::from(letters.collect::<Vec<_>>()));
}
