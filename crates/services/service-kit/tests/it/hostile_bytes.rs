use odd_service_kit::HttpConfig;
use tokio::io::AsyncWriteExt;

use crate::running::{Running, header, problem, read_to_close, status};

#[tokio::test]
async fn an_oversized_body_is_refused_before_it_is_sent() {
    let service = Running::start(HttpConfig::default()).await;
    let answer = service
        .send_raw(
            "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: 1048577\r\n\r\n",
        )
        .await;
    assert_eq!(problem(&answer).code, "payload_too_large");
    assert_eq!(header(&answer, "connection"), Some("close"));
}

#[tokio::test]
async fn an_oversized_chunked_body_is_refused_when_it_passes_the_limit() {
    let service = Running::start(HttpConfig::default()).await;
    let mut stream = service.connect().await;
    let head = "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).await.expect("sent");
    }
    let answer = read_to_close(&mut stream).await;
    assert_eq!(problem(&answer).code, "payload_too_large");
}

#[tokio::test]
async fn a_truncated_body_gets_no_success() {
    let service = Running::start(HttpConfig::default()).await;
    let mut stream = service.connect().await;
    let start = "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: 10\r\n\r\n{}";
    stream.write_all(start.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("half closed");
    let answer = read_to_close(&mut stream).await;
    assert!(answer.is_empty() || status(&answer) == 400, "{answer}");
    assert_eq!(status(&service.post("/things", "{}").await), 200);
}

#[tokio::test]
async fn bad_json_is_a_400() {
    let service = Running::start(HttpConfig::default()).await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        b"{".as_slice(),
        b"",
        b"{} {}",
        br#"{"a":1,"a":2}"#,
        b"[1e400]",
        b"NaN",
        deep.as_bytes(),
        br#""\u0000""#,
        br#""\ud800""#,
        b"\"\xff\"",
        b"\xef\xbb\xbf{}",
    ] {
        let answer = service.post("/things", body).await;
        assert_eq!(problem(&answer).code, "invalid_json");
    }
}

#[tokio::test]
async fn media_types_are_negotiated() {
    let service = Running::start(HttpConfig::default()).await;
    for content_type in [
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "json",
    ] {
        let headers = format!("Content-Type: {content_type}\r\nContent-Length: 0\r\n");
        let answer = service.request("POST", "/things", &headers).await;
        assert_eq!(problem(&answer).code, "unsupported_media_type");
    }
    for accept in ["text/html", "application/xml;q=1, image/*", "*/*;q=0"] {
        let headers = format!("Accept: {accept}\r\n");
        let answer = service.request("GET", "/things/1", &headers).await;
        assert_eq!(problem(&answer).code, "not_acceptable", "{accept}");
    }
}

#[tokio::test]
async fn compressed_bodies_are_refused_by_name() {
    let service = Running::start(HttpConfig::default()).await;
    let post = async |encoding: &str| {
        let headers =
            format!("Content-Type: application/json\r\n{encoding}Content-Length: 2\r\n\r\n{{}}");
        let head =
            format!("POST /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}");
        service.send_raw(head).await
    };
    for encoding in [
        "gzip",
        "br",
        "zstd, identity",
        "identity\r\nContent-Encoding: deflate",
    ] {
        let answer = post(&format!("Content-Encoding: {encoding}\r\n")).await;
        let problem = problem(&answer);
        assert_eq!(problem.code, "unsupported_media_type");
        assert!(problem.detail.contains("Content-Encoding"), "{problem:?}");
    }
    for encoding in ["", "Content-Encoding: identity\r\n"] {
        assert_eq!(status(&post(encoding).await), 200);
    }
}

#[tokio::test]
async fn unusual_encodings_are_named() {
    let service = Running::start(HttpConfig::default()).await;
    for (body, name) in [
        (b"\xef\xbb\xbf{}".as_slice(), "byte order mark"),
        (b"\xff\xfe{\0}\0", "UTF-16"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b" ", "empty"),
    ] {
        let problem = problem(&service.post("/things", body).await);
        assert!(problem.detail.contains(name), "{problem:?}");
    }
}

#[tokio::test]
async fn wrong_method_is_answered_with_the_allowed_ones() {
    let service = Running::start(HttpConfig::default()).await;
    for method in ["PUT", "PATCH", "TRACE", "BREW"] {
        let answer = service.request(method, "/things/1", "").await;
        assert_eq!(problem(&answer).code, "method_not_allowed", "{method}");
        assert_eq!(header(&answer, "allow"), Some("GET,HEAD,DELETE"));
    }
    let answer = service.request("GET", "/nothing", "").await;
    assert_eq!(problem(&answer).code, "not_found");
}

#[tokio::test]
async fn ambiguous_framing_is_a_400_and_the_end_of_the_connection() {
    let service = Running::start(HttpConfig::default()).await;
    let lengths = ["Content-Length: 4\r\n", "content-length:4\r\n"];
    let encoding = "Transfer-Encoding: chunked\r\n";
    let smuggled = "2\r\n{}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for length in lengths {
        for pair in [format!("{length}{encoding}"), format!("{encoding}{length}")] {
            let answer = service
                .send_raw(format!(
                    "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                     {pair}\r\n{smuggled}"
                ))
                .await;
            assert_eq!(problem(&answer).code, "bad_request", "{pair}");
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        }
    }
}

#[tokio::test]
async fn malformed_heads_are_a_400_and_the_end_of_the_connection() {
    let service = Running::start(HttpConfig::default()).await;
    let after = "\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for head in [
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nX-A: a\rSet-Cookie: b\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nX-A : a\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n folded\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "POST /things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n",
        "POST /things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n",
        "GET /things/1 HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n",
        "GET /th ings/1 HTTP/1.1\r\nHost: localhost\r\n",
        "GET /things/1 HTTP/9.9\r\nHost: localhost\r\n",
        "\x16\x03\x01\x02\x00 not http\r\n",
    ] {
        let answer = service.send_raw(format!("{head}{after}")).await;
        assert_eq!(status(&answer), 400, "{head:?}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn giant_heads_are_refused() {
    let service = Running::start(HttpConfig::default()).await;
    for headers in [
        format!("X-A: {}\r\n", "a".repeat(64 * 1024)),
        "X-A: a\r\n".repeat(200),
    ] {
        let answer = service.request("GET", "/things/1", &headers).await;
        assert_eq!(status(&answer), 431);
    }
}
