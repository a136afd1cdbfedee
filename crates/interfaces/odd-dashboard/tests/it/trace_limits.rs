//! What is not traced, and what happens without a collector.

use std::io::{Read, Write};
use std::net::TcpStream;

use odd_testkit::otlp::OtlpCollector;

use crate::tokens::{SECRET, guarded_with};

const SAMPLED: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

/// Submits a job with further headers. Returns the status of the answer.
fn submission_status(gateway: &str, headers: &str) -> u16 {
    let address = gateway.trim_start_matches("http://");
    let body = r#"{"type":"echo"}"#;
    let request = format!(
        "POST /jobs HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.expect("a status")
}

#[test]
fn refused_request_is_never_recorded() {
    let collector = OtlpCollector::start();
    let traced = |role| {
        guarded_with(role, |command| {
            command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
        })
    };
    let token = format!("{SAMPLED}Authorization: Bearer {SECRET}\r\n");
    let wrong = format!("{SAMPLED}Authorization: Bearer wrong\r\n");
    let foreign = format!("{token}Origin: https://elsewhere.example\r\n");
    let unacceptable = format!("{token}Accept: text/csv\r\n");

    let mut up = traced("submit");
    let gateway = up.url("gateway");
    assert_eq!(submission_status(gateway, SAMPLED), 401);
    assert_eq!(submission_status(gateway, &wrong), 401);
    assert_eq!(submission_status(gateway, &foreign), 403);
    assert_eq!(submission_status(gateway, &unacceptable), 406);
    assert_eq!(up.stop().code(), Some(0));
    let mut reader = traced("read");
    assert_eq!(submission_status(reader.url("gateway"), &token), 403);
    assert_eq!(reader.stop().code(), Some(0));
    assert!(collector.spans().is_empty(), "{:?}", collector.spans());

    let mut up = traced("submit");
    assert_eq!(submission_status(up.url("gateway"), &token), 201);
    collector.block_for(|spans| spans.iter().any(|span| span.kind == "SERVER"));
    assert_eq!(up.stop().code(), Some(0));
}
