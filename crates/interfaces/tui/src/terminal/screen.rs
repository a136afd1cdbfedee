use std::io::{self, BufWriter, Stdout};

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;

use crate::draw::draw;
use crate::state::State;

/// Bytes of a frame that are gathered before they are written, so that most frames are one write.
const FRAME_BYTES: usize = 256 * 1024;

/// Draws frames on the terminal. Each is wrapped in a synchronised update, so that terminals that know these never show half
/// a frame.
pub(crate) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    pub(crate) fn open() -> io::Result<Self> {
        let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
        // `Terminal::clear` would ask the terminal for the position of the cursor and wait for the answer. The alternate
        // screen is empty when it is entered.
        let terminal = Terminal::new(CrosstermBackend::new(writer))?;
        Ok(Self { terminal })
    }

    /// Returns columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Forgets what was on the terminal, so that the next frame is written as a whole. The terminal has to be empty.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        *self = Self::open()?;
        Ok(())
    }

    /// Draws the state, and stores in it where things are. Returns what was drawn.
    pub(crate) fn draw(&mut self, state: &mut State) -> io::Result<Buffer> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let mut drawn = crate::state::Drawn::default();
        let frame = self.terminal.draw(|frame| drawn = draw(frame, state))?;
        let buffer = frame.buffer.clone();
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        io::Write::flush(self.terminal.backend_mut())?;
        state.set_drawn(drawn);
        Ok(buffer)
    }
}
