use odd_testkit::http::{send, send_raw};
use tokio::io::AsyncWriteExt;

use crate::rig::{Rig, with_tokens};
use crate::upstream::Upstream;

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

#[tokio::test]
async fn requests_are_passed_on_with_method_query_body_and_headers() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        ("Idempotency-Key", "k1"),
        ("Last-Event-ID", "17"),
        (
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
        ("X-Correlation-Id", ID),
    ];
    for prefix in ["gateway", "read-model", "terminal"] {
        let target = format!("/api/{prefix}/jobs?a=%2F&b=1&b=2");
        let answer = rig
            .send("POST", &target, &headers, br#"{"type":"echo"}"#)
            .await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
        assert_eq!(answer.header("x-correlation-id"), Some(ID));
        let request = upstream.next().await;
        assert_eq!(request.target(), "POST /jobs?a=%2F&b=1&b=2 HTTP/1.1");
        assert_eq!(request.body, br#"{"type":"echo"}"#);
        for (name, value) in headers {
            assert_eq!(request.header(&name.to_lowercase()), Some(value));
        }
        assert_eq!(
            request.header("host"),
            Some(upstream.address.to_string().as_str())
        );
        assert_eq!(request.header("content-length"), Some("15"));
        assert_eq!(request.header("x-forwarded-for"), Some("127.0.0.1"));
    }
    for method in ["PUT", "DELETE", "GET"] {
        rig.send(method, "/api/gateway/drills/x", &[], b"").await;
        let request = upstream.next().await;
        assert_eq!(request.target(), format!("{method} /drills/x HTTP/1.1"));
        assert_eq!(request.header("transfer-encoding"), None);
    }
}

#[tokio::test]
async fn json_is_compressed_for_browsers_that_accept_it() {
    const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n\
         [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]";
    let upstream = Upstream::sending(ANSWER).await;
    let rig = Rig::before(&upstream).await;
    let headers = [("Accept-Encoding", "gzip")];
    let answer = rig.get_with("/api/read-model/jobs", &headers).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(
        answer
            .header("vary")
            .is_some_and(|vary| vary.contains("accept-encoding"))
    );
    let plain = rig.get("/api/read-model/jobs").await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.text().len(), 60);
}

#[tokio::test]
async fn invalid_correlation_ids_are_replaced_on_both_sides() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let answer = rig
        .get_with("/api/gateway/jobs/1", &[("X-Correlation-Id", "mine")])
        .await;
    let id = answer.header("x-correlation-id").expect("an id");
    assert_eq!(id.len(), 36);
    assert_eq!(upstream.next().await.header("x-correlation-id"), Some(id));
}

