use std::net::SocketAddr;
use std::time::Duration;

use odd_contracts::TraceContext;
use odd_worker::{BuiltInConfig, HandlerError, HttpRequestConfig, JobContextParts};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::http_server::{Reply, Server};
use crate::trial::Trial;

pub(crate) const CAP: usize = 1_000;

/// Returns a trial of `http.request` that may reach `address`.
pub(crate) fn reaching(address: SocketAddr) -> Trial {
    let http = HttpRequestConfig {
        allow: vec![address.to_string().parse().expect("a rule")],
        max_response_bytes: CAP,
        ..HttpRequestConfig::default()
    };
    Trial::new(
        "http.request",
        BuiltInConfig {
            http,
            ..BuiltInConfig::default()
        },
    )
}

pub(crate) async fn answer(trial: &Trial, payload: &Value) -> Value {
    let result = trial.run(payload).await.expect("succeeds");
    result.expect("has a result").parse().expect("JSON")
}

#[tokio::test]
async fn result_contains_the_response() {
    let server = Server::fixed("201 Created", "X-Kind: a\r\nX-Kind: b\r\n", "h\u{e9}llo").await;
    let answer = answer(
        &reaching(server.address),
        &json!({"url": server.url("/x?y=1")}),
    )
    .await;
    assert_eq!(answer["status"], 201);
    assert_eq!(answer["headers"]["x-kind"], "a, b");
    assert_eq!(answer["body"], "h\u{e9}llo");
    assert_eq!(answer["truncated"], false);
    assert!(answer["durationMs"].is_u64());
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /x?y=1 HTTP/1.1\r\n"), "{request}");
    assert_eq!(answer["bodyEncoding"], "text");
    let accepted = "accept-encoding: gzip, deflate, br, zstd\r\n";
    assert!(request.contains(accepted), "{request}");
}

