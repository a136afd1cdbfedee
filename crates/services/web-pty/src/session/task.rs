use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use odd_contracts::TerminalCloseCode;
use rustix::process::Signal;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::child::ProgramProcess;
use super::shared::Session;
use crate::config::Limits;
use crate::metrics::{ProgramEnd, Rejection};

/// How long a client may take to receive the last output of a program that has ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a session does by itself: it reads the output of the program, and ends the program when no client needs it. Dropping
/// it kills the program, and closes the connection.
pub(crate) struct SessionTask {
    pub(super) session: Arc<Session>,
    pub(super) output: mpsc::Receiver<Bytes>,
    pub(super) exit: oneshot::Receiver<u8>,
    pub(super) process: ProgramProcess,
    pub(super) limits: Limits,
}

/// Why a session ends.
enum End {
    /// The program has ended, with this exit code.
    Program(u8),
    /// There was no attachment for a long time, or its place is needed.
    Abandoned,
    /// The server stops.
    Stopped,
}

impl Drop for SessionTask {
    /// After a panic, too: without its task, a session has no limits of time.
    fn drop(&mut self) {
        self.session.lock().close(TerminalCloseCode::Ended);
    }
}

impl SessionTask {
    /// Runs until the program has ended, and was reaped.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let (session, caller) = (self.session.id, Arc::clone(&self.session.caller));
        tracing::info!(%session, %caller, "a terminal was opened");
        match self.serve(stop).await {
            End::Program(code) => {
                tracing::info!(%session, code, "the program of a terminal has ended");
                self.session.metrics.count_end(match code {
                    0 => ProgramEnd::Succeeded,
                    _ => ProgramEnd::Failed,
                });
                self.say_farewell(code).await;
            }
            end @ (End::Abandoned | End::Stopped) => {
                let code = match end {
                    End::Abandoned => TerminalCloseCode::Ended,
                    _ => TerminalCloseCode::Restart,
                };
                self.session.lock().close(code);
                self.end_program().await;
                self.session.metrics.count_end(ProgramEnd::Stopped);
                tracing::info!(%session, "a terminal was closed");
            }
        }
    }

    async fn serve(&mut self, stop: CancellationToken) -> End {
        let mut is_open = true;
        loop {
            let (may_read, deadline) = self.handle_time();
            let Some(deadline) = deadline else {
                return End::Abandoned;
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return End::Stopped,
                output = self.output.recv(), if may_read && is_open => match output {
                    Some(output) => self.apply(&output),
                    None => is_open = false,
                },
                code = &mut self.exit => return End::Program(code.unwrap_or(1)),
                () = self.session.task.notified() => {}
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }

    /// Does what is due. Returns whether output may be read, and when something is due next; `None` if the session is
    /// abandoned.
    fn handle_time(&self) -> (bool, Option<Instant>) {
        let now = Instant::now();
        let mut state = self.session.lock();
        if state.is_attached() && state.used_at + self.limits.idle <= now {
            self.session.metrics.count_rejection(Rejection::Idle);
            state.close(TerminalCloseCode::Idle);
        }
        if state.is_evicted() {
            return (true, None);
        }
        if !state.is_attached() {
            let limit = match state.has_client() {
                true => self.limits.detached,
                // No client can attach again.
                false => self.limits.detached.min(self.limits.ticket),
            };
            let end = state.used_at + limit;
            return (true, (end > now).then_some(end));
        }
        if state.rotated_at + self.limits.rotation <= now {
            state.rotate_token();
        }
        let rotation = state.rotated_at + self.limits.rotation;
        let idle = state.used_at + self.limits.idle;
        (state.may_read(), Some(rotation.min(idle)))
    }

    fn apply(&self, output: &Bytes) {
        self.session.metrics.count_output(output.len());
        self.session.lock().push_output(output);
    }

    /// Passes on the last output and the exit code, as far as the client takes them in time.
    async fn say_farewell(&mut self, code: u8) {
        let deadline = Instant::now() + FAREWELL;
        let remaining = async {
            loop {
                self.await_window().await;
                let Some(output) = self.output.recv().await else {
                    return;
                };
                self.apply(&output);
            }
        };
        // Another process may keep the terminal open.
        let _ = tokio::time::timeout_at(deadline, remaining).await;
        self.session.lock().end(code);
        while self.session.lock().is_attached() && Instant::now() < deadline {
            let _ = tokio::time::timeout_at(deadline, self.session.task.notified()).await;
        }
        self.session.lock().close(TerminalCloseCode::Ended);
    }

    /// Waits until the client has acknowledged enough, or is gone.
    async fn await_window(&self) {
        while !self.session.lock().may_read() {
            self.session.task.notified().await;
        }
    }

    /// Ends the program: politely, then by force.
    async fn end_program(&mut self) {
        for signal in [Signal::HUP, Signal::TERM, Signal::KILL] {
            self.process.signal(signal);
            let (exit, output) = (&mut self.exit, &mut self.output);
            // A program that waits until its output is read would not end.
            let discarded = async { while output.recv().await.is_some() {} };
            let ended = async {
                tokio::select! {
                    _ = &mut *exit => return,
                    () = discarded => {}
                }
                let _ = exit.await;
            };
            if tokio::time::timeout(self.limits.grace, ended).await.is_ok() {
                return;
            }
        }
    }
}
