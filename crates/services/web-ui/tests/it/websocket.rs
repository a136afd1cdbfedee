use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rig::{Rig, with_tokens};
use crate::upstream::{PATIENCE, Upstream};

fn handshake(more: &str) -> String {
    format!(
        "GET /api/terminal/session HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n\
         Upgrade: websocket\r\nOrigin: http://localhost\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: odd-terminal.v1, odd-ticket.abc\r\n{more}\r\n"
    )
}

const ACCEPTED: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSet-Cookie: a=b\r\n\
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: odd-terminal.v1\r\n\r\n";

/// Starts a server that accepts every handshake and returns every byte.
async fn echo() -> Upstream {
    Upstream::start(|_, mut stream| async move {
        stream.write_all(ACCEPTED).await.expect("written");
        let (mut reader, mut writer) = stream.split();
        // The tunnel may be cut.
        let _ = tokio::io::copy(&mut reader, &mut writer).await;
    })
    .await
}

#[tokio::test]
async fn websocket_is_passed_on_in_both_directions() {
    let mut upstream = echo().await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    let cookie = "Cookie: odd_session=c2VjcmV0LW9wZXJhdGU\r\n";
    let mut connection = rig.connect(handshake(cookie).as_bytes()).await;
    connection.see("\r\n\r\n").await;
    let head = connection.received.to_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(
        head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{head}"
    );
    assert!(
        head.contains("sec-websocket-protocol: odd-terminal.v1\r\n"),
        "{head}"
    );
    assert!(!head.contains("set-cookie"), "{head}");
    let request = upstream.next().await;
    assert_eq!(request.target(), "GET /session HTTP/1.1");
    for (name, value) in [
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "odd-terminal.v1, odd-ticket.abc"),
        ("authorization", "Bearer secret-operate"),
        ("x-forwarded-for", "127.0.0.1"),
    ] {
        assert_eq!(request.header(name), Some(value));
    }
    assert_eq!(
        (request.header("origin"), request.header("cookie")),
        (None, None)
    );
    for part in ["keys", "more keys"] {
        connection.write(part.as_bytes()).await;
        connection.see(part).await;
    }
}

#[tokio::test]
async fn bytes_sent_with_the_handshake_are_not_lost() {
    let rig = Rig::before(&echo().await).await;
    let mut connection = rig
        .connect(format!("{}early", handshake("")).as_bytes())
        .await;
    connection.see("early").await;
}

#[tokio::test]
async fn large_transfers_arrive_complete() {
    let rig = Rig::before(&echo().await).await;
    let mut connection = rig.connect(handshake("").as_bytes()).await;
    connection.see("\r\n\r\n").await;
    let sent: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut received = vec![0; sent.len()];
    let (mut reader, mut writer) = connection.stream.split();
    let both = async {
        tokio::try_join!(writer.write_all(&sent), reader.read_exact(&mut received))
            .expect("copied");
    };
    tokio::time::timeout(PATIENCE, both).await.expect("in time");
    assert!(received == sent);
}

#[tokio::test]
async fn refused_handshakes_are_passed_on() {
    let upstream = Upstream::sending(
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}",
    )
    .await;
    let rig = Rig::before(&upstream).await;
    let mut connection = rig.connect(handshake("").as_bytes()).await;
    connection.see("{}").await;
    assert!(
        connection.received.starts_with("HTTP/1.1 401 "),
        "{}",
        connection.received
    );
}

#[tokio::test]
async fn handshakes_without_a_token_are_refused() {
    let mut upstream = echo().await;
    let rig = Rig::configured(&upstream, with_tokens).await;
    let mut connection = rig.connect(handshake("").as_bytes()).await;
    connection.see("unauthenticated").await;
    assert!(upstream.is_untouched());
}

#[tokio::test]
async fn handshakes_with_a_body_or_another_method_open_no_tunnel() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let with_body = handshake("Content-Length: 4\r\n") + "body";
    let mut connection = rig.connect(with_body.as_bytes()).await;
    connection.see("HTTP/1.1 400 Bad Request").await;
    assert!(upstream.is_untouched());
    let posted = handshake("Content-Length: 0\r\n").replacen("GET", "POST", 1);
    let mut connection = rig.connect(posted.as_bytes()).await;
    connection.see("HTTP/1.1 200 OK").await;
    assert_eq!(upstream.next().await.header("upgrade"), None);
}

#[tokio::test]
async fn server_may_say_goodbye_during_shutdown() {
    let (shutdown, is_shut_down) = tokio::sync::watch::channel(false);
    let upstream = Upstream::start(move |_, mut stream| {
        let mut is_shut_down = is_shut_down.clone();
        async move {
            stream.write_all(ACCEPTED).await.expect("written");
            is_shut_down
                .wait_for(|it| *it)
                .await
                .expect("the test runs");
            stream.write_all(b"goodbye").await.expect("written");
        }
    })
    .await;
    let rig = Rig::before(&upstream).await;
    let mut connection = rig.connect(handshake("").as_bytes()).await;
    connection.see("\r\n\r\n").await;
    rig.shutdown.cancel();
    shutdown.send_replace(true);
    connection.see("goodbye").await;
}

#[tokio::test]
async fn only_the_terminal_server_gets_websockets() {
    let mut upstream = Upstream::plain().await;
    let rig = Rig::before(&upstream).await;
    let request = handshake("").replace("/api/terminal/", "/api/read-model/");
    let mut connection = rig.connect(request.as_bytes()).await;
    connection.see("HTTP/1.1 200 OK").await;
    assert_eq!(upstream.next().await.header("upgrade"), None);
}

#[tokio::test]
async fn end_of_either_side_ends_the_other() {
    let upstream = Upstream::start(|_, mut stream| async move {
        stream.write_all(ACCEPTED).await.expect("written");
        stream.write_all(b"bye").await.expect("written");
    })
    .await;
    let rig = Rig::before(&upstream).await;
    let connection = rig.connect(handshake("").as_bytes()).await;
    let received = connection.read_to_end().await;
    assert!(received.ends_with("bye"), "{received}");
}

#[tokio::test]
async fn shutdown_closes_websockets() {
    let rig = Rig::before(&echo().await).await;
    let mut connection = rig.connect(handshake("").as_bytes()).await;
    connection.see("\r\n\r\n").await;
    rig.shutdown.cancel();
    connection.read_to_end().await;
    tokio::time::timeout(PATIENCE, rig.running)
        .await
        .expect("in time")
        .expect("ends");
}

#[tokio::test]
async fn path_without_a_terminal_server_is_unavailable() {
    let rig = Rig::configured(&echo().await, |config| config.upstreams.terminal = None).await;
    let answer = rig.send("POST", "/api/terminal/tickets", &[], b"{}").await;
    assert_eq!(answer.status, 503);
    assert_eq!(
        rig.get("/session").await.json()["terminal"]["configured"],
        false
    );
}
