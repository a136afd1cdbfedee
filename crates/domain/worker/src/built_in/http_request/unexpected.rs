use std::time::Duration;

use odd_contracts::LogStream;
use reqwest::{Response, StatusCode};
use tokio::time::Instant;

use super::body::BodyReader;
use super::request::Request;
use super::retry_after::retry_after_ms;
use crate::built_in::values::{inert_text, plain_line};
use crate::context::MAX_LINE_CHARS;
use crate::text::without_middle;
use crate::{HandlerError, JobContext};

/// The part of the body that is kept, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Characters of the body in the error.
const MESSAGE_CHARS: usize = 2_000;

/// How long the body may take: the status alone decides what follows.
const BODY_LIMIT: Duration = Duration::from_secs(5);

/// Returns the failure for a response with an unexpected status. The body is part of the message and of the job's log.
/// `deadline` is when the exchange has to end.
pub(super) async fn unexpected(
    mut response: Response,
    request: &Request,
    deadline: Instant,
    ctx: &JobContext,
) -> HandlerError {
    let status = response.status();
    let body = body(&mut response, deadline).await;
    let answered = format!("{} {} answered {status}", request.method, request.origin());
    body.log(&answered, ctx);
    let message = format!("{answered}, which was not expected{}", body.in_message());
    let delay_ms = retry_after_ms(response.headers(), ctx.now());
    match delay_ms {
        _ if !is_transient(status, delay_ms.is_some()) => HandlerError::Permanent { message },
        Some(delay_ms) => HandlerError::RetryAfter { message, delay_ms },
        None => HandlerError::Failed { message },
    }
}

/// 413 may be transient, and has `Retry-After` then (RFC 9110, section 15.5.14).
fn is_transient(status: StatusCode, has_retry_after: bool) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
        || status == StatusCode::PAYLOAD_TOO_LARGE && has_retry_after
}

/// The body of an error, for people.
enum ErrorBody {
    Empty,
    Text {
        text: String,
        is_truncated: bool,
    },
    /// What it is instead.
    Other(String),
}

/// Receives the body within half of the time that is left, so that the status is reported in any case.
async fn body(response: &mut Response, deadline: Instant) -> ErrorBody {
    let rest = deadline.saturating_duration_since(Instant::now()) / 2;
    let mut reader = BodyReader::new(response, MAX_BODY_BYTES);
    // A body that is late or breaks off is kept as far as it was received.
    let _ = tokio::time::timeout(rest.min(BODY_LIMIT), reader.receive(response)).await;
    match reader.finish(response.headers()) {
        Err(reason) => ErrorBody::Other(format!("a body that cannot be decoded: {reason}")),
        Ok(body) if body.bytes.is_empty() && !body.is_truncated => ErrorBody::Empty,
        Ok(body) => match body.text() {
            Some(text) => ErrorBody::Text {
                text: text.to_owned(),
                is_truncated: body.is_truncated,
            },
            None if is_mostly_text(body.media_type.as_deref()) => ErrorBody::Text {
                text: inert_text(&body.bytes),
                is_truncated: body.is_truncated,
            },
            None => ErrorBody::Other(format!("a body that is not text: {body}")),
        },
    }
}

/// Returns `true` if a body with a few wrong bytes is still worth reading.
fn is_mostly_text(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|name| {
        name.starts_with("text/") || name.contains("json") || name.contains("xml")
    })
}

impl ErrorBody {
    /// Returns the end of a sentence.
    fn in_message(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Other(what) => format!(", with {what}"),
            Self::Text { text, .. } => {
                let lines = text.split(['\n', '\r']).map(plain_line);
                let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
                match lines.is_empty() {
                    true => String::new(),
                    false => format!(": {}", without_middle(lines.join(" "), MESSAGE_CHARS)),
                }
            }
        }
    }

    /// Adds the body to the job's log, after a line that says what it belongs to.
    fn log(&self, answered: &str, ctx: &JobContext) {
        let mut log = |line: String| ctx.log(LogStream::Log, line);
        match self {
            Self::Empty => {}
            Self::Other(what) => log(format!("{answered}, with {what}")),
            Self::Text { text, is_truncated } => {
                log(format!("{answered}, with this body:"));
                text.lines().flat_map(pieces).for_each(&mut log);
                if *is_truncated {
                    log(format!(
                        "the rest of the body is omitted: at most its first {} bytes are kept",
                        MAX_BODY_BYTES
                    ));
                }
            }
        }
    }
}

/// Cuts a line into pieces that the log keeps as they are.
fn pieces(line: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = line.chars().collect();
    let mut pieces: Vec<String> = characters
        .chunks(MAX_LINE_CHARS)
        .map(|piece| piece.iter().collect())
        .collect();
    if pieces.is_empty() {
        pieces.push(String::new());
    }
    pieces.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_into_pieces() {
        let line = "é".repeat(2 * MAX_LINE_CHARS + 1);
        let pieces: Vec<_> = pieces(&line).collect();
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces.concat(), line);
    }

    #[test]
    fn message_contains_the_body_on_one_line_without_escapes() {
        let text = |text: &str| ErrorBody::Text {
            text: text.to_owned(),
            is_truncated: false,
        };
        let body = text("{\r\n\t\"error\": \"no \u{1b}[31mfield\u{1b}[0m\"\n}\n");
        assert_eq!(body.in_message(), ": { \"error\": \"no field\" }");
        assert_eq!(text(" \n").in_message(), "");
        let long = text(&"é".repeat(60_000)).in_message();
        assert!(long.chars().count() <= MESSAGE_CHARS + 2, "{long}");
        assert!(long.contains("bytes omitted"), "{long}");
    }
}
