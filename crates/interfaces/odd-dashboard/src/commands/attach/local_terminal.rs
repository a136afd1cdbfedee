use std::io::{self, Write};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

/// Resets what an earlier connection may have left: modes, colours, the content of the screen.
const RESET: &[u8] = b"\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[!p\x1b[0m\x1b[2J\x1b[H";
/// Also returns to the screen before.
const RESTORE: &[u8] = b"\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b[0m";
/// Size where the terminal does not know its own.
const UNKNOWN_SIZE: (u16, u16) = (80, 24);

/// The terminal of the user in raw mode: keys arrive at once, and are not echoed. Dropping it restores it.
pub(super) struct LocalTerminal(Termios);

impl LocalTerminal {
    /// # Errors
    /// When standard input is not a terminal.
    pub(super) fn open() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self(before))
    }

    /// Returns columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        match tcgetwinsize(io::stdout()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => UNKNOWN_SIZE,
        }
    }

    /// Shows output.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn show(&self, output: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(output)?;
        stdout.flush()
    }

    /// Clears the screen and resets all modes.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn reset(&self) -> io::Result<()> {
        self.show(RESET)
    }

    /// Shows a message in the last row.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn show_message(&self, message: &str) -> io::Result<()> {
        let (columns, rows) = self.size();
        let message: String = message.chars().take(columns.into()).collect();
        self.show(format!("\x1b[?2026l\x1b[{rows};1H\x1b[0;7m{message}\x1b[K\x1b[0m").as_bytes())
    }
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        // The terminal may be gone.
        let _ = self.show(RESTORE);
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
