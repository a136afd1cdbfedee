use odd_testkit::http::send_raw;

use crate::gateway::{TestGateway, problem, start_gateway};

async fn refused(
    gateway: &TestGateway,
    template: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> String {
    let answer = gateway
        .call(("POST", template), template, headers, body)
        .await;
    problem(&answer).code
}

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

#[tokio::test]
async fn hostile_json_is_a_400_on_both_submission_routes() {
    let (gateway, back_end) = start_gateway().await;
    let deep = format!(
        r#"{{"type":"echo","payload":{}{}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    for body in [
        b"{".as_slice(),
        b"",
        br#"{"type":"echo","type":"echo"}"#,
        br#"{"type":"echo","payload":{"a":1,"a":2}}"#,
        br#"{"type":"echo","payload":1e400}"#,
        br#"{"type":"echo","payload":"\u0000"}"#,
        br#"{"type":"echo","payload":"\ud800"}"#,
        b"{\"type\":\"echo\",\"payload\":\"\xff\xfe\"}",
        b"{\"type\":\"echo\xc0\xaf\"}",
        deep.as_bytes(),
    ] {
        for template in ["/jobs", "/jobs/batch"] {
            assert_eq!(
                refused(&gateway, template, &JSON, body).await,
                "invalid_json"
            );
        }
    }
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let (gateway, _back_end) = start_gateway().await;
    let body = br#"{"type":"echo"}"#;
    for template in ["/jobs", "/jobs/batch"] {
        let text = [("Content-Type", "text/plain")];
        assert_eq!(
            refused(&gateway, template, &text, body).await,
            "unsupported_media_type"
        );
        assert_eq!(
            refused(&gateway, template, &[], body).await,
            "unsupported_media_type"
        );
        let html = [JSON[0], ("Accept", "text/html")];
        assert_eq!(
            refused(&gateway, template, &html, body).await,
            "not_acceptable"
        );
    }
    let charset = [("Content-Type", "application/json; charset=utf-8")];
    let answer = gateway
        .call(("POST", "/jobs"), "/jobs", &charset, body)
        .await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_oversized_job_is_refused_by_its_declared_length() {
    let (gateway, _back_end) = start_gateway().await;
    let head = "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 1048577\r\n\r\n";
    let answer = send_raw(gateway.address, head.as_bytes()).await;
    assert_eq!(problem(&answer).code, "payload_too_large");
    gateway.contract.check("POST", "/jobs", &answer);
}

#[tokio::test]
async fn smuggled_requests_are_refused() {
    let (gateway, back_end) = start_gateway().await;
    let body = "1a\r\n{\"type\":\"echo\",\"payload\":1}\r\n0\r\n\r\n";
    let head = "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = send_raw(gateway.address, format!("{head}{body}").as_bytes()).await;
    assert_eq!(problem(&answer).code, "bad_request");
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");
}
