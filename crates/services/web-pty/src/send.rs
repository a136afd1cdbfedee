use std::time::Duration;

use futures_util::SinkExt;
use odd_contracts::{TerminalCloseCode, TerminalServerMessage};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

use crate::config::Limits;
use crate::session::{Attached, Outgoing};
use crate::socket::SocketWriter;

/// Shortest time between two messages with output. The first output after a pause is sent at once.
const COALESCED: Duration = Duration::from_millis(16);
/// Output of this size is not held back.
const LARGE_OUTPUT: usize = 16 * 1024;

/// Sends to the client what the session has for it, and pings with a heartbeat.
pub(crate) struct Sender<'a> {
    attached: &'a Attached,
    writer: &'a mut SocketWriter,
    write_limit: Duration,
    ping: Duration,
    next_ping: Instant,
    /// When output may be sent again.
    next_output: Instant,
}

/// Why nothing can be sent any more.
struct Lost;

impl<'a> Sender<'a> {
    pub(crate) fn new(
        attached: &'a Attached,
        writer: &'a mut SocketWriter,
        limits: &Limits,
    ) -> Self {
        let now = Instant::now();
        Self {
            attached,
            writer,
            write_limit: limits.write,
            ping: limits.ping,
            next_ping: now + limits.ping,
            next_output: now,
        }
    }

    /// Runs until the session closes the connection, and returns why; `None` when the client does not receive any more.
    pub(crate) async fn run(mut self) -> Option<TerminalCloseCode> {
        loop {
            let now = Instant::now();
            if now >= self.next_ping {
                self.next_ping = now + self.ping;
                self.send(Message::Ping(Bytes::new())).await.ok()?;
                let heartbeat = TerminalServerMessage::Heartbeat;
                self.send_text(&heartbeat).await.ok()?;
            }
            let may_output = now >= self.next_output;
            match self.attached.next(may_output) {
                Some(Outgoing::Close(code)) => return Some(code),
                Some(outgoing) => self.send_outgoing(outgoing).await.ok()?,
                None => self.wait(may_output).await,
            }
        }
    }

    async fn send_outgoing(&mut self, outgoing: Outgoing) -> Result<(), Lost> {
        match outgoing {
            Outgoing::Message(message) => self.send_text(&message).await,
            Outgoing::Screen(screen) => self.send(Message::Binary(screen)).await,
            Outgoing::Output(output) => {
                let is_large = output.len() >= LARGE_OUTPUT;
                self.send(Message::Binary(output)).await?;
                if !is_large {
                    self.next_output = Instant::now() + COALESCED;
                }
                Ok(())
            }
            Outgoing::Close(_) => Ok(()),
        }
    }

    async fn send_text(&mut self, message: &impl serde::Serialize) -> Result<(), Lost> {
        let text = serde_json::to_string(message).expect("messages always print as JSON");
        self.send(Message::text(text)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Lost> {
        let sent = timeout(self.write_limit, self.writer.send(message)).await;
        sent.map_err(|_| Lost)?.map_err(|_| Lost)
    }

    /// Waits until there may be something to send.
    async fn wait(&self, may_output: bool) {
        let wake = match may_output {
            true => self.next_ping,
            false => self.next_ping.min(self.next_output),
        };
        tokio::select! {
            () = self.attached.changed(), if may_output => {}
            () = tokio::time::sleep_until(wake) => {}
        }
    }
}

/// Returns the close frame with a code and its reason.
pub(crate) fn close_frame(code: TerminalCloseCode) -> CloseFrame {
    CloseFrame {
        code: code.code().into(),
        reason: Utf8Bytes::from_static(code.reason()),
    }
}
