use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bytes::{Bytes, BytesMut};
use odd_client::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Largest number of headers in an answer.
const MAX_HEADERS: usize = 32;

const READ_BYTES: usize = 16 * 1024;

const CREATED: u16 = 201;

/// One persistent connection to the gateway. It writes requests itself, because the generator shares the machine with the
/// server that it measures: with 64 connections, hyper's client connection used 10.5 µs of CPU time for each request, and
/// this one 7.5 µs.
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
    /// The head of a request, up to the value of `content-length`.
    head: String,
}

impl Target {
    pub(super) fn new(gateway: &Url, path: &str, token: Option<String>) -> anyhow::Result<Self> {
        if gateway.scheme() != "http" {
            bail!("the bench supports only http:// URLs");
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
                "the token is not a valid header value"
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

    /// Sends one request. Returns the body of the answer, whose status must be 201.
    ///
    /// # Errors
    /// When the connection is lost or the gateway rejects the request. There are no retries, because a retry could create
    /// jobs twice.
    pub(super) async fn post(&mut self, body: &Bytes) -> anyhow::Result<Bytes> {
        if self.is_closed() {
            // The gateway closes connections that were idle for a long time.
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
                odd_client::inert(&text)
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

/// An answer that has arrived completely.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    body_at: usize,
    length: usize,
}

impl Answer {
    /// Parses the answer at the beginning of `received`; `None` while it is incomplete.
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
            .context("the answer has no content-length")?;
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
    fn answer_is_parsed_when_it_is_complete() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1";
        let complete = Answer {
            status: CREATED,
            body_at: text.len() - 10,
            length: text.len() - 8,
        };
        for end in 0..complete.length {
            let parsed = Answer::parse(&text[..end]).expect("well formed");
            assert_eq!(parsed, None, "{end}");
        }
        assert_eq!(Answer::parse(text).expect("well formed"), Some(complete));
    }

    #[test]
    fn answer_without_a_length_is_an_error() {
        assert!(Answer::parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(Answer::parse(b"SMTP\r\n\r\n").is_err());
    }
}
