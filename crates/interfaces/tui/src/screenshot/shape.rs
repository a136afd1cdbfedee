use ratatui::layout::Size;

/// The area of equal characters next to each other, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    pub(super) left: f64,
    pub(super) top: f64,
    /// Of one cell.
    pub(super) cell: (f64, f64),
    /// Columns and rows.
    pub(super) size: Size,
}

/// Whether a character is drawn as a shape: fonts leave gaps between the cells that it should join.
pub(super) fn is_shape(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let char = chars.next();
    chars.next().is_none()
        && char.is_some_and(|char| "─│╭╮╰╯└░▒▓▌".contains(char) || is_block(char))
}

/// Whether equal characters next to each other are one shape.
pub(super) fn joins(symbol: &str) -> bool {
    let char = symbol.chars().next();
    is_shape(symbol) && char.is_some_and(|char| "─░▒▓".contains(char) || is_block(char))
}

/// Returns the element that draws a character over its cells. `paint` is the colour, `opacity` that of the text.
pub(super) fn element(char: char, cells: Cells, paint: &str, opacity: f64) -> String {
    let (cell_width, cell_height) = cells.cell;
    let width = cell_width * f64::from(cells.size.width);
    let (left, top) = (cells.left, cells.top);
    let (right, bottom) = (left + width, top + cell_height);
    let (x, y) = (left + cell_width / 2.0, top + cell_height / 2.0);
    let radius = cell_width / 2.0;
    let (up, down) = (y - radius, y + radius);
    let line = |path: String| {
        format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{paint}\" stroke-opacity=\"{opacity}\"/>"
        )
    };
    let area = |y: f64, width: f64, height: f64, opacity: f64| {
        format!(
            "<rect x=\"{left:.1}\" y=\"{y:.2}\" width=\"{width:.1}\" height=\"{height:.2}\" fill=\"{paint}\" fill-opacity=\"{opacity}\"/>"
        )
    };
    match char {
        '─' => line(format!("M{left:.1} {y:.1}H{right:.1}")),
        '│' => line(format!("M{x:.1} {top:.1}V{bottom:.1}")),
        '╭' => line(format!(
            "M{x:.1} {bottom:.1}V{down:.1}Q{x:.1} {y:.1} {right:.1} {y:.1}"
        )),
        '╮' => line(format!(
            "M{x:.1} {bottom:.1}V{down:.1}Q{x:.1} {y:.1} {left:.1} {y:.1}"
        )),
        '╰' => line(format!(
            "M{x:.1} {top:.1}V{up:.1}Q{x:.1} {y:.1} {right:.1} {y:.1}"
        )),
        '╯' => line(format!(
            "M{x:.1} {top:.1}V{up:.1}Q{x:.1} {y:.1} {left:.1} {y:.1}"
        )),
        '└' => line(format!("M{x:.1} {top:.1}V{y:.1}H{right:.1}")),
        '░' => area(top, width, cell_height, opacity * 0.25),
        '▒' => area(top, width, cell_height, opacity * 0.5),
        '▓' => area(top, width, cell_height, opacity * 0.75),
        '▌' => area(top, width / 2.0, cell_height, opacity),
        // Eighths of the height, from below.
        block => {
            let eighths = f64::from(u32::from(block).saturating_sub(0x2580).min(8));
            let height = cell_height * eighths / 8.0;
            area(bottom - height, width, height, opacity)
        }
    }
}

/// Whether a character fills a cell from below.
fn is_block(char: char) -> bool {
    ('▁'..='█').contains(&char)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: Cells = Cells {
        left: 10.0,
        top: 20.0,
        cell: (8.0, 16.0),
        size: Size::new(3, 1),
    };

    #[test]
    fn lines_reach_the_edges_of_their_cells() {
        let line = element('─', CELLS, "#fff", 1.0);
        assert!(line.contains("M10.0 28.0H34.0"), "{line}");
        let corner = element('└', CELLS, "#fff", 1.0);
        assert!(corner.contains("M14.0 20.0V28.0H34.0"), "{corner}");
    }

    #[test]
    fn blocks_fill_their_part_of_the_cell() {
        let full = element('█', CELLS, "#fff", 1.0);
        assert!(
            full.contains("y=\"20.00\" width=\"24.0\" height=\"16.00\""),
            "{full}"
        );
        let eighth = element('▁', CELLS, "#fff", 1.0);
        assert!(
            eighth.contains("y=\"34.00\" width=\"24.0\" height=\"2.00\""),
            "{eighth}"
        );
        assert!(is_shape("▇") && is_shape("│"));
        assert!(!is_shape("⠋") && !is_shape("a") && !is_shape(""));
    }
}
