use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bytes::{Bytes, BytesMut};
use odd_client::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Headers of an answer that are understood, at most.
const MAX_HEADERS: usize = 32;

const READ_BYTES: usize = 16 * 1024;

const CREATED: u16 = 201;

/// One kept-alive connection to the gateway. It speaks HTTP by itself: the generator shares the machine with what
/// it measures, and a client library took more time for a request than everything else here.
pub(super) struct Connection {
    target: Target,
    stream: TcpStream,
    request: Vec<u8>,
    received: BytesMut,
}

/// Where requests go.
#[derive(Debug, Clone)]
pub(super) struct Target {
    authority: String,
    /// A request up to its length.
    head: String,
}

impl Target {
    pub(super) fn new(gateway: &Url, path: &str, token: Option<String>) -> anyhow::Result<Self> {
        if gateway.scheme() != "http" {
            bail!("the bench speaks plain HTTP only");
        }
        let host = gateway.host_str().context("the URL has no host")?;
        let authority = format!("{host}:{}", gateway.port_or_known_default().unwrap_or(80));
        let prefix = gateway.path().trim_end_matches('/');
        let mut head = format!(
            "POST {prefix}/{path} HTTP/1.1\r\nhost: {authority}\r\ncontent-type: application/json\r\n"
        );
        if let Some(token) = token {
            ensure!(
                !token.contains(char::is_control),
                "the token is no legal header value"
            );
            head.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        Ok(Self { authority, head })
    }
}

impl Connection {
    pub(super) async fn open(target: Target) -> anyhow::Result<Self> {
        Ok(Self {
            stream: dial(&target).await?,
            target,
            request: Vec::new(),
            received: BytesMut::new(),
        })
    }

    /// Sends one request; the body of the answer, which must be 201.
    ///
    /// # Errors
    /// When the connection breaks or the gateway does not accept. Nothing is repeated: a repeat would count
    /// jobs twice.
    pub(super) async fn post(&mut self, body: &Bytes) -> anyhow::Result<Bytes> {
        if self.is_closed() {
            // The gateway may close a connection that was idle for long.
            self.stream = dial(&self.target).await?;
            self.received.clear();
        }
        tokio::time::timeout(ANSWER_LIMIT, self.exchange(body))
            .await
            .context("the gateway did not answer within a minute")?
    }

    fn is_closed(&self) -> bool {
        !matches!(self.stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    async fn exchange(&mut self, body: &Bytes) -> anyhow::Result<Bytes> {
        self.request.clear();
        self.request.extend_from_slice(self.target.head.as_bytes());
        write!(self.request, "content-length: {}\r\n\r\n", body.len())?;
        self.request.extend_from_slice(body);
        self.stream.write_all(&self.request).await?;
        let answer = loop {
            self.received.reserve(READ_BYTES);
            let read = self.stream.read_buf(&mut self.received).await?;
            ensure!(read > 0, "the gateway closed the connection");
            if let Some(answer) = Answer::parse(&self.received)? {
                break answer;
            }
        };
        let text = self.received.split_to(answer.length).freeze();
        let text = text.slice(answer.body_at..);
        if answer.status != CREATED {
            let status = answer.status;
            let text = String::from_utf8_lossy(&text);
            bail!(
                "the gateway answered {status}: {}",
                crate::output::inert(&text)
            );
        }
        Ok(text)
    }
}

async fn dial(target: &Target) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(&target.authority)
        .await
        .with_context(|| format!("cannot connect to {}", target.authority))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// An answer that has arrived as a whole.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    body_at: usize,
    length: usize,
}

impl Answer {
    /// The answer at the beginning of `received`; nothing while a part of it is missing.
    fn parse(received: &[u8]) -> anyhow::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(body_at) = head.parse(received)? else {
            return Ok(None);
        };
        let body_length = head
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("content-length"))
            .context("the answer does not tell its length")?;
        let body_length: usize = std::str::from_utf8(body_length.value)?.parse()?;
        let length = body_at.saturating_add(body_length);
        Ok((received.len() >= length).then_some(Self {
            status: head.code.unwrap_or_default(),
            body_at,
            length,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_all_of_it_is_there() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1";
        let whole = Answer {
            status: CREATED,
            body_at: text.len() - 10,
            length: text.len() - 8,
        };
        for end in 0..whole.length {
            let parsed = Answer::parse(&text[..end]).expect("well formed");
            assert_eq!(parsed, None, "{end}");
        }
        assert_eq!(Answer::parse(text).expect("well formed"), Some(whole));
    }

    #[test]
    fn an_answer_without_a_length_is_refused() {
        assert!(Answer::parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(Answer::parse(b"SMTP\r\n\r\n").is_err());
    }
}
