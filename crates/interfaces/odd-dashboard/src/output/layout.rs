use std::io::{self, IsTerminal};

use terminal_size::{Height, Width, terminal_size_of};

/// How text is laid out on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Use colour.
    pub(crate) colour: bool,
    /// Columns of the terminal. Without a terminal, lines have any length, so that programs read whole values.
    pub(crate) width: Option<usize>,
}

/// Returns the width of the terminal that standard output goes to.
pub(super) fn stdout_width() -> Option<usize> {
    let is_terminal = io::stdout().is_terminal();
    columns(terminal_size_of(io::stdout()).filter(|_| is_terminal))
}

/// Returns the width of the terminal that standard error goes to.
pub(super) fn stderr_width() -> Option<usize> {
    let is_terminal = io::stderr().is_terminal();
    columns(terminal_size_of(io::stderr()).filter(|_| is_terminal))
}

/// Some terminals report a width of 0 because they do not know it.
fn columns(size: Option<(Width, Height)>) -> Option<usize> {
    let (width, _) = size?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}

/// Checks that no line of a table is wider than the terminal.
#[cfg(test)]
pub(crate) fn assert_fits(table: impl Fn(Layout) -> String) {
    for width in [40, 80, 200] {
        let text = table(Layout {
            colour: false,
            width: Some(width),
        });
        for line in text.lines() {
            assert!(super::cut::display_width(line) <= width, "{width}:\n{text}");
        }
    }
}