#[tokio::test]
async fn method_headers_and_body_are_sent_as_written() {
    let server = Server::fixed("200 OK", "", "").await;
    let trial = reaching(server.address);
    let text =
        json!({"method": "PUT", "url": server.url("/"), "headers": {"X-A": "1"}, "body": "a b"});
    answer(&trial, &text).await;
    let document = json!({"method": "POST", "url": server.url("/"), "body": {"b": [1.5]}});
    answer(&trial, &document).await;
    let requests = server.requests();
    assert!(requests[0].starts_with("PUT / "), "{}", requests[0]);
    assert!(requests[0].contains("x-a: 1\r\n"), "{}", requests[0]);
    assert!(requests[0].ends_with("\r\n\r\na b"), "{}", requests[0]);
    assert!(
        requests[1].contains("content-type: application/json\r\n"),
        "{}",
        requests[1]
    );
    assert!(requests[1].ends_with(r#"{"b":[1.5]}"#), "{}", requests[1]);
}

#[tokio::test]
async fn every_attempt_of_a_run_carries_the_same_idempotency_key() {
    let server = Server::fixed("200 OK", "", "").await;
    let trial = reaching(server.address);
    let mut parts = trial.parts(&json!({"url": server.url("/")}));
    let expected = format!("idempotency-key: {}:1\r\n", parts.job_id);
    for attempt in [1, 2] {
        parts.attempt = attempt;
        trial.run_parts(parts.clone()).await.0.expect("succeeds");
    }
    let own = json!({"url": server.url("/"), "headers": {"Idempotency-Key": "mine"}});
    answer(&trial, &own).await;
    let requests = server.requests();
    assert!(requests[0].contains(&expected) && requests[1].contains(&expected));
    assert!(
        requests[2].contains("idempotency-key: mine\r\n"),
        "{}",
        requests[2]
    );
    assert!(!requests[2].contains(":1\r\n"), "{}", requests[2]);
}

#[tokio::test]
async fn status_decides_whether_the_job_is_retried() {
    for (status, headers, expected) in [
        ("500 Internal Server Error", "", "failed"),
        (
            "503 Service Unavailable",
            "retry-after: 7\r\n",
            "after 7000",
        ),
        ("429 Too Many Requests", "retry-after: 0\r\n", "after 0"),
        ("429 Too Many Requests", "", "failed"),
        ("404 Not Found", "retry-after: 7\r\n", "permanent"),
        ("301 Moved Permanently", "", "permanent"),
    ] {
        let server = Server::fixed(status, headers, "").await;
        let error = reaching(server.address)
            .run(&json!({"url": server.url("/")}))
            .await
            .expect_err(status);
        assert!(error.to_string().contains(&status[..3]), "{error}");
        let kind = match error {
            HandlerError::Failed { .. } => "failed".into(),
            HandlerError::Permanent { .. } => "permanent".into(),
            HandlerError::RetryAfter { delay_ms, .. } => format!("after {delay_ms}"),
            other => panic!("{other:?}"),
        };
        assert_eq!(kind, expected, "{status}");
    }
}

#[tokio::test]
async fn expected_status_is_a_success_even_for_errors_and_redirects() {
    for status in ["404 Not Found", "503 Busy", "302 Found"] {
        let server = Server::fixed(status, "location: /next\r\n", "").await;
        let payload = json!({"url": server.url("/"), "expect": {"status": ["300-599"]}});
        let answer = answer(&reaching(server.address), &payload).await;
        assert_eq!(answer["status"].to_string(), status[..3]);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn redirects_are_followed_up_to_the_limit() {
    let server = Server::start(|request| {
        let head = if request.starts_with("GET /end ") {
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone"
        } else if request.starts_with("GET /loop ") {
            "HTTP/1.1 302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\n\r\n"
        } else {
            "HTTP/1.1 303 See Other\r\nlocation: /end\r\ncontent-length: 0\r\n\r\n"
        };
        Reply::Bytes(head.into())
    })
    .await;
    let trial = reaching(server.address);
    let payload = json!({"method": "POST", "url": server.url("/"), "body": "x"});
    assert_eq!(answer(&trial, &payload).await["body"], "done");
    let endless = trial.run(&json!({"url": server.url("/loop")})).await;
    assert_eq!(
        endless,
        Err(HandlerError::permanent("more than 5 redirects"))
    );
    assert_eq!(server.requests().len(), 2 + 6);
}

#[tokio::test]
async fn endless_responses_are_truncated() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let server = Server::start(move |_| {
        Reply::Endless(head.into(), "9\r\nabc\tdefé\r\n".repeat(100).into())
    })
    .await;
    let answer = answer(&reaching(server.address), &json!({"url": server.url("/")})).await;
    let body = answer["body"].as_str().expect("a text");
    assert_eq!(body.len(), CAP);
    assert!(body.starts_with("abc\tdefé"), "{body:.20}");
    assert_eq!(answer["truncated"], true);
}

#[tokio::test]
async fn endless_headers_are_a_failure() {
    let server = Server::start(|_| {
        Reply::Endless(b"HTTP/1.1 200 OK\r\n".into(), b"x-flood: 1\r\n".repeat(100))
    })
    .await;
    let outcome = reaching(server.address)
        .run(&json!({"url": server.url("/")}))
        .await;
    assert!(
        matches!(outcome, Err(HandlerError::Failed { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn silent_server_times_out() {
    let server = Server::start(|_| Reply::Silence).await;
    let outcome = reaching(server.address)
        .run(&json!({"url": server.url("/"), "timeoutMs": 50}))
        .await;
    assert_eq!(
        outcome,
        Err(HandlerError::failed("no complete response within 50 ms"))
    );
}

#[tokio::test]
async fn cancellation_ends_a_silent_exchange() {
    let server = Server::start(|_| Reply::Silence).await;
    let trial = reaching(server.address);
    let parts = trial.parts(&json!({"url": server.url("/")}));
    let token = parts.cancellation.clone();
    let attempt = trial.run_parts(parts);
    let cancel = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        token.cancel();
    };
    let both = async { tokio::join!(attempt, cancel) };
    let ((outcome, _), ()) = tokio::time::timeout(Duration::from_secs(10), both)
        .await
        .expect("ends");
    assert_eq!(outcome, Err(HandlerError::Cancelled));
}

#[tokio::test]
async fn errors_contain_no_secrets() {
    let broken =
        Server::start(|_| Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".into()))
            .await;
    let refusing = Server::fixed("403 Forbidden", "x-echo: s3cr3t\r\n", "no").await;
    for address in [broken.address, refusing.address, closed_address().await] {
        let payload = json!({
            "url": format!("http://{address}/s3cr3t?token=s3cr3t#s3cr3t"),
            "headers": {"Authorization": "Bearer s3cr3t", "X-Api-Key": "s3cr3t"},
            "body": "s3cr3t",
        });
        let error = reaching(address).run(&payload).await.expect_err("fails");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test]
async fn plain_response_to_a_tls_request_is_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("bound");
    let trial = reaching(address);
    let payload = json!({"url": format!("https://{address}/")});
    let (outcome, ()) = tokio::join!(trial.run(&payload), async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let error = outcome.expect_err("fails");
    assert!(matches!(error, HandlerError::Failed { .. }), "{error:?}");
    assert!(error.to_string().starts_with("cannot connect"), "{error}");
    assert!(error.to_string().contains("does not use TLS"), "{error}");
}

#[tokio::test]
async fn closed_port_is_explained() {
    let address = closed_address().await;
    let payload = json!({"url": format!("http://{address}/")});
    let error = reaching(address).run(&payload).await.expect_err("fails");
    let expected = format!("cannot connect to http://{address}: nothing accepts connections");
    assert!(error.to_string().starts_with(&expected), "{error}");
}

async fn closed_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    listener.local_addr().expect("bound")
}

#[tokio::test]
async fn the_trace_is_continued_unless_the_submitter_sets_another() {
    let server = Server::fixed("200 OK", "", "").await;
    let trial = reaching(server.address);
    let trace = TraceContext::sampled([1; 16], [2; 8]);
    let own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let plain = json!({"url": server.url("/")});
    let payloads = [
        (plain.clone(), trace),
        (plain, None),
        (
            json!({"url": server.url("/"), "headers": {"traceparent": own}}),
            trace,
        ),
    ];
    for (payload, trace) in payloads {
        let parts = JobContextParts {
            trace,
            ..trial.parts(&payload)
        };
        trial.run_parts(parts).await.0.expect("succeeds");
    }
    let sent = server.requests();
    let expected = format!(
        "traceparent: 00-{}-{}-01\r\n",
        "01".repeat(16),
        "02".repeat(8)
    );
    assert!(sent[0].contains(&expected), "{}", sent[0]);
    assert!(!sent[1].contains("traceparent"), "{}", sent[1]);
    assert_eq!(sent[2].matches("traceparent").count(), 1);
    assert!(sent[2].contains(own), "{}", sent[2]);
}
