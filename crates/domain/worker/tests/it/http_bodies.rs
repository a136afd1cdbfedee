//! Bodies of responses: compression, charsets, binary ones, and those of errors.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use odd_contracts::LogStream;
use odd_worker::HandlerError;
use serde_json::{Value, json};

use crate::http_request::{CAP, answer, reaching};
use crate::http_server::{Reply, Server};

/// Starts a server that answers every request with this head and body.
async fn serving(head: &str, body: Vec<u8>) -> Server {
    let mut bytes =
        format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    Server::start(move |_| Reply::Bytes(bytes.clone())).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writes");
    encoder.finish().expect("writes")
}

async fn answer_of(head: &str, body: &[u8]) -> Value {
    let server = serving(head, body.to_vec()).await;
    answer(&reaching(server.address), &json!({"url": server.url("/")})).await
}

/// Runs an attempt that fails, and returns its error and its log.
async fn failure_of(server: &Server, payload: &Value) -> (HandlerError, Vec<String>) {
    let trial = reaching(server.address);
    let (outcome, signals) = trial.run_parts(trial.parts(payload)).await;
    let lines = signals.take_rest().lines.into_iter();
    let lines = lines.map(|line| {
        assert_eq!(line.stream, LogStream::Log);
        line.line
    });
    (outcome.expect_err("fails"), lines.collect())
}

#[tokio::test]
async fn binary_body_is_base64_with_its_media_type() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let answer = answer_of("200 OK\r\ncontent-type: image/png", png).await;
    assert_eq!(answer["body"], "iVBORw0KGgoAAAANSUhEUg==");
    assert_eq!(answer["bodyEncoding"], "base64");
    assert_eq!(answer["mediaType"], "image/png");
    assert_eq!(answer["truncated"], false);
}

