use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use ratatui::style::{Modifier, Style};

use super::colour::{Background, css};
use super::shape::{Cells, element, is_shape, joins};
use super::text::rows;
use crate::format;

/// The size of a cell and of the font, and the space around the frame, in pixels.
const CELL_WIDTH: f64 = 8.4;
const CELL_HEIGHT: f64 = 18.0;
const FONT_SIZE: f64 = 14.0;
const BASELINE: f64 = 13.5;
const MARGIN: f64 = 12.0;

/// The opacity of dim text.
const DIM: f64 = 0.65;

/// Cells next to each other with the same style.
struct Run {
    column: u16,
    /// Columns.
    width: usize,
    text: String,
    style: Style,
}

/// Renders a frame as an SVG picture with the characters as text, except for those that join into lines and bars. Every run of characters has the width of its cells with any
/// font, so that columns stay aligned.
pub fn to_svg(buffer: &Buffer, background: Background) -> String {
    let (columns, lines) = (f64::from(buffer.area.width), f64::from(buffer.area.height));
    let (width, height) = (
        columns * CELL_WIDTH + 2.0 * MARGIN,
        lines * CELL_HEIGHT + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.1}\" height=\"{height:.1}\" viewBox=\"0 0 {width:.1} {height:.1}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{page}\"/>\n\
         <g font-family=\"'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"{FONT_SIZE}\" fill=\"{text}\" xml:space=\"preserve\">\n",
        page = background.page(),
        text = background.text(),
    );
    for (line, row) in rows(buffer).enumerate() {
        let top = MARGIN + line as f64 * CELL_HEIGHT;
        let runs = runs(&row);
        for run in &runs {
            write_background(&mut svg, run, top, background);
        }
        for run in &runs {
            write_text(&mut svg, run, top, background);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Joins cells of one style. Characters outside of ASCII may come from another font, so that each has its own place.
fn runs(row: &[(u16, &Cell)]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, cell) in row {
        let (symbol, style) = (cell.symbol(), cell.style());
        let width = format::width(symbol).max(1);
        match runs.last_mut() {
            Some(last) if last.style == style && last.text.is_ascii() && symbol.is_ascii() => {
                last.text.push_str(symbol);
                last.width += width;
            }
            // A rule or a bar is one shape.
            Some(last)
                if last.style == style
                    && last.text == symbol
                    && joins(symbol)
                    && usize::from(last.column) + last.width == usize::from(*column) =>
            {
                last.width += width;
            }
            _ => runs.push(Run {
                column: *column,
                width,
                text: symbol.to_owned(),
                style,
            }),
        }
    }
    runs
}

fn write_background(svg: &mut String, run: &Run, top: f64, background: Background) {
    let Some(fill) = colours(run.style, background).1 else {
        return;
    };
    let (left, width) = (left(run), run.width as f64 * CELL_WIDTH);
    let _ = writeln!(
        svg,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{fill}\"/>"
    );
}

fn write_text(svg: &mut String, run: &Run, top: f64, background: Background) {
    let is_hidden = run.style.add_modifier.contains(Modifier::HIDDEN);
    if is_hidden || run.text.trim().is_empty() {
        return;
    }
    let fill = colours(run.style, background).0;
    if let Some(char) = run.text.chars().next().filter(|_| is_shape(&run.text)) {
        let cells = Cells {
            left: left(run),
            top,
            cell: (CELL_WIDTH, CELL_HEIGHT),
            size: Size::new(u16::try_from(run.width).unwrap_or(u16::MAX), 1),
        };
        let paint = fill.unwrap_or_else(|| background.text().to_owned());
        let is_dim = run.style.add_modifier.contains(Modifier::DIM);
        let opacity = if is_dim { DIM } else { 1.0 };
        let _ = writeln!(svg, "{}", element(char, cells, &paint, opacity));
        return;
    }
    let (left, baseline) = (left(run), top + BASELINE);
    let width = run.width as f64 * CELL_WIDTH;
    let fill = fill.map(|fill| format!(" fill=\"{fill}\""));
    let _ = writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\"{}{}>{}</text>",
        fill.unwrap_or_default(),
        emphasis(run.style.add_modifier),
        escaped(&run.text),
    );
}

fn left(run: &Run) -> f64 {
    MARGIN + f64::from(run.column) * CELL_WIDTH
}

/// Returns the colours of the text and of what is behind it; `None` for those of the picture.
fn colours(style: Style, background: Background) -> (Option<String>, Option<String>) {
    let text = style.fg.and_then(css);
    let behind = style.bg.and_then(css);
    if !style.add_modifier.contains(Modifier::REVERSED) {
        return (text, behind);
    }
    let text = text.unwrap_or_else(|| background.text().to_owned());
    let behind = behind.unwrap_or_else(|| background.page().to_owned());
    (Some(behind), Some(text))
}

fn emphasis(modifier: Modifier) -> String {
    let mut attributes = String::new();
    if modifier.contains(Modifier::BOLD) {
        attributes.push_str(" font-weight=\"bold\"");
    }
    if modifier.contains(Modifier::DIM) {
        let _ = write!(attributes, " fill-opacity=\"{DIM}\"");
    }
    if modifier.contains(Modifier::ITALIC) {
        attributes.push_str(" font-style=\"italic\"");
    }
    if modifier.contains(Modifier::UNDERLINED) {
        attributes.push_str(" text-decoration=\"underline\"");
    } else if modifier.contains(Modifier::CROSSED_OUT) {
        attributes.push_str(" text-decoration=\"line-through\"");
    }
    attributes
}

/// Escapes text for XML, which has no way to write control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Several spaces would become one where `xml:space` is not supported.
            ' ' => escaped.push('\u{a0}'),
            char if char.is_control() => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Color;

    use super::*;

    fn svg(text: &str, style: Style) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, text, style);
        to_svg(&buffer, Background::Dark)
    }

    #[test]
    fn text_is_escaped() {
        let svg = svg("<a href='&'>", Style::new());
        assert!(svg.contains("&lt;a\u{a0}href='&amp;'&gt;</text>"), "{svg}");
    }

    #[test]
    fn columns_after_wide_characters_are_correct() {
        let svg = svg("a日b", Style::new());
        // 12 + 3 × 8.4: the wide character occupies the columns 1 and 2.
        assert!(
            svg.contains("x=\"20.4\" y=\"25.5\" textLength=\"16.8\""),
            "{svg}"
        );
        assert!(svg.contains("x=\"37.2\" y=\"25.5\""), "{svg}");
    }

    #[test]
    fn colours_and_emphasis_are_kept() {
        let styled = svg(
            "x",
            Style::new().fg(Color::Indexed(117)).bold().underlined(),
        );
        let expected = "fill=\"#87d7ff\" font-weight=\"bold\" text-decoration=\"underline\">x<";
        assert!(styled.contains(expected), "{styled}");
        let reversed = svg("x", Style::new().reversed());
        assert!(
            reversed.contains("height=\"18\" fill=\"#d0d0d0\"/>"),
            "{reversed}"
        );
        assert!(reversed.contains("fill=\"#16181d\">x<"), "{reversed}");
    }
}