#[tokio::test]
async fn headers_of_the_connection_and_of_the_page_are_not_passed_on() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let request = b"POST /api/gateway/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\
        Keep-Alive: timeout=9\r\nTE: trailers\r\nProxy-Authorization: Basic eA==\r\nCookie: odd_session=eA; other=1\r\n\
        Origin: http://localhost\r\nReferer: http://localhost/jobs\r\nSec-Fetch-Site: same-origin\r\n\
        X-Forwarded-Host: evil.example\r\nForwarded: for=evil\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(send_raw(rig.address, request).await.status, 200);
    let request = upstream.next().await;
    for name in [
        "x-hop",
        "keep-alive",
        "te",
        "proxy-authorization",
        "cookie",
        "origin",
        "referer",
        "sec-fetch-site",
        "x-forwarded-host",
        "forwarded",
        "upgrade",
        "connection",
    ] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn responses_keep_status_and_body_but_cannot_act_for_the_role() {
    let upstream = Upstream::sending(
        "HTTP/1.1 201 Created\r\nLocation: /jobs/7\r\nSet-Cookie: odd_session=x\r\nAccess-Control-Allow-Origin: *\r\n\
         Content-Security-Policy: script-src *\r\nRetry-After: 3\r\nX-Correlation-Id: other\r\n\
         Content-Type: text/html\r\nContent-Length: 6\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n<html>",
    )
    .await;
    let rig = Rig::configured(&upstream, |config| {
        config.base_path = "/odd".parse().expect("a base path");
    })
    .await;
    let answer = rig.send("POST", "/odd/api/gateway/jobs", &[], b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (201, "<html>"));
    assert_eq!(answer.header("location"), Some("/odd/api/gateway/jobs/7"));
    assert_eq!(answer.header("retry-after"), Some("3"));
    for name in ["set-cookie", "access-control-allow-origin", "x-hop"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("sandbox"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_ne!(answer.header("x-correlation-id"), Some("other"));
}

#[tokio::test]
async fn errors_of_the_upstream_are_passed_on() {
    let upstream = Upstream::sending(
        "HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\nContent-Length: 20\r\n\r\n\
         {\"code\":\"forbidden\"}",
    )
    .await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    let headers = [("Authorization", "Bearer secret-read")];
    let answer = rig
        .send("PUT", "/api/gateway/drills/x", &headers, b"")
        .await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (403, Some("forbidden"))
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
}

#[tokio::test]
async fn paths_cannot_leave_the_upstream() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, |config| {
        let below = format!("{}prefix", config.upstreams.gateway);
        config.upstreams.gateway = below.parse().expect("a URL");
    })
    .await;
    for path in [
        "../admin",
        "jobs/../../admin",
        "%2e%2e/admin",
        "jobs/%2E./admin",
        "jobs%2f..%2fadmin",
        "jobs%5cadmin",
        "/evil.example/x",
        "%2fevil.example",
        "jobs//1",
        "./jobs",
    ] {
        let answer = rig.get(&format!("/api/gateway/{path}")).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["code"], "bad_request");
    }
    assert!(upstream.is_untouched());
    assert_eq!(rig.get("/api/gateway/types/a.b").await.status, 200);
    assert_eq!(
        upstream.next().await.target(),
        "GET /prefix/types/a.b HTTP/1.1"
    );
    let absolute = "http://evil.example/api/gateway/jobs";
    let answer = send(rig.address, "GET", absolute, &[], b"").await;
    assert_eq!(answer.status, 403, "the target names another host");
    assert!(upstream.is_untouched());
}

#[tokio::test]
async fn ambiguous_lengths_are_refused() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    for framing in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Content-Length: +3",
    ] {
        let request = format!(
            "POST /api/gateway/jobs HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n0\r\n\r\n\
             GET /api/gateway/admin HTTP/1.1\r\nHost: localhost\r\n\r\n"
        );
        let answer = send_raw(rig.address, request.as_bytes()).await;
        assert_eq!(answer.status, 400, "{framing}");
    }
    assert!(upstream.is_untouched());
}

#[tokio::test]
async fn large_bodies_are_refused_before_or_while_they_arrive() {
    let upstream = Upstream::plain().await;
    let rig = Rig::configured(&upstream, |config| config.limits.max_gateway_body_bytes = 8).await;
    let declared = rig
        .send("POST", "/api/gateway/jobs", &[], b"123456789")
        .await;
    assert_eq!(
        (declared.status, declared.json()["code"].as_str()),
        (413, Some("payload_too_large"))
    );
    let chunked = "POST /api/gateway/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n";
    let answer = send_raw(rig.address, chunked.as_bytes()).await;
    assert_eq!(answer.status, 413);
    let fits = rig
        .send("POST", "/api/gateway/jobs", &[], b"12345678")
        .await;
    assert_eq!(fits.status, 200);
}

#[tokio::test]
async fn chunked_bodies_are_passed_on_while_they_arrive() {
    let (seen, mut parts) = tokio::sync::mpsc::unbounded_channel();
    let upstream = Upstream::start(move |request, mut stream| {
        let seen = seen.clone();
        async move {
            assert_eq!(request.header("transfer-encoding"), Some("chunked"));
            let mut body = request.body;
            loop {
                let text = String::from_utf8_lossy(&body).into_owned();
                // The test may have ended.
                let _ = seen.send(text.clone());
                if text.ends_with("0\r\n\r\n") {
                    break;
                }
                tokio::io::AsyncReadExt::read_buf(&mut stream, &mut body)
                    .await
                    .expect("more");
            }
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).await.expect("written");
        }
    })
    .await;
    let rig = Rig::before(&upstream).await;
    let head = b"POST /api/gateway/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
    let mut connection = rig.connect(head).await;
    while !parts.recv().await.expect("a part").contains("first") {}
    connection.write(b"6\r\nsecond\r\n0\r\n\r\n").await;
    connection.see("HTTP/1.1 200 OK").await;
}
