use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use odd_contracts::{TerminalMode, TerminalSize};
use tokio::sync::Notify;
use uuid::Uuid;

use super::pty::{Pty, PtyError};
use super::shared::Session;
use super::state::State;
use super::task::SessionTask;
use crate::ProgramCommand;
use crate::config::Limits;
use crate::metrics::TerminalMetrics;

/// What a session is started with.
#[derive(Debug)]
pub(crate) struct NewSession {
    /// Name of the token that it belongs to, or `anonymous`.
    pub(crate) caller: Arc<str>,
    /// Address of the client that asked for it.
    pub(crate) client: IpAddr,
    pub(crate) mode: TerminalMode,
    pub(crate) command: ProgramCommand,
}

impl Session {
    /// Starts the program in a terminal of this size. Blocks for the time that this takes.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub(crate) fn start(
        new: &NewSession,
        size: TerminalSize,
        limits: Limits,
        metrics: TerminalMetrics,
    ) -> Result<(Arc<Self>, SessionTask), PtyError> {
        let pty = Pty::open(&new.command, size)?;
        let id = Uuid::new_v4();
        let session = Arc::new(Self {
            id,
            caller: Arc::clone(&new.caller),
            state: Mutex::new(State::new(id, new.mode, pty.control, size)),
            task: Notify::new(),
            metrics,
        });
        let task = SessionTask {
            session: Arc::clone(&session),
            output: pty.output,
            exit: pty.exit,
            process: pty.process,
            limits,
        };
        Ok((session, task))
    }
}
