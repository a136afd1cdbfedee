use axum::http::HeaderValue;
use futures_util::SinkExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::client::{Ended, Terminal, handshake, open};
use crate::harness::{ECHO, Server};

const EVIL: [&str; 8] = [
    "null",
    "http://evil.example",
    "http://127.0.0.1:8081.evil.example",
    "https://127.0.0.1:8081",
    "http://127.0.0.1:80811",
    "http://127.0.0.1:8081/",
    "HTTP://127.0.0.1:8081",
    "http://127.0.0.1",
];

#[tokio::test]
async fn page_of_another_origin_opens_no_terminal() {
    let server = Server::of(ECHO).await;
    for origin in EVIL {
        let ticket = server.ticket(json!({"mode": "interactive"})).await;
        let protocols = format!("odd-terminal.v1, odd-ticket.{ticket}");
        let mut request = handshake(server.address, &protocols);
        let value = HeaderValue::from_static(origin);
        request.headers_mut().insert("Origin", value);
        let refused = open(server.address, request).await;
        assert_eq!(refused.err(), Some(403), "{origin}");
        let answer = server
            .ask(json!({"mode": "interactive"}), &[("Origin", origin)])
            .await;
        assert_eq!(answer.status().as_u16(), 403, "{origin}");
        // The ticket was not used.
        let mut terminal = Terminal::connect(server.address, &ticket).await;
        terminal.attach(80, 24, None).await;
    }
    let name = "observatory_terminal_rejections_total{rejection=\"origin\"}";
    server.await_metric(name, EVIL.len() as f64).await;
    server.stop().await;
}

#[tokio::test]
async fn invalid_requests_for_tickets_are_refused() {
    let server = Server::of(ECHO).await;
    for (body, status) in [
        (json!({}), 422),
        (json!({"mode": "root"}), 422),
        (json!({"mode": "read-only", "program": "/bin/sh"}), 422),
        (json!({"mode": "read-only", "view": {"view": "shell"}}), 422),
        (
            json!({"mode": "read-only", "view": {"filter": "\u{1b}]52;c;?\u{7}"}}),
            422,
        ),
        (
            json!({"mode": "read-only", "view": {"filter": "x".repeat(1_001)}}),
            422,
        ),
        (json!({"reconnectToken": "A".repeat(43)}), 410),
        (json!({"reconnectToken": "short"}), 422),
        (
            json!({"mode": "read-only", "view": {"filter": "x".repeat(20_000)}}),
            413,
        ),
    ] {
        let answer = server.ask(body.clone(), &[]).await;
        assert_eq!(answer.status().as_u16(), status, "{body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn request_that_is_no_handshake_is_refused() {
    let server = Server::of(ECHO).await;
    for (headers, status) in [
        ("", "400"),
        ("Connection: upgrade\r\nUpgrade: websocket\r\n", "400"),
        (
            "Connection: upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            "400",
        ),
    ] {
        let mut stream = TcpStream::connect(server.address).await.expect("accepted");
        let request = format!(
            "GET /session HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1:8081\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.expect("a response");
        assert_eq!(&start[9..], status.as_bytes(), "{headers}");
    }
    server.stop().await;
}

#[tokio::test]
async fn broken_rules_end_the_connection_with_their_code() {
    let server = Server::of(ECHO).await;
    let attach = json!({"type": "attach", "columns": 80, "rows": 24, "received": null}).to_string();
    let large = Message::Binary(Bytes::from(vec![b'x'; 64 * 1024 + 1]));
    for (first, second, code) in [
        (Message::text("{"), None, 4400),
        (
            Message::text(r#"{"type":"exec","program":"sh"}"#),
            None,
            4400,
        ),
        (Message::Binary(Bytes::from_static(b"ls\r")), None, 4400),
        (large.clone(), None, 1009),
        (Message::text(attach.clone()), Some(large), 1009),
        (
            Message::text(attach.clone()),
            Some(Message::text(attach)),
            4400,
        ),
    ] {
        let ticket = server.ticket(json!({"mode": "interactive"})).await;
        let mut terminal = Terminal::connect(server.address, &ticket).await;
        let description = format!("{first:.40?} {:?}", second.as_ref().map(Message::len));
        terminal.socket.send(first).await.expect("sent");
        if let Some(second) = second {
            terminal.socket.send(second).await.expect("sent");
        }
        assert_eq!(
            terminal.await_end().await,
            Ended::Closed(code),
            "{description}"
        );
    }
    server.stop().await;
}
