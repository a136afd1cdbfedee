use ratatui::buffer::Buffer;

use crate::format;

/// Returns the characters of a frame, one line per row, without spaces at the ends of lines.
pub fn to_text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in rows(buffer) {
        let line: String = row.iter().map(|(_, cell)| cell.symbol()).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Returns the visible cells of each row, with their columns. The cell after a wide character is a part of it.
pub(super) fn rows(buffer: &Buffer) -> impl Iterator<Item = Vec<(u16, &ratatui::buffer::Cell)>> {
    let width = usize::from(buffer.area.width.max(1));
    buffer.content.chunks(width).map(|row| {
        let mut hidden = 0;
        let columns = (0..).zip(row);
        columns
            .filter(|(_, cell)| {
                let is_hidden = hidden > 0;
                hidden = match is_hidden {
                    true => hidden - 1,
                    false => format::width(cell.symbol()).saturating_sub(1),
                };
                !is_hidden
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wide_characters_occupy_two_columns_once() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 2));
        buffer.set_string(0, 0, "a日b", Style::new());
        buffer.set_string(2, 1, "x", Style::new());
        assert_eq!(to_text(&buffer), "a日b\n  x\n");
    }
}
