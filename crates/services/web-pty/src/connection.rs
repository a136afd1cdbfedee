use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use odd_contracts::{TerminalClientMessage, TerminalCloseCode, TerminalProtocol, TerminalSize};
use odd_service_kit::UpgradedStream;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::metrics::Rejection;
use crate::receive::{Incoming, Receiver, read};
use crate::registry::Purpose;
use crate::send::{Sender, close_frame};
use crate::session::{Attach, Attached, NewSession, Session, SessionTask};
use crate::socket::{SocketReader, SocketWriter};
use crate::state::SharedState;

/// How long the server reads what a client still sends after the connection was closed.
const LINGER: Duration = Duration::from_secs(2);
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// A connection for which a ticket was used.
pub(crate) struct Connection {
    pub(crate) server: SharedState,
    pub(crate) purpose: Purpose,
}

impl Connection {
    /// Attaches to the session, and passes messages between it and the client until one of them ends.
    pub(crate) async fn run(self, stream: UpgradedStream) {
        let server = Arc::clone(&self.server);
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config())).await;
        let (mut writer, mut reader) = socket.split();
        let code = self.serve(&mut writer, &mut reader).await;
        if let Some(rejection) = code.and_then(rejection) {
            server.metrics.count_rejection(rejection);
        }
        if let Ok(mut socket) = reader.reunite(writer) {
            // The client may be gone.
            let _ = timeout(LINGER, socket.close(code.map(close_frame))).await;
            let _ = timeout(LINGER, linger(socket.into_inner())).await;
        }
    }

    /// Returns why the connection ends; `None` when the client has ended it, or does not answer.
    async fn serve(
        self,
        writer: &mut SocketWriter,
        reader: &mut SocketReader,
    ) -> Option<TerminalCloseCode> {
        let server = Arc::clone(&self.server);
        let limits = &server.config.limits;
        let attached = tokio::select! {
            attached = self.attach(reader) => attached,
            () = server.stop.cancelled() => return Some(TerminalCloseCode::Restart),
        };
        let attached = match attached {
            Ok(attached) => attached,
            Err(code) => return code,
        };
        let receiver = Receiver::new(&attached, reader, limits.ping);
        let sender = Sender::new(&attached, writer, limits);
        tokio::select! {
            biased;
            code = sender.run() => code,
            code = receiver.run() => code,
        }
    }

    /// Waits for the first message, and attaches to the session, which it may have to start.
    async fn attach(
        self,
        reader: &mut SocketReader,
    ) -> Result<Attached, Option<TerminalCloseCode>> {
        // The time that the program needs to start is not the fault of the client.
        let reading = timeout(self.server.config.limits.attach, read_attach(reader));
        let late = Err(Some(TerminalCloseCode::Protocol));
        let (columns, rows, received) = reading.await.unwrap_or(late)?;
        let attach = |token| Attach {
            token,
            columns,
            rows,
            received,
        };
        let attached = match self.purpose {
            Purpose::Reconnect(session, token) => {
                let session = session.upgrade();
                session.and_then(|session| session.attach(attach(Some(token))))
            }
            Purpose::New(new, seat) => {
                let size = TerminalSize::clamped(columns, rows);
                let (session, task) = start(&self.server, *new, size).await?;
                // Before its task runs, so that the client gets the output of a program that ends at once.
                let attached = session.attach(attach(None));
                seat.occupy(session);
                let stop = self.server.stop.clone();
                self.server.sessions.spawn(async move {
                    task.run(stop).await;
                    drop(seat);
                });
                attached
            }
        };
        // Another connection has used the reconnect token, or the program has ended.
        attached.ok_or(Some(TerminalCloseCode::Ended))
    }
}

async fn read_attach(
    reader: &mut SocketReader,
) -> Result<(u16, u16, Option<u64>), Option<TerminalCloseCode>> {
    loop {
        match read(reader.next().await)? {
            Incoming::Text(TerminalClientMessage::Attach {
                columns,
                rows,
                received,
            }) => return Ok((columns, rows, received)),
            Incoming::Text(_) | Incoming::Input(_) => {
                return Err(Some(TerminalCloseCode::Protocol));
            }
            Incoming::Pong | Incoming::Nothing => {}
        }
    }
}

/// Starts the program.
///
/// # Errors
/// When the program cannot be started; the client may try again.
async fn start(
    server: &SharedState,
    new: NewSession,
    size: TerminalSize,
) -> Result<(Arc<Session>, SessionTask), Option<TerminalCloseCode>> {
    let (limits, metrics) = (server.config.limits.clone(), server.metrics.clone());
    // Starting a process takes some milliseconds. If the client goes away meanwhile, the process is killed.
    let starting = move || Session::start(&new, size, limits, metrics);
    let started = tokio::task::spawn_blocking(starting).await;
    let started = started.map_err(|error| tracing::error!(%error, "a terminal cannot be opened"));
    let started = started.and_then(|started| {
        started.map_err(|error| tracing::error!(%error, "a terminal cannot be opened"))
    });
    started.map_err(|()| Some(TerminalCloseCode::Failed))
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(TerminalProtocol::MAX_MESSAGE_BYTES))
        .max_frame_size(Some(TerminalProtocol::MAX_MESSAGE_BYTES))
}

/// Returns what a close code counts as, unless the session counts it itself.
const fn rejection(code: TerminalCloseCode) -> Option<Rejection> {
    match code {
        TerminalCloseCode::TooLarge => Some(Rejection::Size),
        TerminalCloseCode::Protocol => Some(Rejection::Protocol),
        TerminalCloseCode::Limit => Some(Rejection::Rate),
        TerminalCloseCode::Failed => Some(Rejection::Start),
        _ => None,
    }
}

/// Closes the connection so that the client can read the last message while it is still sending: closing a socket with
/// unread bytes would reset the connection.
async fn linger(mut stream: UpgradedStream) -> std::io::Result<u64> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
}
