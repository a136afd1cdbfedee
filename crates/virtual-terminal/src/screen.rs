/// What a terminal shows at one moment.
#[derive(Debug, Clone)]
pub struct Screen(pub(crate) vt100::Screen);

impl Screen {
    /// Returns the characters, line by line, without blanks at the ends.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in self.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Returns the characters of each row.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let (_, columns) = self.0.size();
        self.0.rows(0, columns.get())
    }

    /// Returns the first row that contains `text`.
    pub fn line_with(&self, text: &str) -> Option<String> {
        self.lines().find(|line| line.contains(text))
    }

    /// Whether a row contains `text`.
    pub fn contains(&self, text: &str) -> bool {
        self.line_with(text).is_some()
    }

    /// Whether the screen is the alternate one, on which full-screen programs draw.
    pub fn is_alternate(&self) -> bool {
        self.0.alternate_screen()
    }

    /// Whether the cursor can be seen.
    pub fn has_cursor(&self) -> bool {
        !self.0.hide_cursor()
    }

    /// Whether the program asked for reports of the mouse, or for pasted text to be marked.
    pub fn has_input_modes(&self) -> bool {
        self.0.bracketed_paste() || self.0.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Returns the parsed screen, with the style of each cell.
    pub fn parsed(&self) -> &vt100::Screen {
        &self.0
    }
}
