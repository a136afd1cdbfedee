use std::io::{Read, Write};

use bytes::Bytes;
use odd_contracts::TerminalSize;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use tokio::sync::{mpsc, oneshot};

use super::child::ProgramProcess;
use super::input_queue::{InputQueue, QueuedInput};
use crate::ProgramCommand;

/// Pieces of output that wait.
const QUEUED_PIECES: usize = 4;
/// Largest piece of output.
pub(super) const PIECE_BYTES: usize = 16 * 1024;

/// A terminal could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the program in a terminal: {0}")]
pub(crate) struct PtyError(String);

/// A program in a terminal.
pub(super) struct Pty {
    /// What the program writes. While there is no receiver, the program waits.
    pub(super) output: mpsc::Receiver<Bytes>,
    /// Its exit code.
    pub(super) exit: oneshot::Receiver<u8>,
    pub(super) process: ProgramProcess,
    pub(super) control: PtyControl,
}

/// The side of a terminal that is used while it runs.
pub(super) struct PtyControl {
    /// What is typed into the program.
    pub(super) input: InputQueue,
    master: Box<dyn MasterPty + Send>,
}

impl Pty {
    /// Starts a program in a new terminal. Blocks for the time that this takes.
    ///
    /// # Errors
    /// When there is no terminal or thread left, or the program cannot be started.
    pub(super) fn open(command: &ProgramCommand, size: TerminalSize) -> Result<Self, PtyError> {
        let failed = |error: &dyn std::fmt::Display| PtyError(format!("{error:#}"));
        let pty = native_pty_system();
        let pair = pty
            .openpty(pty_size(size))
            .map_err(|error| failed(&error))?;
        let reader = pair
            .master
            .try_clone_reader()
            .map_err(|error| failed(&error))?;
        let writer = pair.master.take_writer().map_err(|error| failed(&error))?;
        let child = pair
            .slave
            .spawn_command(builder(command))
            .map_err(|error| failed(&error))?;
        drop(pair.slave);
        let (process, exit) = ProgramProcess::watch(child).map_err(|error| failed(&error))?;
        let (output_sender, output) = mpsc::channel(QUEUED_PIECES);
        let (input, queued_input) = InputQueue::new();
        spawn("terminal-output", move || {
            read_output(reader, &output_sender);
        })?;
        spawn("terminal-input", move || {
            write_input(writer, queued_input);
        })?;
        Ok(Self {
            output,
            exit,
            process,
            control: PtyControl {
                input,
                master: pair.master,
            },
        })
    }
}

impl PtyControl {
    /// Changes the size of the terminal; the program receives SIGWINCH.
    pub(super) fn resize(&self, size: TerminalSize) {
        if let Err(error) = self.master.resize(pty_size(size)) {
            tracing::debug!(%error, "a terminal cannot be resized");
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), PtyError> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    let spawned = thread.spawn(run);
    spawned.map_err(|error| PtyError(error.to_string()))?;
    Ok(())
}

/// Passes on what the program writes, until the terminal is closed or there is no receiver any more.
fn read_output(mut reader: Box<dyn Read + Send>, output: &mpsc::Sender<Bytes>) {
    let mut piece = vec![0; PIECE_BYTES];
    while let Ok(count @ 1..) = reader.read(&mut piece) {
        let bytes = Bytes::copy_from_slice(&piece[..count]);
        if output.blocking_send(bytes).is_err() {
            return;
        }
    }
}

/// Types what arrives, until the session ends.
fn write_input(mut writer: Box<dyn Write + Send>, mut input: QueuedInput) {
    while input
        .take(|bytes| writer.write_all(bytes))
        .is_some_and(|written| written.is_ok())
    {}
}

fn builder(command: &ProgramCommand) -> CommandBuilder {
    let mut builder = CommandBuilder::new(&command.program);
    builder.args(&command.arguments);
    builder.env_clear();
    for (name, value) in &command.environment {
        builder.env(name, value);
    }
    builder.cwd(&command.directory);
    builder
}

fn pty_size(size: TerminalSize) -> PtySize {
    PtySize {
        rows: size.rows(),
        cols: size.columns(),
        pixel_width: 0,
        pixel_height: 0,
    }
}
