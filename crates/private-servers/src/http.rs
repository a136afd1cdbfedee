//! A client for the HTTP interfaces of servers on loopback: one request for each connection.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::wait::connect;
use crate::{Error, Kind};

/// The time limit of a request that does work, unlike a probe.
const LIMIT: Duration = Duration::from_secs(30);

/// A status and a body.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Response {
    /// Fails unless the status is 200.
    pub(crate) fn accepted(self, kind: Kind) -> Result<String, Error> {
        match self.status {
            200 => Ok(self.body),
            status => Err(Error::Refused {
                kind,
                status,
                body: self.body.trim_end().to_owned(),
            }),
        }
    }
}

/// Sends a request without a body. `target` is the path with the query.
pub(crate) fn send(address: SocketAddr, method: &str, target: &str) -> Result<Response, Error> {
    exchange(address, method, target, LIMIT)
        .map_err(Error::io(format!("request http://{address}{target}")))
}

/// Returns `true` if the server answers a request within a short time, with status 200.
pub(crate) fn is_ok(address: SocketAddr, target: &str) -> bool {
    exchange(address, "GET", target, Duration::from_secs(2))
        .is_ok_and(|response| response.status == 200)
}

/// Returns the JSON in a body of the server.
pub(crate) fn parse(body: &str) -> Result<Value, Error> {
    serde_json::from_str(body)
        .map_err(io::Error::from)
        .map_err(Error::io("read an answer as JSON"))
}

/// Escapes a value for a query.
pub(crate) fn escape(value: &str) -> String {
    let escaped = value.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    escaped.collect()
}

/// With HTTP 1.0, the server sends the body in one piece and then closes the connection.
fn exchange(
    address: SocketAddr,
    method: &str,
    target: &str,
    limit: Duration,
) -> io::Result<Response> {
    let mut connection = connect(address)?;
    connection.set_read_timeout(Some(limit))?;
    write!(
        connection,
        "{method} {target} HTTP/1.0\r\nHost: {address}\r\n\r\n"
    )?;
    let mut text = String::new();
    connection.read_to_string(&mut text)?;
    response(&text).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn response(text: &str) -> Option<Response> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Response {
        status: head.split(' ').nth(1)?.parse().ok()?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_body_are_separated() {
        let found = response("HTTP/1.0 503 Service Unavailable\r\nA: b\r\n\r\nlater\n");
        let found = found.expect("a response");
        assert_eq!((found.status, found.body.as_str()), (503, "later\n"));
        let error = found.accepted(Kind::Prometheus).expect_err("503");
        assert_eq!(error.to_string(), "Prometheus answered with 503: later");
        assert!(response("SSH-2.0-OpenSSH\r\n").is_none());
    }

    #[test]
    fn expression_is_escaped() {
        assert_eq!(escape("up{a=\"b\"}"), "up%7Ba%3D%22b%22%7D");
    }
}
