use std::time::{Duration, Instant};

use odd_client::{
    Client, ClientError, TerminalBackoff, TerminalEnd, TerminalIncoming, TerminalSocket, Url,
};
use odd_contracts::{
    TerminalClientMessage, TerminalCloseCode, TerminalNotice, TerminalRestored,
    TerminalServerMessage, TerminalTicketRequest,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::keyboard::{Keyboard, Typed};
use super::local_terminal::LocalTerminal;
use super::shown::Shown;
use crate::exit::Exit;
use crate::failure::Failure;

/// A session of a web-pty-server, shown in the terminal of the user.
pub(super) struct AttachedSession {
    client: Client,
    url: Url,
    socket: TerminalSocket,
    terminal: LocalTerminal,
    keyboard: Keyboard,
    resized: Signal,
    /// For the next connection.
    token: Option<String>,
    shown: Shown,
    exit_code: Option<u8>,
    backoff: TerminalBackoff,
}

/// Why a connection is not used any more.
enum Stop {
    /// The user has left.
    Detached,
    /// It has ended.
    Ended(TerminalEnd),
}

impl AttachedSession {
    /// Opens a new session.
    ///
    /// # Errors
    /// When the server refuses, or the terminal cannot be used.
    pub(super) async fn open(
        client: Client,
        url: Url,
        request: &TerminalTicketRequest,
    ) -> Result<Self, Failure> {
        let ticket = client.terminal_ticket(&url, request).await;
        let ticket = ticket.map_err(refused)?;
        let socket = client.open_terminal(&url, &ticket).await;
        let socket = socket.map_err(refused)?;
        Ok(Self {
            client,
            url,
            socket,
            resized: signal(SignalKind::window_change())?,
            terminal: LocalTerminal::open()?,
            keyboard: Keyboard::open(),
            token: None,
            shown: Shown::default(),
            exit_code: None,
            backoff: TerminalBackoff::default(),
        })
    }

    /// Shows the session until the user leaves, the program ends, or the connection cannot be restored.
    ///
    /// # Errors
    /// Why it ended, unless the user or the program ended it.
    pub(super) async fn run(mut self) -> Result<Exit, Failure> {
        loop {
            let connected_at = Instant::now();
            let stop = self.serve().await?;
            let has_session = self.token.is_some();
            match stop {
                Stop::Detached => {
                    self.socket.close().await;
                    return Ok(Exit::Ok);
                }
                Stop::Ended(TerminalEnd::Closed(code)) if !(code.is_transient() && has_session) => {
                    return ended(code, self.exit_code);
                }
                Stop::Ended(TerminalEnd::Unexpected) => return Err(unexpected()),
                Stop::Ended(_) if !has_session => return Err(not_opened()),
                Stop::Ended(_) => match self.reconnect(connected_at.elapsed()).await? {
                    Some(socket) => self.socket = socket,
                    None => return Ok(Exit::Ok),
                },
            }
        }
    }

    /// Attaches, and passes messages on until one side ends the connection.
    async fn serve(&mut self) -> Result<Stop, Failure> {
        let (columns, rows) = self.terminal.size();
        let attach = TerminalClientMessage::Attach {
            columns,
            rows,
            received: self.shown.received(),
        };
        if let Err(end) = self.socket.send(&attach).await {
            return Ok(Stop::Ended(end));
        }
        loop {
            let outcome = tokio::select! {
                incoming = self.socket.receive() => match incoming {
                    Ok(incoming) => self.take(incoming).await?,
                    Err(end) => Err(end),
                },
                typed = self.keyboard.next() => match typed {
                    Typed::Input(input) => self.socket.type_bytes(input).await,
                    Typed::Detach => return Ok(Stop::Detached),
                },
                _ = self.resized.recv() => {
                    let (columns, rows) = self.terminal.size();
                    let resize = TerminalClientMessage::Resize { columns, rows };
                    self.socket.send(&resize).await
                }
            };
            if let Err(end) = outcome {
                return Ok(Stop::Ended(end));
            }
        }
    }

    /// Shows what the server has sent.
    async fn take(
        &mut self,
        incoming: TerminalIncoming,
    ) -> Result<Result<(), TerminalEnd>, Failure> {
        match incoming {
            TerminalIncoming::Message(message) => {
                let confirm = self.take_message(message)?;
                Ok(match &confirm {
                    Some(confirm) => self.socket.send(confirm).await,
                    None => Ok(()),
                })
            }
            TerminalIncoming::Output(output) => {
                self.terminal.show(&output)?;
                let Some(received) = self.shown.add(output.len()) else {
                    return Ok(Ok(()));
                };
                let acknowledge = TerminalClientMessage::Acknowledge { received };
                Ok(self.socket.send(&acknowledge).await)
            }
        }
    }

    /// Returns the answer, if there is one.
    fn take_message(
        &mut self,
        message: TerminalServerMessage,
    ) -> Result<Option<TerminalClientMessage>, Failure> {
        match message {
            TerminalServerMessage::Attached {
                reconnect_token,
                restored,
                position,
                ..
            } => {
                self.token = Some(reconnect_token.clone());
                self.shown.attached(restored, position);
                if restored != TerminalRestored::Replay {
                    self.terminal.reset()?;
                }
                return Ok(Some(TerminalClientMessage::Confirm { reconnect_token }));
            }
            TerminalServerMessage::ReconnectToken { reconnect_token } => {
                self.token = Some(reconnect_token.clone());
                return Ok(Some(TerminalClientMessage::Confirm { reconnect_token }));
            }
            // The terminal cannot show it without hiding a part of the screen.
            TerminalServerMessage::Notice {
                code: TerminalNotice::Resized | TerminalNotice::ReadOnly | TerminalNotice::RateLimit,
                ..
            }
            | TerminalServerMessage::Heartbeat => {}
            TerminalServerMessage::Exited { exit_code } => self.exit_code = Some(exit_code),
        }
        Ok(None)
    }

    /// Opens another connection to the session after one that has `lasted` this long. Returns `None` when the user leaves
    /// meanwhile.
    ///
    /// # Errors
    /// When the server refuses, or after too many attempts.
    async fn reconnect(&mut self, lasted: Duration) -> Result<Option<TerminalSocket>, Failure> {
        self.shown.disconnected();
        let mut delay = self.backoff.ended(lasted).ok_or_else(unstable)?;
        loop {
            if !delay.is_zero() && self.wait(delay).await? {
                return Ok(None);
            }
            let error = match self.try_reconnect().await {
                Ok(socket) => return Ok(Some(socket)),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error.into()),
            };
            delay = self.backoff.failed().ok_or(error)?;
        }
    }

    /// Shows a message, and waits before an attempt. Returns `true` when the user leaves meanwhile.
    async fn wait(&mut self, delay: Duration) -> Result<bool, Failure> {
        self.terminal
            .show_message(" connecting again; Ctrl+] leaves ")?;
        self.shown.covered();
        tokio::select! {
            () = tokio::time::sleep(delay) => Ok(false),
            () = detached(&mut self.keyboard) => Ok(true),
        }
    }

    async fn try_reconnect(&self) -> Result<TerminalSocket, ClientError> {
        let request = TerminalTicketRequest::Reconnect {
            reconnect_token: self.token.clone().unwrap_or_default(),
        };
        let ticket = self.client.terminal_ticket(&self.url, &request).await?;
        self.client.open_terminal(&self.url, &ticket).await
    }
}

