use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, tcgetattr};

use crate::keys::bytes_of;
use crate::parser::Parser;
use crate::recording::Recording;
use crate::{Screen, TerminalError};

/// Time between two queries for the end of the program.
const POLL: Duration = Duration::from_millis(2);

/// A terminal in which a program runs. Dropping it kills the program.
pub struct VirtualTerminal {
    shared: Arc<Shared>,
    /// Ends when all that was written is parsed, and no process has the terminal open.
    parsing: JoinHandle<()>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    /// Keeps the modes of the terminal until they are read at the end of the program.
    slave: Option<Box<dyn SlavePty + Send>>,
    /// Whether the terminal was in raw mode when the program had ended.
    is_raw_at_end: Option<bool>,
}

struct Shared {
    parser: Mutex<Parser>,
    recording: Mutex<Option<Recording>>,
    has_changed: Condvar,
}

impl VirtualTerminal {
    /// Starts a program in a new terminal. Its arguments, and the variables that the command sets or removes, apply; its
    /// standard streams are those of the terminal.
    ///
    /// # Errors
    /// When the terminal cannot be created, or the program not be started.
    pub fn start(command: &Command, columns: u16, rows: u16) -> Result<Self, TerminalError> {
        Self::open(command, columns, rows, None)
    }

    /// Starts a program like [`Self::start`], and keeps all that it writes.
    ///
    /// # Errors
    /// See [`Self::start`].
    pub fn start_recorded(
        command: &Command,
        columns: u16,
        rows: u16,
    ) -> Result<Self, TerminalError> {
        Self::open(command, columns, rows, Some(Recording::start()))
    }

    fn open(
        command: &Command,
        columns: u16,
        rows: u16,
        recording: Option<Recording>,
    ) -> Result<Self, TerminalError> {
        let start = |error: &dyn std::fmt::Display| TerminalError::Start(format!("{error:#}"));
        let pty = native_pty_system();
        let pair = pty
            .openpty(size(columns, rows))
            .map_err(|error| start(&error))?;
        let child = pair
            .slave
            .spawn_command(builder(command))
            .map_err(|error| start(&error))?;
        let reader = pair
            .master
            .try_clone_reader()
            .map_err(|error| start(&error))?;
        let writer = pair.master.take_writer().map_err(|error| start(&error))?;
        let shared = Arc::new(Shared {
            parser: Mutex::new(Parser::new(columns, rows)),
            recording: Mutex::new(recording),
            has_changed: Condvar::new(),
        });
        let parsed = Arc::clone(&shared);
        let parsing = std::thread::spawn(move || parsed.parse(reader));
        Ok(Self {
            shared,
            parsing,
            writer,
            child,
            master: pair.master,
            slave: Some(pair.slave),
            is_raw_at_end: None,
        })
    }

