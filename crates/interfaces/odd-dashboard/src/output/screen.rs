use std::io::{self, IsTerminal};

use console::{Term, truncate_str};

/// Text on a terminal that replaces itself: the lines before it stay, and the last text stays at the end.
pub(crate) struct Screen {
    term: Term,
    /// Lines of the text that is shown.
    shown: usize,
}

impl Screen {
    /// Returns `true` if standard output is a terminal that can move its cursor.
    pub(crate) fn is_supported() -> bool {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        io::stdout().is_terminal() && !is_dumb
    }

    /// Shows nothing yet, on the terminal of standard output.
    pub(crate) fn new() -> Self {
        Self {
            term: Term::buffered_stdout(),
            shown: 0,
        }
    }

    /// Replaces the text. Lines that are too wide or too many for the terminal are cut off.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn show(&mut self, text: &str) -> io::Result<()> {
        let (rows, columns) = self.term.size();
        let lines = fitting(text, usize::from(rows), usize::from(columns));
        if self.shown > 0 {
            self.term.move_cursor_up(self.shown)?;
        }
        for line in &lines {
            // Erases the rest of the old line last, so that nothing flickers.
            self.term.write_str(&format!("{line}\u{1b}[K\n"))?;
        }
        self.term.clear_to_end_of_screen()?;
        self.shown = lines.len();
        self.term.flush()
    }
}

/// Returns the lines that fit, with one row left for the cursor.
fn fitting(text: &str, rows: usize, columns: usize) -> Vec<String> {
    let available = rows.saturating_sub(1).max(1);
    let all = text.lines().count();
    let shown = if all > available { available - 1 } else { all };
    let lines = text.lines().take(shown);
    let mut lines: Vec<String> = lines
        .map(|line| truncate_str(line, columns, "…").into_owned())
        .collect();
    if shown < all {
        let note = format!("… {} more lines", all - shown);
        lines.push(truncate_str(&note, columns, "…").into_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_fits_is_unchanged() {
        assert_eq!(fitting("a\nb\n\n", 4, 1), ["a", "b", ""]);
    }

    #[test]
    fn lines_that_do_not_fit_are_cut_off_and_counted() {
        assert_eq!(fitting("abcdef\nb\nc\nd", 4, 4), ["abc…", "b", "… 2…"]);
        let colour = fitting("\u{1b}[32mabcdef\u{1b}[0m", 3, 4);
        assert_eq!(colour, ["\u{1b}[32mabc…\u{1b}[0m"]);
    }
}
