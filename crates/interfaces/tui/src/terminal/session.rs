use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};

/// Whether the terminal is in our hands and has to be restored.
static IS_ACTIVE: AtomicBool = AtomicBool::new(false);

static PANIC_HOOK: Once = Once::new();

/// The terminal in raw mode, with the alternate screen. Dropping it restores the terminal; so does a panic of any thread,
/// which also ends the process.
#[derive(Debug)]
pub(crate) struct Session;

impl Session {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When it cannot be put into raw mode, for example because standard input is not a terminal.
    pub(crate) fn start(mouse: bool) -> io::Result<Self> {
        PANIC_HOOK.call_once(install_panic_hook);
        let session = Self;
        session.resume(mouse)?;
        Ok(session)
    }

    /// Gives the terminal to another program until [`Self::resume`].
    pub(crate) fn suspend(&self) -> io::Result<()> {
        restore();
        io::stdout().flush()
    }

    /// Takes the terminal back.
    pub(crate) fn resume(&self, mouse: bool) -> io::Result<()> {
        enable_raw_mode()?;
        IS_ACTIVE.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        if mouse {
            self.capture_mouse(true)?;
        }
        Ok(())
    }

    /// Writes a control sequence that the terminal acts on.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Lets the terminal report the mouse, or not.
    pub(crate) fn capture_mouse(&self, is_captured: bool) -> io::Result<()> {
        match is_captured {
            true => execute!(io::stdout(), EnableMouseCapture),
            false => execute!(io::stdout(), DisableMouseCapture),
        }
    }

    /// Restores the terminal, and keeps what `last_screen` contains on it.
    pub(crate) fn end_with(self, last_screen: Option<&str>) -> io::Result<()> {
        restore();
        if let Some(text) = last_screen {
            let mut stdout = io::stdout().lock();
            stdout.write_all(text.as_bytes())?;
            stdout.flush()?;
        }
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal, once.
fn restore() {
    if !IS_ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    // A failure cannot be reported: the terminal may be gone.
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}

/// Restores the terminal before a panic is reported, so that the report can be read.
fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let was_active = IS_ACTIVE.load(Ordering::SeqCst);
        restore();
        report(panic);
        if was_active {
            // Without this, a panic in the background would leave an interface that never answers.
            std::process::exit(101);
        }
    }));
}
