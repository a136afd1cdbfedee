use odd_contracts::TerminalRestored;

/// How much of the output of a session the terminal of the user shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Position after the last byte that is shown; `None` if the screen has to be drawn again.
    position: Option<u64>,
    /// Whether the next binary message is the screen.
    awaits_screen: bool,
}

impl Shown {
    /// Returns the position that the next connection continues from; `None` if it has to draw the screen.
    pub(super) const fn received(&self) -> Option<u64> {
        self.position
    }

    /// Records what the server sends next, and from which position.
    pub(super) fn attached(&mut self, restored: TerminalRestored, position: u64) {
        self.position = Some(position);
        self.awaits_screen = restored == TerminalRestored::Screen;
    }

    /// Records a binary message of this size in bytes. Returns the position to acknowledge; `None` for the screen.
    pub(super) fn add(&mut self, bytes: usize) -> Option<u64> {
        if std::mem::take(&mut self.awaits_screen) {
            return None;
        }
        let position = self.position.unwrap_or(0) + bytes as u64;
        self.position = Some(position);
        self.position
    }

    /// Records the end of a connection. What follows cannot be drawn without a screen that was announced and did not arrive.
    pub(super) fn disconnected(&mut self) {
        if std::mem::take(&mut self.awaits_screen) {
            self.position = None;
        }
    }

    /// Records that something else covers a part of the screen.
    pub(super) fn covered(&mut self) {
        self.position = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_connection_continues_after_what_is_shown() {
        let mut shown = Shown::default();
        shown.attached(TerminalRestored::New, 0);
        assert_eq!(shown.add(5), Some(5));
        shown.disconnected();
        assert_eq!(shown.received(), Some(5));
        shown.attached(TerminalRestored::Screen, 9);
        assert_eq!(shown.add(1_000), None, "the screen is not counted");
        assert_eq!(shown.add(1), Some(10));
        shown.covered();
        assert_eq!(shown.received(), None);
    }

    #[test]
    fn screen_that_did_not_arrive_is_drawn_by_the_next_connection() {
        let mut shown = Shown::default();
        shown.attached(TerminalRestored::Screen, 9);
        shown.disconnected();
        assert_eq!(shown.received(), None);
    }
}