/// Adds what helps with a terminal that cannot be opened.
fn refused(error: ClientError) -> Failure {
    let hint = match &error {
        ClientError::Unreachable { .. } => Some(
            "pass the URL of a web-pty-server, or start one with `odd-dashboard serve web-pty`",
        ),
        ClientError::Problem(problem) => match problem.status {
            403 => Some("leave out --interactive, or use a token whose role allows it"),
            404 | 405 => {
                Some("pass the URL of a web-pty-server, or that of a dashboard and /api/terminal")
            }
            429 => Some("close another terminal, or raise its limit on the server"),
            _ => None,
        },
        _ => None,
    };
    let failure = Failure::from(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn unstable() -> Failure {
    Failure::new(Exit::Unreachable, "the terminal cannot be restored")
        .cause("the server has ended every connection after a few seconds")
}

/// The server has ended the connection before there was a session to restore.
fn not_opened() -> Failure {
    Failure::new(Exit::Unreachable, "the terminal could not be opened")
        .cause("the connection was lost")
        .hint("try again")
}

fn unexpected() -> Failure {
    Failure::failed("the terminal has ended")
        .cause("the server has sent something that this version does not know")
        .hint("use the same version of odd-dashboard here and on the server")
}

/// Waits until the user leaves. What else is typed is dropped.
async fn detached(keyboard: &mut Keyboard) {
    while keyboard.next().await != Typed::Detach {}
}

/// Returns how the command ends when the server does not want to be connected again.
fn ended(code: TerminalCloseCode, exit_code: Option<u8>) -> Result<Exit, Failure> {
    let exit = match (code, exit_code) {
        (TerminalCloseCode::Done, _) | (TerminalCloseCode::Ended, Some(0)) => return Ok(Exit::Ok),
        (TerminalCloseCode::Ended, Some(130)) => return Ok(Exit::Interrupted),
        (TerminalCloseCode::Ended, Some(143)) => return Ok(Exit::Terminated),
        (TerminalCloseCode::Authentication, _) => Exit::NotAuthorised,
        (TerminalCloseCode::Idle, _) => Exit::TimedOut,
        _ => Exit::Failure,
    };
    let mut failure = Failure::new(exit, "the terminal has ended").cause(code.reason());
    if let Some(exit_code) = exit_code {
        failure = failure.cause(format!("its exit code is {exit_code}"));
    }
    Err(failure.hint("open another one with `odd-dashboard attach`"))
}