    /// Presses keys, separated by spaces: `q`, `G`, `ctrl-c`, `enter`, `space`, `pagedown`.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn press(&mut self, keys: &str) -> Result<(), TerminalError> {
        for key in keys.split(' ') {
            self.send(&bytes_of(key))?;
        }
        Ok(())
    }

    /// Types text.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn type_text(&mut self, text: &str) -> Result<(), TerminalError> {
        self.send(text.as_bytes())
    }

    /// Sends bytes as if they were typed.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), TerminalError> {
        self.writer.write_all(bytes)?;
        Ok(self.writer.flush()?)
    }

    /// Changes the size of the terminal; the program receives SIGWINCH.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn resize(&mut self, columns: u16, rows: u16) -> Result<(), TerminalError> {
        self.shared.parser().resize(columns, rows);
        let resized = self.master.resize(size(columns, rows));
        resized.map_err(|error| io::Error::other(format!("{error:#}")).into())
    }

    /// Returns what the terminal shows now.
    pub fn screen(&self) -> Screen {
        Screen(self.shared.parser().screen().clone())
    }

    /// Waits until the screen fulfils a condition. Returns that screen.
    ///
    /// # Errors
    /// [`TerminalError::NotShown`] after `limit`, with `what` was awaited and the screen.
    pub fn wait_until(
        &self,
        what: &str,
        limit: Duration,
        is_shown: impl Fn(&Screen) -> bool,
    ) -> Result<Screen, TerminalError> {
        let deadline = Instant::now() + limit;
        let mut parser = self.shared.parser();
        loop {
            let screen = Screen(parser.screen().clone());
            if is_shown(&screen) {
                return Ok(screen);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(TerminalError::NotShown {
                    what: what.to_owned(),
                    limit,
                    screen: screen.text(),
                });
            }
            let waited = self.shared.has_changed.wait_timeout(parser, left);
            parser = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the program writes something. Returns `false` when it has not after `limit`.
    pub fn wait_for_output(&self, limit: Duration) -> bool {
        let waited = self
            .shared
            .has_changed
            .wait_timeout(self.shared.parser(), limit);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Waits for the end of the program, and until all that it has written is parsed. Returns its exit code.
    ///
    /// # Errors
    /// [`TerminalError::StillRuns`] after `limit`, also when another program still uses the terminal.
    pub fn wait_for_end(&mut self, limit: Duration) -> Result<u32, TerminalError> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait()? {
                if self.slave.is_some() {
                    self.is_raw_at_end = Some(self.is_raw()?);
                    self.slave = None;
                }
                if self.parsing.is_finished() {
                    return Ok(status.exit_code());
                }
            }
            if Instant::now() >= deadline {
                let screen = self.screen().text();
                return Err(TerminalError::StillRuns { limit, screen });
            }
            std::thread::sleep(POLL);
        }
    }

    /// Whether the program has ended.
    ///
    /// # Errors
    /// When this is unknown.
    pub fn has_ended(&mut self) -> Result<bool, TerminalError> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Returns what the program has written since its start, and when, if it is recorded.
    pub fn recorded(&self) -> Vec<(Duration, String)> {
        let recording = self.shared.recording();
        let output = recording.as_ref().map(Recording::output);
        output.unwrap_or_default().to_vec()
    }

    /// Returns the process id of the program.
    pub fn pid(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Whether the terminal is in raw mode: keys reach the program at once, and are not echoed. After
    /// [`Self::wait_for_end`], whether the program left it in that mode.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn is_raw(&self) -> Result<bool, TerminalError> {
        if let Some(is_raw) = self.is_raw_at_end {
            return Ok(is_raw);
        }
        let modes = tcgetattr(self.device()?)
            .map_err(io::Error::from)?
            .local_modes;
        Ok(!modes.intersects(LocalModes::ICANON | LocalModes::ECHO))
    }

    fn device(&self) -> Result<File, TerminalError> {
        let name: Option<PathBuf> = self.master.tty_name();
        let name = name.ok_or_else(|| io::Error::other("the terminal has no name"))?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let device = rustix::fs::open(name, flags, Mode::empty()).map_err(io::Error::from)?;
        Ok(device.into())
    }
}

impl Drop for VirtualTerminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shared {
    fn parser(&self) -> MutexGuard<'_, Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recording(&self) -> MutexGuard<'_, Option<Recording>> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Parses what the program writes, until the terminal is closed.
    fn parse(&self, mut reader: Box<dyn Read + Send>) {
        let mut bytes = [0; 64 * 1024];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            self.parser().process(&bytes[..count]);
            if let Some(recording) = &mut *self.recording() {
                recording.add(&bytes[..count]);
            }
            self.has_changed.notify_all();
        }
    }
}

/// Returns the same program, arguments and environment for a terminal.
fn builder(command: &Command) -> CommandBuilder {
    let mut builder = CommandBuilder::new(command.get_program());
    builder.args(command.get_args());
    builder.env("TERM", "xterm-256color");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => builder.env(name, value),
            None => builder.env_remove(name),
        }
    }
    if let Some(folder) = command.get_current_dir() {
        builder.cwd(folder);
    }
    builder
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