#[tokio::test]
async fn binary_body_fails_the_job_if_text_is_required() {
    let server = serving("200 OK\r\ncontent-type: image/png", b"\x89PNG".to_vec()).await;
    let payload = json!({"url": server.url("/"), "expect": {"body": "text"}});
    let (error, _) = failure_of(&server, &payload).await;
    assert!(matches!(error, HandlerError::Permanent { .. }), "{error:?}");
    let expected = "answered 200 OK with a body that is not text (binary, image/png, 4 bytes)";
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn text_is_decoded_by_its_charset() {
    let latin = "200 OK\r\ncontent-type: text/plain; charset=ISO-8859-1";
    let answer = answer_of(latin, b"gr\xfcn").await;
    assert_eq!(answer["body"], "grün");
    assert_eq!(answer["bodyEncoding"], "text");
    let marked = answer_of("200 OK", "\u{feff}{}".as_bytes()).await;
    assert_eq!(marked["body"], "{}");
}

#[tokio::test]
async fn compressed_body_is_decoded() {
    let head = "200 OK\r\ncontent-encoding: gzip\r\ncontent-type: application/json";
    let answer = answer_of(head, &gzip(b"{\"a\":1}")).await;
    assert_eq!(answer["body"], "{\"a\":1}");
    let headers = answer["headers"].as_object().expect("an object");
    assert!(!headers.contains_key("content-encoding"), "{headers:?}");
    assert!(!headers.contains_key("content-length"), "{headers:?}");
}

#[tokio::test]
async fn compressed_body_is_decoded_up_to_the_limit() {
    let head = "200 OK\r\ncontent-encoding: gzip";
    let answer = answer_of(head, &gzip(&vec![b'x'; 50_000_000])).await;
    assert_eq!(answer["body"].as_str().map(str::len), Some(CAP));
    assert_eq!(answer["truncated"], true);
}

#[tokio::test]
async fn damaged_compression_is_explained() {
    let server = serving("200 OK\r\ncontent-encoding: gzip", b"plain".to_vec()).await;
    let (error, _) = failure_of(&server, &json!({"url": server.url("/")})).await;
    assert!(matches!(error, HandlerError::Failed { .. }), "{error:?}");
    let expected = "answered 200 OK, but its body cannot be decoded: it is not valid gzip";
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn unknown_compression_is_kept_as_it_is() {
    let answer = answer_of("200 OK\r\ncontent-encoding: compress", b"abc").await;
    assert_eq!(answer["body"], "YWJj");
    assert_eq!(answer["bodyEncoding"], "base64");
    assert_eq!(answer["headers"]["content-encoding"], "compress");
}

#[tokio::test]
async fn response_without_a_body_needs_no_decoding() {
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1000\r\n\r\n";
    let server = Server::start(move |_| Reply::Bytes(head.into())).await;
    let payload = json!({"method": "HEAD", "url": server.url("/")});
    let answer = answer(&reaching(server.address), &payload).await;
    assert_eq!(answer["body"], "");
    assert_eq!(answer["truncated"], false);
}

#[tokio::test]
async fn requests_for_a_range_accept_no_compression() {
    let server = Server::fixed("200 OK", "", "").await;
    let trial = reaching(server.address);
    let range = json!({"url": server.url("/"), "headers": {"Range": "bytes=0-9"}});
    answer(&trial, &range).await;
    let own = json!({"url": server.url("/"), "headers": {"Accept-Encoding": "identity"}});
    answer(&trial, &own).await;
    let requests = server.requests();
    assert!(!requests[0].contains("accept-encoding"), "{}", requests[0]);
    assert!(
        requests[1].contains("accept-encoding: identity\r\n"),
        "{}",
        requests[1]
    );
}

#[tokio::test]
async fn body_of_an_error_is_in_the_message_and_in_the_log() {
    let body = br#"{"error":"field customer_id is missing"}"#;
    let json_head = "422 Unprocessable Entity\r\ncontent-type: application/json";
    for (head, sent) in [
        (json_head.to_owned(), body.to_vec()),
        (format!("{json_head}\r\ncontent-encoding: gzip"), gzip(body)),
    ] {
        let server = serving(&head, sent).await;
        let (error, log) = failure_of(&server, &json!({"url": server.url("/")})).await;
        assert!(matches!(error, HandlerError::Permanent { .. }), "{error:?}");
        let answered = format!(
            "GET http://{} answered 422 Unprocessable Entity",
            server.address
        );
        let expected = format!(
            "{answered}, which was not expected: {}",
            String::from_utf8_lossy(body)
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(log[0], format!("{answered}, with this body:"));
        assert_eq!(log[1].as_bytes(), body);
    }
}

#[tokio::test]
async fn body_of_an_error_is_bounded() {
    let head = "HTTP/1.1 500 Internal Server Error\r\ntransfer-encoding: chunked\r\n\r\n";
    let server =
        Server::start(move |_| Reply::Endless(head.into(), b"8\r\nabcdefgh\r\n".repeat(100))).await;
    let (error, log) = failure_of(&server, &json!({"url": server.url("/")})).await;
    assert!(error.to_string().chars().count() < 3_000, "{error}");
    assert!(error.to_string().contains("bytes omitted"), "{error}");
    let bytes: usize = log[1..log.len() - 1].iter().map(String::len).sum();
    assert_eq!(bytes, 64 * 1024);
    assert!(
        log[log.len() - 1].contains("the rest of the body is omitted"),
        "{log:?}"
    );
}

#[tokio::test]
async fn status_is_reported_although_the_body_never_ends() {
    let head = b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 100\r\n\r\nnot yet";
    let server = Server::start(move |_| Reply::Stalled(head.to_vec())).await;
    let payload = json!({"url": server.url("/"), "timeoutMs": 2_000});
    let (error, log) = failure_of(&server, &payload).await;
    let HandlerError::RetryAfter { message, delay_ms } = error else {
        panic!("{error:?}");
    };
    assert!(
        message.ends_with("which was not expected: not yet"),
        "{message}"
    );
    assert_eq!(delay_ms, 7_000);
    assert_eq!(log[1], "not yet");
}

#[tokio::test]
async fn binary_body_of_an_error_is_described() {
    let server = serving(
        "404 Not Found\r\ncontent-type: image/png",
        b"\x89PNG".to_vec(),
    )
    .await;
    let (error, log) = failure_of(&server, &json!({"url": server.url("/")})).await;
    let expected = "with a body that is not text: binary, image/png, 4 bytes";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(log[0].ends_with(expected), "{log:?}");
    let empty = serving("404 Not Found", Vec::new()).await;
    let (error, log) = failure_of(&empty, &json!({"url": empty.url("/")})).await;
    assert!(
        error.to_string().ends_with("which was not expected"),
        "{error}"
    );
    assert!(log.is_empty(), "{log:?}");
}

#[tokio::test]
async fn too_large_payload_is_retried_only_with_retry_after() {
    for (headers, is_retried) in [("", false), ("retry-after: 7\r\n", true)] {
        let server = Server::fixed("413 Content Too Large", headers, "").await;
        let (error, _) = failure_of(&server, &json!({"url": server.url("/")})).await;
        let retried = matches!(
            error,
            HandlerError::RetryAfter {
                delay_ms: 7_000,
                ..
            }
        );
        assert_eq!(retried, is_retried, "{error:?}");
    }
}
