//! Queries of the processes under test.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

/// The longest time between two parts of an answer.
const LIMIT: Duration = Duration::from_secs(30);

/// Returns the JSON that the process at `base` answers a GET request with.
///
/// # Errors
/// If the status is not 200.
pub(crate) fn get_json(base: &str, path: &str) -> anyhow::Result<Value> {
    let address = base.strip_prefix("http://").context("an HTTP URL")?;
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(LIMIT))?;
    // With HTTP 1.0, the body is not in chunks.
    write!(connection, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut response = String::new();
    connection.read_to_string(&mut response)?;
    let (head, body) = response.split_once("\r\n\r\n").context("no body")?;
    let is_ok = head.split(' ').nth(1) == Some("200");
    ensure!(is_ok, "{base}{path} answered {response}");
    Ok(serde_json::from_str(body)?)
}
